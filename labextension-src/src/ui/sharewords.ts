// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// beside the words of the status, since most pages never load these

import type { TranslationBundle } from '@jupyterlab/translation';

import type { RoomChoice } from '../room/choice';

/**
 * Say who can get at what is shared in a room.
 */
export function access(room: RoomChoice, trans: TranslationBundle): string {
  return room.kind === 'named'
    ? trans.__(
        'Anybody who opens this site and knows the name of the room, “%1”, can join, see and change what is shared below.',
        room.name
      )
    : trans.__(
        'Anybody who has this link can join, see and change what is shared below. Send it only to people you trust with that.'
      );
}

/**
 * Say what becomes of the documents that are not shared in a room.
 */
export function privacy(room: RoomChoice, trans: TranslationBundle): string {
  return room.kind === 'named'
    ? trans.__(
        'Whatever you open while you are in this room is shared, too. Tabs that were open before you came, and private copies, stay private.'
      )
    : trans.__('Your other documents stay private.');
}

/**
 * Ask whether a document is the one to be shared by link.
 */
export function shareQuestion(
  path: string,
  trans: TranslationBundle
): { readonly title: string; readonly body: string } {
  return {
    title: trans.__('Share “%1”?', path),
    body: trans.__(
      'Anybody who gets the link can see and change this document. Your other documents stay private.'
    )
  };
}
