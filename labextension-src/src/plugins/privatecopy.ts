// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';

import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { openCopy } from './copying';
import { currentDocument, frontContent, frontWidget } from './current';

/**
 * Opens a private copy of a shared document, for those who want to follow along and
 * try things out.
 */
export const privateCopyPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:private-copy`,
  description: 'Opens private copies of shared documents.',
  autoStart: true,
  requires: [IWebRtcManager, IDocumentManager],
  optional: [ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const { commands, shell } = app;
    const current = () => currentDocument(shell, documentManager);
    const command = CommandIDs.copyPrivately;
    commands.addCommand(command, {
      label: trans.__('Open a Private Copy'),
      caption: trans.__('Open a copy of this document that nobody else sees'),
      icon: copyIcon,
      isEnabled: () => manager.isShared(current()?.path ?? ''),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const front = frontContent(shell, documentManager);
        if (front) {
          const beside = labShell && frontWidget(shell);
          const options = { documentManager, manager, beside, trans };
          await openCopy(front.document, front.content, options);
        }
      }
    });
    manager.stateChanged.connect(() => commands.notifyCommandChanged(command));
    palette?.addItem({ command, category: trans.__('WebRTC Sharing') });
  }
};
