// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

/**
 * How long the word may take of who has moved or deleted a file that is found missing, in
 * milliseconds: three times what a slow network does.
 */
const PATIENCE = 2000;

/**
 * What becomes of an open document whose file is gone from a drive that people have in
 * common.
 *
 * - *there*: it is saved as ever.
 * - *missing*: there was a file, and a save has found none. Nothing is written. Somebody
 *   may have moved it, and their word be on its way; else the room is told.
 * - *gone*: somebody has deleted the file, and it is not there. Nothing brings it back by
 *   itself, no key and no change of others: the user is asked. What they see counts as
 *   not saved until they have chosen, or somebody else has kept it.
 */
export class Deletion implements IDisposable {
  constructor(options: Deletion.IOptions) {
    this._options = options;
  }

  /** Whether nothing is to be written by itself. */
  get isGone(): boolean {
    return this._isGone;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._withdraw();
  }

  /**
   * Hear that somebody in the room has deleted the file from their drive, and look
   * whether it was this one.
   *
   * @returns Whether it was, as far as the drive tells.
   */
  async heard(by: string): Promise<boolean> {
    let isThere: boolean;
    try {
      isThere = await this._options.isThere();
    } catch (error) {
      console.warn(
        'Whether a deleted file is gone here is seen when it is saved.',
        error
      );
      return true; // nobody is told that it stays
    }
    if (!isThere) {
      this.ask(by);
    }
    return !isThere;
  }

  /**
   * Ask the user what to do with a document whose file somebody has deleted.
   */
  ask(by: string): void {
    if (!this._isDisposed) {
      this._hold();
      this._takeBack = this._options.ask(by);
    }
  }

  /**
   * Note that a save has found no file.
   */
  missed(): void {
    if (!this._isGone && !this._isDisposed) {
      this._hold();
      const timer = setTimeout(() => {
        void this.look().then(isThere => {
          if (!isThere && !this._options.missing()) {
            this.ask('');
          }
        });
      }, PATIENCE);
      this._takeBack = () => clearTimeout(timer);
    }
  }

  /**
   * Look whether the file is there again, or at another place.
   */
  async look(): Promise<boolean> {
    const isThere = await this._options.isThere().catch(() => false);
    if (isThere) {
      this.end();
    }
    return isThere;
  }

  /**
   * The file is there again.
   */
  end(): void {
    if (this._isGone) {
      this._isGone = false;
      this._withdraw();
      this._options.changed();
    }
  }

  private _hold(): void {
    this._withdraw();
    if (!this._isGone) {
      this._isGone = true;
      this._options.changed();
    }
  }

  private _withdraw(): void {
    this._takeBack();
    this._takeBack = NOTHING;
  }

  private readonly _options: Deletion.IOptions;
  /** Ends what is asked, or waited for. */
  private _takeBack: () => void = NOTHING;
  private _isGone = false;
  private _isDisposed = false;
}

const NOTHING = (): void => undefined;

/**
 * A namespace for `Deletion` statics.
 */
export namespace Deletion {
  /**
   * What document, and who is asked.
   */
  export interface IOptions {
    /** Whether the drive has its file. */
    readonly isThere: () => Promise<boolean>;
    /**
     * Ask the user whether to keep it.
     *
     * @param by - Who has deleted it; empty if nobody knows.
     * @returns What ends the question.
     */
    readonly ask: (by: string) => () => void;
    /**
     * Tell the room that the file is missing.
     *
     * @returns Whether that is heard here, too.
     */
    readonly missing: () => boolean;
    /** Called when `isGone` has changed. */
    readonly changed: () => void;
  }
}
