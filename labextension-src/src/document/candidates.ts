// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import TinyQueue from 'tinyqueue';

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
    this._queue.push(lineage);
  }

  /**
   * Find the smallest that is not abandoned. Those that are have to be added again once
   * they are not.
   *
   * @returns The lineage, or `null` if there is none.
   */
  smallest(isAbandoned: (lineage: Lineage) => boolean): Lineage | null {
    let first = this._queue.peek();
    for (; first !== undefined && isAbandoned(first); first = this._queue.peek()) {
      this._waiting.delete(first);
      this._queue.pop();
    }
    return first ?? null;
  }

  private readonly _all = new Set<Lineage>();
  private readonly _queue = new TinyQueue<Lineage>();
  /** What is in the queue. */
  private readonly _waiting = new Set<Lineage>();
}
