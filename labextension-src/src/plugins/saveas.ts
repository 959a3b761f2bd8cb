// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';

/**
 * Knows whether *Save As…* is open.
 *
 * Until that dialog is closed, Jupyter takes any other file that is saved for the one that
 * it has asked for: it closes the document, and opens that file. Jupyter itself saves
 * little meanwhile; in a room, others go on writing.
 */
export class SaveAs {
  /**
   * Note when Jupyter asks for another name of a document.
   *
   * @param context - Jupyter's side of the document.
   * @returns Whether it is a new one.
   */
  follow(context: DocumentRegistry.Context): boolean {
    if (this._followed.has(context)) {
      return false;
    }
    this._followed.add(context);
    this._finishOnce(context as unknown as IFinishing);
    const saveAs = context.saveAs.bind(context);
    context.saveAs = () => {
      const answered = saveAs();
      // whoever has called hears of it first, and listens to what is saved no more
      const closed = answered.catch(() => undefined);
      const asked: IAsked = { path: context.path, closed };
      this._asked = asked;
      void asked.closed.then(() => {
        if (this._asked === asked) {
          this._asked = null;
        }
      });
      return answered;
    };
    return true;
  }

  /**
   * Hear what happens to a file while Jupyter asks.
   *
   * @returns The path of a file whose place another document has just taken, as the user
   * wants it: Jupyter deletes it, and saves the other there. What shows it shows what is no
   * more; Jupyter would bring that to the front in the place of what was saved.
   */
  replaced({ type, oldValue, newValue }: Contents.IChangedArgs): string | null {
    const { _asked: asked, _deleted: deleted } = this;
    if (type === 'delete') {
      this._deleted = asked && (oldValue?.path ?? null);
    } else if (type === 'save' && asked && newValue?.path === deleted) {
      this._deleted = null; // what is opened there now stays
      return deleted;
    }
    return null;
  }

  /**
   * Wait until a file can be saved without being taken for another: at once, unless
   * another document is about to get another name.
   *
   * @param path - Where the file is.
   */
  async settled(path: string): Promise<void> {
    while (this._asked && this._asked.path !== path) {
      await this._asked.closed;
    }
  }

  /**
   * Let Jupyter save a document once under its new name: where that replaces a file, it
   * does so twice, and asks whoever types in between about the second time.
   */
  private _finishOnce(context: IFinishing): void {
    const finish = context._finishSaveAs?.bind(context);
    if (finish) {
      context._finishSaveAs = path =>
        this._asked ? (this._asked.finished ??= finish(path)) : finish(path);
    }
  }

  private _asked: IAsked | null = null;
  private _deleted: string | null = null;
  private readonly _followed = new WeakSet<DocumentRegistry.Context>();
}

/**
 * What is under way while the dialog is open, and until the document is saved.
 */
interface IAsked {
  /** Where the document is. */
  readonly path: string;
  /** Resolves once that is over. */
  readonly closed: Promise<unknown>;
  /** Resolves once it is saved under its new name. */
  finished?: Promise<void>;
}

/**
 * The part of JupyterLab's context that saves a document under a new name. It is not public;
 * without it, Jupyter saves twice.
 */
interface IFinishing {
  _finishSaveAs?(path: string): Promise<void>;
}
