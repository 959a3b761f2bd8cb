// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { DECLINED } from './autosave';
import type { DirtyState } from './dirty';
import type { DriveFile } from './file';
import type { IJupyterContext } from './jupyter';
import { FileChanged } from './version';

/**
 * What is done about a document that is in no room, and may be in one later: Jupyter
 * decides about its file.
 *
 * Changes are saved as they happen, as those of shared documents are, but never over what
 * somebody else has written to the file: another tab, a kernel, a script. Then Jupyter
 * asks. As long as nobody has changed the document, it shows what they write.
 */
export class PrivateDocument {
  constructor(options: PrivateDocument.IOptions) {
    this._options = options;
  }

  /**
   * Save the document without being asked to.
   *
   * @returns For how many milliseconds the page was busy with that; `DECLINED` if the user
   * was asked, and wants nothing written.
   */
  async saveByItself(): Promise<number | typeof DECLINED> {
    const { dirty, jupyter, save } = this._options;
    try {
      const busy = await save(false);
      this.tellJupyter();
      return busy;
    } catch (error) {
      const context = jupyter();
      if (!(error instanceof FileChanged) || !context) {
        throw error;
      }
      await this.takeIn();
      return !dirty.dirty || (await context.save()) ? 0 : DECLINED;
    }
  }

  /**
   * Save the document for Jupyter, which has looked whether it may.
   *
   * @throws Error - Of which Jupyter says nothing, as it asks, if somebody has written the
   * file since.
   */
  async saveForJupyter(): Promise<void> {
    const { jupyter, save } = this._options;
    try {
      await save(true);
    } catch (error) {
      if (!(error instanceof FileChanged)) {
        throw error;
      }
      setTimeout(() => void jupyter()?.save());
      error.name = 'ModalDuplicateError'; // what Jupyter calls a question that is asked
      throw error;
    }
  }

  /**
   * Show what somebody else has written to the file. Whoever has changed the document is
   * asked when it is saved.
   */
  readonly takeIn = async (): Promise<void> => {
    const { dirty, file, isPrivate, isUntouched, jupyter, revert } = this._options;
    const isShown = () => isPrivate() && jupyter()?.isVisible;
    const isSafe = () => !dirty.dirty || isUntouched();
    if (isShown() && (await file.isChanged()) && isSafe()) {
      const content = await file.load();
      if (isShown() && isSafe()) {
        revert(content);
        this.tellJupyter();
      }
    }
  };

  /**
   * Tell Jupyter which version of the file the document comes from: it compares that with
   * the drive's.
   */
  tellJupyter(): void {
    const { file, isPrivate, jupyter } = this._options;
    if (isPrivate() && file.known) {
      jupyter()?.told(file.known);
    }
  }

  private readonly _options: PrivateDocument.IOptions;
}

/**
 * A namespace for `PrivateDocument` statics.
 */
export namespace PrivateDocument {
  /**
   * The document.
   */
  export interface IOptions {
    /** Whether it is open, and in no room. */
    readonly isPrivate: () => boolean;
    /** Whether it was changed. */
    readonly dirty: DirtyState;
    /** Whether nothing of that was changed by anybody. */
    readonly isUntouched: () => boolean;
    /** Its file. */
    readonly file: DriveFile;
    /** What Jupyter does with it. */
    readonly jupyter: () => IJupyterContext | null;
    /** Make it hold a content of the file. */
    readonly revert: (content: unknown) => void;
    /**
     * Save it.
     *
     * @param isAsked - Whether Jupyter does so.
     * @throws FileChanged - If somebody else has written the file.
     */
    readonly save: (isAsked: boolean) => Promise<number>;
  }
}
