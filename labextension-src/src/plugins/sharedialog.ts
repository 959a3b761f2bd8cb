// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Awareness } from 'y-protocols/awareness';

import { offers } from '../people/offers';
import { roster } from '../people/roster';
import { LocalUserManager } from '../people/user';
import { samePath } from '../room/path';
import { personOf } from '../room/person';
import type { IWebRtcManager } from '../tokens';
import { CommandIDs } from '../tokens';
import { makeDialog } from '../ui/dialog';
import { ShareBody } from '../ui/share';
import { shareQuestion } from '../ui/sharewords';
import { acceptOffer, currentDocument, frontWidget } from './current';

/**
 * What the dialog is about.
 */
export interface IShareDialogOptions {
  readonly app: JupyterFrontEnd;
  /** Who is here; `null` where nobody is shown. */
  readonly awareness: Awareness | null;
  readonly documentManager: IDocumentManager;
  /** Knows the room. */
  readonly manager: IWebRtcManager;
  /** The translations. */
  readonly trans: TranslationBundle;
}

/**
 * The dialog that is open: a second one takes its place.
 */
let open: Dialog<unknown> | null = null;

/**
 * Show how this page is shared, until somebody closes the dialog.
 */
export async function showShareDialog(options: IShareDialogOptions): Promise<void> {
  const { app, awareness, documentManager } = options;
  const peopleChanged = new Signal<object, void>({});
  const changed = () => peopleChanged.emit();
  open?.reject();
  open = makeShareDialog(options, peopleChanged);
  const dialog = open;
  awareness?.on('change', changed);
  // a document that has just come into view may not be all there yet
  const widget = frontWidget(app.shell);
  const context = widget && documentManager.contextForWidget(widget);
  context?.ready.then(changed, () => undefined);
  try {
    const { button } = await dialog.launch();
    if (button.displayType === 'warn') {
      await app.commands.execute(CommandIDs.stop);
    }
  } finally {
    awareness?.off('change', changed);
    open = open === dialog ? null : open;
  }
}

/**
 * Name a document, and ask whether it is the one to be shared.
 */
export async function askToShare(
  path: string,
  trans: TranslationBundle
): Promise<boolean> {
  const share = Dialog.okButton({ label: trans.__('Share') });
  const buttons = [Dialog.cancelButton(), share];
  const { button } = await showDialog({ ...shareQuestion(path, trans), buttons });
  return button.accept;
}

function makeShareDialog(
  options: IShareDialogOptions,
  peopleChanged: ISignal<unknown, void>
): Dialog<unknown> {
  const { app, awareness, documentManager, manager, trans } = options;
  const { commands } = app;
  const { user } = app.serviceManager;
  const localUser = user instanceof LocalUserManager ? user : null;
  const close = () => open?.resolve();
  const body = new ShareBody({
    manager,
    current: () => currentDocument(app.shell, documentManager),
    people: () => {
      const me = personOf(user.identity?.username ?? '');
      return roster(awareness?.getStates() ?? new Map(), me, trans.__('Somebody'));
    },
    offers: () =>
      awareness
        ? offers(awareness.getStates(), awareness.clientID, path =>
            manager.sharedPaths.some(shared => samePath(shared) === samePath(path))
          )
        : [],
    accept: path => {
      close();
      acceptOffer(manager, documentManager, path);
    },
    follow: person => {
      close();
      void commands.execute(CommandIDs.follow, { person });
    },
    copyPrivately: () => {
      close();
      void commands.execute(CommandIDs.copyPrivately);
    },
    peopleChanged,
    me: () => localUser?.localIdentity.person ?? null,
    rename: localUser && (choice => localUser.choose(choice)),
    trans
  });
  const dialog = makeDialog(body, {
    title: trans.__('Share'),
    buttons: [
      Dialog.warnButton({
        label: trans.__('Stop sharing'),
        caption: trans.__('Leave the room; your documents become private again')
      }),
      Dialog.okButton({ label: trans.__('Done') })
    ],
    defaultButton: 1,
    focusNodeSelector: '.jp-WebRTCShare-copy input',
    hasClose: true
  });
  dialog.addClass('jp-WebRTCShareDialog');
  return dialog;
}
