// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { renameFile } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';

/**
 * Let Jupyter ask, too, where a document is renamed by its menu or title: there, a server
 * that refuses is not heard.
 */
export function askWhereRenamed(
  context: DocumentRegistry.Context,
  documentManager: IDocumentManager
): void {
  context.rename = async name => {
    const { path } = context;
    const newPath = path.slice(0, -PathExt.basename(path).length) + name;
    try {
      await renameFile(documentManager, path, newPath);
    } catch (error) {
      if (error instanceof Error) {
        throw error;
      } // else it is how Jupyter says that the user has chosen to keep what is there
    }
  };
}
