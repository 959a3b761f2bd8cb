// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { renameFile } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ServerConnection } from '@jupyterlab/services';

import { ifThere } from '../document/absence';

/**
 * The HTTP status of a server that does not move a file to where another one is.
 */
const TAKEN = 409;

/**
 * Let JupyterLite ask before one file takes the place of another, as Jupyter does on a
 * server, which refuses that: JupyterLite's drive replaces it, and nobody hears of it.
 *
 * That goes for what people do. What programs move, as with Python's `os.replace`, they
 * move by way of the drive.
 */
export function askBeforeReplacing(documentManager: IDocumentManager): void {
  const { contents } = documentManager.services;
  const rename = documentManager.rename.bind(documentManager);
  documentManager.rename = async (path, newPath) => {
    if (
      path !== newPath &&
      (await ifThere(contents.get(newPath, { content: false }))) !== null
    ) {
      throw new ServerConnection.ResponseError(new Response(null, { status: TAKEN }));
    }
    return rename(path, newPath);
  };
  documentManager.overwrite = async (path, newPath) => {
    await documentManager.deleteFile(newPath); // closes it, if it is open
    return rename(path, newPath); // what the site ships there can't be deleted
  };
}

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
