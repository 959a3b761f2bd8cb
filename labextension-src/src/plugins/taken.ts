// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentManager } from '@jupyterlab/docmanager';

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
    if ((await ifThere(contents.get(newPath, { content: false }))) !== null) {
      throw Object.assign(new Error(), { response: { status: TAKEN } });
    }
    return rename(path, newPath);
  };
  documentManager.overwrite = async (path, newPath) => {
    await documentManager.deleteFile(newPath); // closes it, if it is open
    return rename(path, newPath); // what the site ships there can't be deleted
  };
}
