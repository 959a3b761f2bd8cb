// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { NAMESPACE } from '../tokens';
import { frontWidget } from './current';

/**
 * Where the Notebook app shows the name of the document. It changes that only when the
 * user renames it there, and not when somebody else does.
 */
const TITLE = '#jp-title h1';

/**
 * Shows the new name of a document that somebody else has renamed, in pages for one
 * document.
 */
export const titlePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:title`,
  description: 'Shows the new name of a document that somebody else has renamed.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    documentManager: IDocumentManager,
    labShell: ILabShell | null
  ): void => {
    const { shell } = app;
    if (labShell) {
      return; // tabs follow by themselves
    }
    const show = (_: unknown, path: string): void => {
      const title = document.querySelector(TITLE);
      if (title) {
        title.textContent = PathExt.basename(path).replace(/\.ipynb$/, '');
      }
    };
    const watch = (): void => {
      const widget = frontWidget(shell);
      const context = widget && documentManager.contextForWidget(widget);
      context?.pathChanged.connect(show); // once for each, whatever comes to the front
    };
    shell.currentChanged?.connect(watch);
    watch();
  }
};
