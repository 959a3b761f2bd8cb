// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

/**
 * How long a page that is looked at rests between two looks at a file, at the least, in
 * milliseconds: what was changed elsewhere is to be seen within a second or two.
 */
const MIN_INTERVAL = 1000;

/**
 * How many times longer than a look took it rests: JupyterLite reads all of a file to
 * say when it was written.
 */
const REST_FACTOR = 10;

/**
 * How long it rests at most, in milliseconds, however slow the drive is, or if it does not
 * answer.
 */
const MAX_INTERVAL = 60_000;

/**
 * Looks at a file from time to time, while the page is looked at.
 */
export class FileWatch implements IDisposable {
  /**
   * @param look - Looks at it.
   */
  constructor(look: () => Promise<void>) {
    this._look = look;
    document.addEventListener('visibilitychange', this._onVisibility);
    this._schedule();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    document.removeEventListener('visibilitychange', this._onVisibility);
  }

  private async _run(): Promise<void> {
    if (this._isLooking || document.hidden) {
      return; // whoever comes back has it looked at
    }
    this._isLooking = true;
    const start = performance.now();
    try {
      await this._look();
      this._interval = REST_FACTOR * (performance.now() - start);
    } catch {
      this._interval *= 2; // it is not there, or not to be reached: others tell of that
    }
    this._isLooking = false;
    this._schedule();
  }

  private _schedule(): void {
    if (!this._isDisposed) {
      this._interval = Math.min(MAX_INTERVAL, Math.max(MIN_INTERVAL, this._interval));
      clearTimeout(this._timer);
      this._timer = setTimeout(() => void this._run(), this._interval);
    }
  }

  private readonly _onVisibility = (): void => {
    void this._run();
  };

  private readonly _look: () => Promise<void>;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _interval = MIN_INTERVAL;
  private _isLooking = false;
  private _isDisposed = false;
}
