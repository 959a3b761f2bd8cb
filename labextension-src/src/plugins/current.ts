// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentChange, YDocument } from '@jupyter/ydoc';

import { documentKind } from '../document/kind';
import type { DocumentAtPath } from '../tokens';

/**
 * The document in front, or `null` if there is none that can be shared.
 */
export function currentDocument(
  shell: JupyterFrontEnd.IShell,
  documentManager: IDocumentManager
): DocumentAtPath | null {
  const widget = shell.currentWidget;
  const context = widget && documentManager.contextForWidget(widget);
  const file = context?.contentsModel;
  if (!context || !file || !context.model.collaborative) {
    return null;
  }
  const model = context.model.sharedModel as YDocument<DocumentChange>;
  if (!documentKind(file.type, model)) {
    return null; // a picture, say
  }
  // a drive that was asked for no content may leave out the format
  const format = file.format ?? (file.type === 'notebook' ? 'json' : 'text');
  return { path: context.localPath, contentType: file.type, format };
}
