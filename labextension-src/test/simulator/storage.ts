// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IDBObjectStore } from 'fake-indexeddb';
import { vi } from 'vitest';

/** Longer than anything waits before it asks a full browser again, in milliseconds. */
const LONG = 60_000;

/**
 * The storage of all browsers of a simulation, which may be full: what is kept can be
 * read then, and nothing written. It needs timers that don't run by themselves.
 */
export class FullStorage {
  /** Whether nothing can be written. */
  get isFull(): boolean {
    return this._refusals.length > 0;
  }

  /** Let no more be written. */
  fill(): void {
    if (this.isFull) {
      return;
    }
    this._refusals = (['add', 'put'] as const).map(method =>
      vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(() => {
        throw new DOMException('no space', 'QuotaExceededError');
      })
    );
    this._warn ??= vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  }

  /** Let all be written again, and wait until everybody has tried. */
  async free(): Promise<void> {
    if (this.isFull) {
      this._mend();
      await vi.advanceTimersByTimeAsync(LONG);
    }
  }

  dispose(): void {
    this._mend();
    this._warn?.mockRestore();
  }

  private _mend(): void {
    this._refusals.forEach(refusal => refusal.mockRestore());
    this._refusals = [];
  }

  private _refusals: { mockRestore(): void }[] = [];
  private _warn: { mockRestore(): void } | null = null;
}
