// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * How many writers are told apart: anybody may write as any number of them.
 */
const MAX_WRITERS = 20;

/**
 * Finds out what somebody is called; `null` if nobody knows, or not yet.
 */
export type NameOf = () => string | null;

/**
 * Those who have written into shared documents what does not belong there, and was
 * taken out.
 */
class IgnoredWriters {
  /** Emitted when there is another one, or none any more. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * What they are called, in order, each once; `null` stands for those who left before
   * anybody knew.
   */
  get names(): ReadonlyArray<string | null> {
    const names = new Set<string>();
    let isAnyUnknown = false;
    for (const [writer, known] of this._writers) {
      const name = typeof known === 'string' ? known : known();
      if (name === null) {
        isAnyUnknown = true;
      } else {
        this._writers.set(writer, name); // also once they have left
        names.add(name);
      }
    }
    const sorted = [...names].sort((a, b) => a.localeCompare(b));
    return isAnyUnknown ? [...sorted, null] : sorted;
  }

  /**
   * Note who has.
   *
   * @param writer - The client under which it was written.
   * @param nameOf - Who that is: who comes may be known later than what they wrote.
   */
  add(writer: number, nameOf: NameOf): void {
    if (!this._writers.has(writer) && this._writers.size < MAX_WRITERS) {
      this._writers.set(writer, nameOf() ?? nameOf);
      this._changed.emit();
    }
  }

  /**
   * Forget them: the page goes to other people.
   */
  clear(): void {
    this._writers.clear();
    this._changed.emit();
  }

  private readonly _writers = new Map<number, string | NameOf>();
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * What the details of the connection say of them.
 */
export const ignored = new IgnoredWriters();
