// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IGlobalAwareness } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandToolbarButton, copyIcon, shareIcon } from '@jupyterlab/ui-components';
import type { Awareness } from 'y-protocols/awareness';

import { loadedNow } from '../room/loading';
import type { DocumentAtPath } from '../tokens';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { copyText } from '../ui/clipboard';
import { leaveToBrowser } from '../ui/dialog';
import { currentDocument, frontWidget } from './current';
import { pageRequest } from './page';

/**
 * Where the button stands: in Lab's top area right of everything else, in the
 * Notebook app's menu area right of our status.
 */
const BUTTON_RANK = 1001;

/**
 * How long people are told that the link is copied, in milliseconds: long enough
 * to read it twice.
 */
const COPIED_TIME = 8000;

/**
 * The pages of the Notebook app that show a document.
 */
const DOCUMENT_PAGES = ['notebooks', 'edit'];

/**
 * Shares by link: the button, its dialog, and the commands.
 */
export const sharePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:share`,
  description: 'Shares documents by link.',
  autoStart: true,
  requires: [IWebRtcManager, IDocumentManager],
  optional: [IGlobalAwareness, ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager,
    awareness: Awareness | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const current = () => currentDocument(shell, documentManager);
    const isInRoom = () => ['link', 'named'].includes(manager.room.kind);

    const awaited = new Set(pageRequest.paths);
    const isAwaited = () => {
      for (const path of awaited) {
        if (documentManager.findWidget(path, null)) {
          awaited.delete(path);
        }
      }
      return awaited.size > 0;
    };

    /**
     * Let the user see which document it is, where it might be another one than they
     * think: it can't be taken back.
     */
    const maySharePath = async (path: string): Promise<boolean> => {
      const open = [...shell.widgets('main')].filter(widget =>
        documentManager.contextForWidget(widget)
      );
      if (open.length <= 1 && !isAwaited()) {
        return true;
      }
      const code = await loadedNow(() => import('./sharedialog'));
      return code?.askToShare(path, trans) ?? false;
    };

    const showDialog = async () => {
      const code = await loadedNow(() => import('./sharedialog')); // most pages never show it
      await code?.showShareDialog({ app, awareness, documentManager, manager, trans });
    };

    const copyLink = async (): Promise<void> => {
      const document = current();
      const shared = manager.sharedPaths;
      const path =
        document && shared.includes(document.path)
          ? document.path
          : (shared[0] ?? null);
      const url = manager.shareUrl(path);
      if (url === null || !(await copyText(url))) {
        await showDialog(); // from where it can be copied by hand
        return;
      }
      Notification.success(
        path === null
          ? trans.__('The link to this room is copied.')
          : trans.__(
              'The link to “%1” is copied. Send it to those who should join.',
              path
            ),
        {
          autoClose: COPIED_TIME,
          actions: [
            { label: trans.__('Show details'), callback: () => void showDialog() }
          ]
        }
      );
    };

    const shareCaption = (document: DocumentAtPath | null) =>
      document
        ? trans.__('Share “%1” by link', document.path)
        : trans.__('Open a notebook or a text file to share it');

    const tellDisabled = () => {
      Notification.warning(trans.__('Sharing is switched off in your settings.'), {
        autoClose: false,
        actions: [
          {
            label: trans.__('Switch it on'),
            callback: () => void commands.execute(CommandIDs.disable)
          }
        ]
      });
    };

    commands.addCommand(CommandIDs.share, {
      label: args => (args.isPalette ? trans.__('Share by Link…') : trans.__('Share')),
      caption: () =>
        isInRoom() ? trans.__('Show how this page is shared') : shareCaption(current()),
      icon: shareIcon,
      isEnabled: () => isInRoom() || current() !== null,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        if (manager.disabled) {
          tellDisabled();
          return;
        }
        const document = current();
        if (!isInRoom() && (!document || !(await maySharePath(document.path)))) {
          return;
        }
        if (!document || isInRoom()) {
          await showDialog();
          return;
        }
        manager.share(document);
        await copyLink();
      }
    });

    commands.addCommand(CommandIDs.copyLink, {
      label: trans.__('Copy the Link to This Room'),
      icon: copyIcon,
      isEnabled: () => isInRoom() && !manager.disabled,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: copyLink
    });

    commands.addCommand(CommandIDs.stop, {
      label: trans.__('Stop Sharing'),
      caption: trans.__('Leave the room; your documents become private again'),
      isEnabled: () => isInRoom() && !manager.disabled,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        manager.leave();
        Notification.info(
          trans.__(
            'You have left the room. Your documents are private again; the others keep what they have.'
          )
        );
      }
    });

    for (const command of [CommandIDs.share, CommandIDs.copyLink, CommandIDs.stop]) {
      palette?.addItem({
        command,
        category: trans.__('WebRTC Sharing'),
        args: { isPalette: true }
      });
    }

    const notify = () => {
      commands.notifyCommandChanged(CommandIDs.share);
      commands.notifyCommandChanged(CommandIDs.copyLink);
      commands.notifyCommandChanged(CommandIDs.stop);
    };
    manager.stateChanged.connect(notify);
    const watched = new WeakSet<object>();
    const onCurrent = () => {
      isAwaited();
      notify();
      const widget = frontWidget(shell);
      const context = widget && documentManager.contextForWidget(widget);
      if (context && !watched.has(context)) {
        watched.add(context);
        // also JupyterLab's: it counts the cells that buttons are about before a shared
        // model has any
        const notifyAll = () => commands.notifyCommandChanged();
        void context.ready.then(notifyAll, notifyAll);
      }
    };
    shell.currentChanged?.connect(onCurrent);
    void app.restored.then(onCurrent);

    const page = PageConfig.getOption('notebookPage');
    if (labShell || DOCUMENT_PAGES.includes(page)) {
      const id = CommandIDs.share;
      const button = new CommandToolbarButton({
        commands,
        id,
        label: trans.__('Share')
      });
      button.id = 'jp-webrtc-share';
      button.node.addEventListener('keydown', leaveToBrowser, true);
      button.addClass('jp-WebRTCShareButton');
      // on a phone, the Notebook app hides its top area, but not its menu
      shell.add(button, labShell ? 'top' : 'menu', { rank: BUTTON_RANK });
    }
    void app.restored.then(() => {
      if (manager.room.kind === 'link' && manager.disabled) {
        tellDisabled();
      }
    });
  }
};
