// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IDocumentProviderFactory } from '@jupyter/docprovider';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { DocumentProvider } from '../document/provider';
import { IWebRtcManager, NAMESPACE } from '../tokens';

/**
 * Provides the content of documents, and shares them.
 */
export const documentPlugin: JupyterFrontEndPlugin<IDocumentProviderFactory> = {
  id: `${NAMESPACE}:document-factory`,
  description: 'Opens notebooks and files as documents that are shared over WebRTC.',
  autoStart: true,
  requires: [IWebRtcManager],
  optional: [IDocumentManager],
  provides: IDocumentProviderFactory,
  activate: (
    _: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager | null
  ): IDocumentProviderFactory => ({
    create: options =>
      new DocumentProvider({
        ...options,
        manager,
        autosave: () => documentManager?.autosave ?? true
      })
  })
};
