// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';

import type { RoomChoice } from '../room/choice';
import type { IRefusedAddress } from '../room/refused';
import type { IRoomStatus, Refusal } from '../room/status';
import type { IWebRtcManager } from '../tokens';

/**
 * How a state is shown.
 */
export interface IPresentation {
  /** Which picture goes with it. */
  readonly icon: 'off' | 'sharing' | 'trouble';
  /** A few words, for the status bar. */
  readonly label: string;
  /** What it means, and what can be done about it. */
  readonly help: string;

  /**
   * If people have to be told, the same in at most 140 characters: notifications show
   * no more.
   */
  readonly brief?: string;
}

/**
 * How a state is shown, and what else is amiss.
 */
export interface IFullPresentation extends IPresentation {
  /** What does not keep people apart, but should be mended: a sentence or two each. */
  readonly notes: ReadonlyArray<string>;
}

/**
 * How many names a tooltip lists.
 */
const MAX_NAMES = 10;

/**
 * How many connections a page may make before people are told what to do: Chromium
 * allows 500 in all, counts closed ones for a long time, and says nothing.
 */
const MANY_CONNECTIONS = 400;

/**
 * Say what a state means for people, with one remedy for each trouble.
 *
 * @param hasWebRtc - Whether this browser can connect to others directly.
 */
export function present(
  manager: Pick<IWebRtcManager, 'disabled' | 'isNewcomer' | 'room'>,
  status: IRoomStatus,
  trans: TranslationBundle,
  hasWebRtc = 'RTCPeerConnection' in globalThis
): IFullPresentation {
  return {
    ...presentState(manager, status, trans, hasWebRtc),
    notes: [
      ...status.details.refused.map(each => refusedAddress(each, trans)),
      ...(status.details.connectionsMade >= MANY_CONNECTIONS
        ? [manyConnections(status.details.connectionsMade, trans)]
        : [])
    ]
  };
}

function presentState(
  manager: Pick<IWebRtcManager, 'disabled' | 'isNewcomer' | 'room'>,
  { state, people, details }: IRoomStatus,
  trans: TranslationBundle,
  hasWebRtc: boolean
): IPresentation {
  const { disabled, isNewcomer, room } = manager;
  switch (state) {
    case 'off':
      return {
        icon: 'off',
        label: trans.__('Not shared'),
        help: disabled
          ? trans.__('Sharing is switched off. Switch it on in the settings.')
          : trans.__(
              'Nothing is shared. Click “Share” to work on a document with others.'
            )
      };
    case 'wrong-key':
      return {
        icon: 'trouble',
        label: trans.__('Wrong link'),
        help: wrongLink(room, trans),
        brief: wrongLink(room, trans)
      };
    case 'syncing':
      return {
        icon: 'sharing',
        label:
          details.progress === null
            ? trans.__('Receiving…')
            : trans.__('Receiving… %1 %', Math.floor(100 * details.progress)),
        help: trans.__('What the others share is arriving.')
      };
    case 'unreachable':
      return {
        icon: 'trouble',
        label: trans.__('Can’t reach others'),
        ...unreachable(details.refusal, trans)
      };
    case 'connecting':
      if (details.unroutable) {
        return {
          icon: 'trouble',
          label: trans.__('No way through'),
          ...unroutable(hasWebRtc, trans)
        };
      }
      return {
        icon: 'sharing',
        label: trans.__('Connecting…'),
        help: trans.__('Looking for the other people in the room.')
      };
    case 'alone':
      return {
        icon: 'sharing',
        label: trans.__('Only you'),
        ...alone(room, isNewcomer, trans)
      };
    case 'relayed':
    case 'connected': {
      if (details.oversized !== null) {
        return {
          icon: 'trouble',
          label: trans.__('Too large to share'),
          help: trans.__(
            'A change of %1 MB, such as a very large output, is too large to be shared: the others see neither it nor what you do after it. Clear that output; the rest is shared then.',
            Math.ceil(details.oversized / 1e6)
          ),
          brief: trans.__(
            'A very large output can’t be shared: the others see nothing that you do after it. Clear that output.'
          )
        };
      }
      const where =
        room.kind === 'named'
          ? trans.__(
              'In the room “%1” with %2. What you open is shared there.',
              room.name,
              names(people, trans)
            )
          : trans.__('Shared by link with %1.', names(people, trans));
      const relayed = trans.__(
        'There is no direct connection to some of them: what you share goes encrypted through the signaling server, which can’t read it, and is slower.'
      );
      return {
        icon: 'sharing',
        label: trans._n('%1 other', '%1 others', people.length),
        help: state === 'relayed' ? `${where} ${relayed}` : where
      };
    }
  }
}

/**
 * Say what it means that nobody else is here: who was sent a link expects somebody.
 */
function alone(
  room: RoomChoice,
  isNewcomer: boolean,
  trans: TranslationBundle
): Pick<IPresentation, 'help' | 'brief'> {
  if (room.kind === 'named') {
    return {
      help: trans.__(
        'Nobody else is in the room “%1” right now. Anybody who opens this site and knows the name of the room can join. What you open is shared there.',
        room.name
      )
    };
  }
  if (!isNewcomer) {
    return {
      help: trans.__(
        'Nobody else is here right now. Anybody who has the link can join.'
      )
    };
  }
  const words = trans.__(
    'Nobody else is here right now. If somebody says they are, ask for the link again: yours may be another.'
  );
  return { help: words, brief: words };
}

/**
 * Say why somebody who is here can't be reached: no network helps a browser that can't.
 */
function unroutable(
  hasWebRtc: boolean,
  trans: TranslationBundle
): Pick<IPresentation, 'help' | 'brief'> {
  if (!hasWebRtc) {
    const words = trans.__(
      'Somebody is here, but this browser has no WebRTC, or something blocks it: allow it, or use another browser.'
    );
    return { help: words, brief: words };
  }
  return {
    help: trans.__(
      'Somebody is here, but no connection to them was found. Your work is safe in this browser. Try another network, or ask whoever runs this site for a TURN server.'
    ),
    brief: trans.__(
      'Somebody is here, but no connection to them was found. Try another network.'
    )
  };
}

/**
 * Say why nobody can be found, and what to do about it.
 */
function unreachable(
  refusal: Refusal | null,
  trans: TranslationBundle
): Pick<IPresentation, 'help' | 'brief'> {
  switch (refusal) {
    case 'forbidden':
      return {
        help: trans.__(
          'The signaling server does not accept this site, so nobody can be found. Your work is safe in this browser. Tell whoever runs this site.'
        ),
        brief: trans.__(
          'The signaling server does not accept this site: nobody can be found. Tell whoever runs this site.'
        )
      };
    case 'full':
      return {
        help: trans.__(
          'The signaling server is full, so nobody can be found. Your work is safe in this browser, and is shared once there is room. Try again later; if it lasts, tell whoever runs this site.'
        ),
        brief: trans.__(
          'The signaling server is full: nobody can be found. Try again later.'
        )
      };
    case 'address':
      return {
        help: trans.__(
          'This browser refuses the address of the signaling server, so nobody can be found. Your work is safe in this browser. Tell whoever runs this site.'
        ),
        brief: trans.__(
          'This browser refuses the signaling server’s address: nobody can be found. Tell whoever runs this site.'
        )
      };
    case null:
      return {
        help: trans.__(
          'No signaling server answers, so nobody can be found. Your work is safe in this browser, and is shared once a server answers. Check your connection; if it works, tell whoever runs this site.'
        ),
        brief: trans.__(
          'No signaling server answers: nobody can be found. Your work is safe in this browser. Check your connection.'
        )
      };
  }
}

/**
 * Say that the browser refuses the address of a server, and what would help.
 */
function refusedAddress(
  { address, reason }: IRefusedAddress,
  trans: TranslationBundle
): string {
  return reason === 'insecure'
    ? trans.__(
        '%1 is not used: a page on https:// needs wss:// instead of ws://.',
        address
      )
    : trans.__(
        '%1 is not used: this browser does not understand the address. It stands in the configuration of this site, or in your settings.',
        address
      );
}

/**
 * Say that this page will meet nobody any more before long, and what would help.
 */
function manyConnections(count: number, trans: TranslationBundle): string {
  return trans.__(
    'This page has made %1 connections, and a browser allows about 500. Reload it: otherwise it may soon meet nobody new.',
    count
  );
}

function wrongLink(room: RoomChoice, trans: TranslationBundle): string {
  return room.kind === 'invalid'
    ? trans.__(
        'This link is incomplete or mistyped: ask for it again. Nothing is shared.'
      )
    : trans.__('The people in this room hold another key. Ask for a new link.');
}

function names(people: ReadonlyArray<string>, trans: TranslationBundle): string {
  const shown = people.slice(0, MAX_NAMES).map(name => name || trans.__('somebody'));
  const more = people.length - shown.length;
  return more > 0
    ? trans._n('%2 and %1 more', '%2 and %1 more', more, shown.join(', '))
    : shown.join(', ');
}
