// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Lineage } from '../room/ids';

/**
 * The registered lineages of a document, of which the smallest that counts is chosen.
 *
 * Anybody may register any number, and say of each whether it is abandoned: it takes as
 * many steps as that number has digits, and never a look at all of them. They can't be
 * fewer: of those that nobody has, somebody may have one after all.
 */
export class Candidates {
  /** All that were ever registered. */
  get all(): ReadonlySet<Lineage> {
    return this._all;
  }

  /**
   * Let a lineage count: one that is new, or was abandoned.
   */
  add(lineage: Lineage): void {
    this._all.add(lineage);
    if (this._waiting.has(lineage)) {
      return;
    }
    this._waiting.add(lineage);
    const { _heap: heap } = this;
    let at = heap.push(lineage) - 1;
    for (let up = (at - 1) >> 1; at > 0 && lineage < heap[up]; up = (at - 1) >> 1) {
      heap[at] = heap[up];
      at = up;
    }
    heap[at] = lineage;
  }

  /**
   * Find the smallest that is not abandoned. Those that are have to be added again once
   * they are not.
   *
   * @returns The lineage, or `null` if there is none.
   */
  smallest(isAbandoned: (lineage: Lineage) => boolean): Lineage | null {
    while (this._heap.length && isAbandoned(this._heap[0])) {
      this._waiting.delete(this._heap[0]);
      this._removeFirst();
    }
    return this._heap[0] ?? null;
  }

  private _removeFirst(): void {
    const { _heap: heap } = this;
    const moved = heap.pop()!;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      const smaller = heap[down + 1] < heap[down] ? down + 1 : down;
      if (moved < heap[smaller]) {
        break;
      }
      heap[at] = heap[smaller];
      at = smaller;
    }
    if (heap.length) {
      heap[at] = moved;
    }
  }

  private readonly _all = new Set<Lineage>();
  /** No lineage is smaller than the one at half its place. */
  private readonly _heap: Lineage[] = [];
  private readonly _waiting = new Set<Lineage>();
}
