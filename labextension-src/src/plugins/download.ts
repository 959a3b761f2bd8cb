// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { NAMESPACE } from '../tokens';
import { download } from '../ui/download';
import { frontContent } from './current';

/**
 * Jupyter's command.
 */
const DOWNLOAD = 'docmanager:download';

/**
 * Downloads what is on the screen.
 *
 * JupyterLite saves a document, and then downloads what its drive has; a Jupyter server
 * gives what it has. Where the drive refuses the document, that was nothing, or what it had
 * before: just when somebody needs it most.
 */
export const downloadPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:download`,
  description: 'Downloads documents as they are on the screen.',
  autoStart: true,
  requires: [IDocumentManager],
  activate: (app: JupyterFrontEnd, documentManager: IDocumentManager): void => {
    const { commands, shell } = app;
    const execute = commands.execute.bind(commands);
    // a command can't be replaced, and whoever adds this one may do so later than us
    commands.execute = ((id, args) => {
      const front = id === DOWNLOAD ? frontContent(shell, documentManager) : null;
      if (!front) {
        return execute(id, args);
      }
      download(front.document.path, front.content);
      return Promise.resolve();
    }) as typeof commands.execute;
  }
};
