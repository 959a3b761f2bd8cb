// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentRegistry } from '@jupyterlab/docregistry';

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
   */
  follow(context: DocumentRegistry.Context): void {
    if (this._followed.has(context)) {
      return;
    }
    this._followed.add(context);
    const saveAs = context.saveAs.bind(context);
    context.saveAs = () => {
      const answered = saveAs();
      // whoever has called hears of it first, and listens to what is saved no more
      const asked = { path: context.path, closed: answered.catch(() => undefined) };
      this._asked = asked;
      void asked.closed.then(() => {
        if (this._asked === asked) {
          this._asked = null;
        }
      });
      return answered;
    };
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

  private _asked: { path: string; closed: Promise<unknown> } | null = null;
  private readonly _followed = new WeakSet<DocumentRegistry.Context>();
}
