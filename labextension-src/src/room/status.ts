// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';

import type { IPeerDetails } from './peers';
import type { IRefusedAddress } from './refused';

/**
 * The states of a room, in the order in which the first that holds is shown.
 */
export type RoomState =
  /** no room was chosen, or sharing is disabled */
  | 'off'
  /** others in this room hold another secret */
  | 'wrong-key'
  /** somebody is connected, and their content is still arriving */
  | 'syncing'
  /** no signaling server answers, and nobody is connected */
  | 'unreachable'
  /** somebody announced themself, or the servers have not answered yet */
  | 'connecting'
  /** all is well, and nobody else is here */
  | 'alone'
  /** at least one person is connected only through the signaling server */
  | 'relayed'
  /** every person is connected directly */
  | 'connected';

/**
 * Whether the signaling servers answer: `none` if none is configured, `pending`
 * while the first attempt is under way, `open` if at least one answers, `refused` if
 * the browser won't connect to any.
 */
export type SignalingState = 'none' | 'pending' | 'open' | 'closed' | 'refused';

/**
 * The state of one connection to the pages that share one thing.
 */
export interface ILinkState {
  readonly signaling: SignalingState;

  /** Whether whoever is there may not have answered yet. */
  readonly isAsking?: boolean;

  /** How many pages announced themselves and are not connected yet. */
  readonly announced: number;

  /** How many of these could not be reached so far: no route was found. */
  readonly unroutable?: number;

  /** How many pages of other browsers are connected. */
  readonly connected: number;

  /** How many of these are connected only by way of a signaling server. */
  readonly relayed?: number;

  /** How many other tabs of this browser are there. */
  readonly tabs?: number;

  /** Whether somebody is connected, and the content of all who are has arrived. */
  readonly synced: boolean;

  /** How much of the content that is arriving is here, from 0 to 1; `null` if none is. */
  readonly progress?: number | null;

  /** Whether others don't accept this page's key. */
  readonly wrongKey?: boolean;

  /** The size of a change that is too large to be shared, in bytes, or `null`. */
  readonly oversized?: number | null;
  /** The code with which a signaling server closed the connection, if none is open. */
  readonly closeCode?: number | null;

  /** The signaling, STUN and TURN servers that the browser won't connect to. */
  readonly refused?: ReadonlyArray<IRefusedAddress>;

  /** How many connections of the browser this page has made since it was loaded. */
  readonly connectionsMade?: number;
}

/**
 * Something that reports the state of a connection.
 */
export interface ILinkReport {
  readonly state: ILinkState;

  /** The people seen through it, oneself included: person → name. */
  readonly people: ReadonlyMap<string, string>;

  readonly stateChanged: ISignal<unknown, void>;

  /**
   * Look at the connections to other pages one by one, which takes the browser some
   * milliseconds.
   */
  peerDetails?(): Promise<ReadonlyArray<IPeerDetails>>;
}

/**
 * The state of the room, as people are told.
 */
export interface IRoomStatus {
  readonly state: RoomState;

  /** The names of the other people, in order. */
  readonly people: ReadonlyArray<string>;

  /** More about the state, for words. */
  readonly details: IRoomDetails;
}

/**
 * What a state does not say.
 */
export interface IRoomDetails {
  /** How much of the content that is arriving is here, from 0 to 1; `null` if none is. */
  readonly progress: number | null;

  /** Whether somebody is there to whom no route was found. */
  readonly unroutable: boolean;

  /** The size of a change that is too large to be shared, in bytes, or `null`. */
  readonly oversized: number | null;
  /** Why this page can't use the signaling servers; `null` if nobody has said so. */
  readonly refusal: Refusal | null;

  /** The signaling, STUN and TURN servers that the browser won't connect to. */
  readonly refused: ReadonlyArray<IRefusedAddress>;

  /** How many connections of the browser this page has made since it was loaded. */
  readonly connectionsMade: number;
}

/**
 * Why a page can't use a signaling server: the server does not let it in, or has no
 * room, or the browser refuses the address.
 */
export type Refusal = 'forbidden' | 'full' | 'address';

/**
 * The close codes of `docs/protocol.md` by what people can do about them.
 */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [4401, 'forbidden'],
  [4403, 'forbidden'],
  [4409, 'full'],
  [4413, 'full'],
  [4429, 'full'],
  [4430, 'full'],
  [4503, 'full']
]);

/**
 * Find out what a state does not say.
 *
 * @param links - The states of the room's connections.
 */
export function roomDetails(links: ReadonlyArray<ILinkState>): IRoomDetails {
  const progress = links.flatMap(link => link.progress ?? []);
  const refusals = links.flatMap(({ closeCode, signaling }) =>
    signaling === 'refused' ? 'address' : (REFUSALS.get(closeCode ?? 0) ?? [])
  );
  const refused = links.flatMap(link => link.refused ?? []);
  return {
    progress: progress.length ? Math.min(...progress) : null,
    unroutable: links.some(link => (link.unroutable ?? 0) > 0),
    oversized: links.flatMap(link => link.oversized ?? [])[0] ?? null,
    refusal: refusals[0] ?? null,
    refused: [...new Map(refused.map(each => [each.address, each])).values()],
    connectionsMade: Math.max(0, ...links.map(link => link.connectionsMade ?? 0))
  };
}

/**
 * Decide the state of a room.
 *
 * @param inRoom - Whether this page is in a room.
 * @param links - The states of its connections.
 * @param people - How many other people are seen.
 */
export function roomState(
  inRoom: boolean,
  links: ReadonlyArray<ILinkState>,
  people: number
): RoomState {
  if (!inRoom) {
    return 'off';
  }
  if (links.some(link => link.wrongKey)) {
    return 'wrong-key';
  }
  if (links.some(link => link.connected > 0 && !link.synced)) {
    return 'syncing';
  }
  if (people > 0) {
    return links.some(link => (link.relayed ?? 0) > 0) ? 'relayed' : 'connected';
  }
  const announced = links.some(link => link.announced > 0 || link.connected > 0);
  const signaling = links.map(link => link.signaling);
  if (!announced && signaling.some(s => s === 'closed' || s === 'refused')) {
    // the links share their sockets, but hear of them one after the other
    if (!signaling.some(state => state === 'open')) {
      return 'unreachable';
    }
  }
  const isAsking = links.some(link => link.isAsking);
  const isPending = signaling.length === 0 || signaling.some(s => s === 'pending');
  if (announced || isAsking || isPending) {
    return 'connecting';
  }
  return 'alone';
}
