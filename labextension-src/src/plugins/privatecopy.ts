// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';

import { ifThere } from '../document/absence';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { currentDocument, frontWidget } from './current';

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
    const { commands, serviceManager, shell } = app;
    const current = () => currentDocument(shell, documentManager);
    const command = CommandIDs.copyPrivately;
    commands.addCommand(command, {
      label: trans.__('Open a Private Copy'),
      caption: trans.__('Open a copy of this document that nobody else sees'),
      icon: copyIcon,
      isEnabled: () => manager.isShared(current()?.path ?? ''),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const document = current();
        const widget = frontWidget(shell);
        const context = widget && documentManager.contextForWidget(widget);
        if (!document || !context) {
          return;
        }
        const { contentType: type, format, path } = document;
        const content = contentOf(context);
        const { contents } = serviceManager;
        const { saveCopy } = await load();
        const where = {
          canonical: JSON.stringify(content),
          earlier: null,
          exists: async (copy: string) =>
            (await ifThere(contents.get(copy, { content: false }))) !== null,
          read: async (copy: string) =>
            JSON.stringify((await contents.get(copy, { content: true })).content),
          write: async (copy: string) => {
            await contents.save(copy, {
              type,
              format: format as Contents.FileFormat,
              content
            });
          }
        };
        let copy: string;
        try {
          copy = await saveCopy(path, where);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          Notification.error(
            trans.__('No private copy of “%1” could be made: %2', path, reason)
          );
          return;
        }
        manager.keepPrivate(copy);
        const place = labShell ? { mode: 'split-right' as const, ref: widget.id } : {};
        documentManager.openOrReveal(copy, undefined, undefined, place);
      }
    });
    manager.stateChanged.connect(() => commands.notifyCommandChanged(command));
    palette?.addItem({ command, category: trans.__('WebRTC Sharing') });
  }
};

// most pages never need it; it is among the code that a document brings
const load = () => import(/* webpackChunkName: "document" */ '../document/copy');

/**
 * What a document holds, as files have it.
 */
function contentOf(context: DocumentRegistry.Context): unknown {
  const { model } = context;
  return model.sharedModel instanceof YNotebook ? model.toJSON() : model.toString();
}
