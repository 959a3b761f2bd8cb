// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

import type { DirtyState } from './dirty';

/**
 * How long after a change it is saved at the earliest, in milliseconds: a word
 * is typed in this time.
 */
const MIN_INTERVAL = 1000;

/**
 * How long after a change by somebody else it is saved to a drive that they share, in
 * milliseconds: they have saved it themselves by then.
 */
const OTHERS_INTERVAL = 4000;

/**
 * How many times longer than a save took the page rests from saving, so that a
 * large notebook does not keep it busy. JupyterLab's own number.
 */
const REST_FACTOR = 10;

/**
 * How long it rests at most, in milliseconds, however slow the machine is: so far, and
 * by a save, the drive may be behind.
 */
const MAX_INTERVAL = 60_000;

/**
 * Whether a save is none of Autosave's any more: the user was asked what to do, and has
 * not let anything be saved.
 */
export const DECLINED = Symbol('declined');

/**
 * Saves changes, one's own and those that arrive, to one's own drive.
 *
 * Jupyter leaves this to the provider of a collaborative document.
 */
export class Autosave implements IDisposable {
  /**
   * @param dirty - Says what there is to save.
   * @param save - Saves it, and tells for how many milliseconds the page was busy with
   * that, without what it only waited for: other tabs, or the move of a file. Where the
   * user has declined that, nothing is saved by itself until somebody has saved.
   * @param enabled - Whether the user wants it saved.
   * @param trouble - Is told that the drive refuses, by what it has thrown, and when it does
   * no more, by `null`. As long as it does, the pauses between two tries grow.
   * @param isDriveShared - Whether others may write to the same drive: who has made a
   * change saves it, and the others see to it if they don't.
   */
  constructor(
    dirty: DirtyState,
    save: () => Promise<number | typeof DECLINED>,
    enabled: () => boolean,
    trouble: (error: unknown) => void,
    isDriveShared = false
  ) {
    this._dirty = dirty;
    this._save = save;
    this._enabled = enabled;
    this._trouble = trouble;
    this._isDriveShared = isDriveShared;
    dirty.contentChanged.connect(this.schedule, this);
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._cancel();
    document.removeEventListener('visibilitychange', this._onVisibility);
    this._dirty.contentChanged.disconnect(this.schedule, this);
  }

  /**
   * Save soon, unless nothing has changed.
   */
  schedule(): void {
    if (this._isDisposed) {
      return;
    }
    const isOthers = this._isDriveShared && !this._dirty.isOwn;
    const delay = Math.max(this._interval, isOthers ? OTHERS_INTERVAL : 0);
    const due = performance.now() + delay;
    if (this._timer === undefined || due < this._due) {
      this._cancel();
      this._due = due;
      this._timer = setTimeout(() => void this._flush(), delay);
    }
  }

  /**
   * Go on saving: somebody has saved the document.
   */
  saved(): void {
    this._isDeclined = false;
    this.tell(null);
  }

  /**
   * Tell the user that the drive refuses, and once more if it says something else; or that
   * it does no more.
   *
   * @param error - What it has thrown; `null` if it has not.
   */
  tell(error: unknown): void {
    const said = error instanceof Error ? error.message : '';
    const refusal = error === null ? null : said;
    if (error === null && this._tries > 0) {
      this._tries = 0;
      this._interval = MIN_INTERVAL;
    }
    if (refusal !== this._refusal) {
      this._refusal = refusal;
      this._trouble(error);
    }
  }

  private async _flush(): Promise<void> {
    this._cancel();
    if (
      this._isDisposed ||
      this._isDeclined ||
      this._saving ||
      !this._dirty.dirty ||
      !this._enabled()
    ) {
      return;
    }
    const start = performance.now();
    let busy: number;
    this._saving = true;
    try {
      const saved = await this._save();
      this._isDeclined = saved === DECLINED;
      busy = saved === DECLINED ? 0 : saved;
      this.tell(null);
    } catch (error) {
      busy = performance.now() - start;
      console.warn('Could not save; trying again later.', error);
      this._tries++;
      this.tell(error);
    } finally {
      this._saving = false;
    }
    const rest = Math.max(MIN_INTERVAL * 2 ** this._tries, REST_FACTOR * busy);
    this._interval = Math.min(MAX_INTERVAL, rest);
    this._cancel(); // what was typed meanwhile did not know how long to rest
    if (this._dirty.dirty) {
      this.schedule();
    }
  }

  private _cancel(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  /**
   * A page that goes out of sight may not come back.
   */
  private readonly _onVisibility = (): void => {
    if (document.visibilityState === 'hidden') {
      void this._flush();
    }
  };

  private readonly _dirty: DirtyState;
  private readonly _save: () => Promise<number | typeof DECLINED>;
  private readonly _enabled: () => boolean;
  private readonly _isDriveShared: boolean;
  private _due = 0;
  private readonly _trouble: (error: unknown) => void;
  /** What the drive has said when it refused; `null` if it does not. */
  private _refusal: string | null = null;
  /** How often it has refused since it has taken anything. */
  private _tries = 0;
  private _isDeclined = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _interval = MIN_INTERVAL;
  private _saving = false;
  private _isDisposed = false;
}
