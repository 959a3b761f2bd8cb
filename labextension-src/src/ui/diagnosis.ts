// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';

import { ignored } from '../room/ignored';
import type { IPeerDetails } from '../room/peers';
import { publicPart } from '../room/refused';
import type { IWebRtcManager } from '../tokens';

/**
 * How long a signaling server may take to answer, in milliseconds: the page takes
 * one for dead after the same time.
 */
const PATIENCE = 3000;

/**
 * How much of a name is shown, in characters.
 */
const MAX_NAME = 50;

/**
 * Something that a page needs, whether it is there, and what is to be done if not.
 */
export interface INeed {
  /** What is needed, in a few words. */
  readonly name: string;
  readonly isThere: boolean;
  /** What it means if it is not there, and what helps. */
  readonly remedy: string;
}

/**
 * A signaling server, and how long it took to answer.
 */
export interface IServer {
  /** Where it is, without what may be a password. */
  readonly name: string;
  /** Milliseconds, or `null` if it did not answer. */
  readonly latency: number | null;
}

/**
 * The parts of a browser that are looked at.
 */
type Browser = Partial<
  Pick<
    typeof globalThis,
    'RTCPeerConnection' | 'indexedDB' | 'BroadcastChannel' | 'isSecureContext'
  >
>;

/**
 * Look at what the browser has.
 *
 * @param trans - The translations.
 * @param browser - What is looked at.
 */
export function browserNeeds(
  trans: TranslationBundle,
  browser: Browser = globalThis
): INeed[] {
  return [
    {
      name: trans.__('WebRTC (connections to others)'),
      isThere: !!browser.RTCPeerConnection,
      remedy: trans.__(
        'This browser has no WebRTC, or something blocks it, so there are no direct connections: allow it, or use another browser.'
      )
    },
    {
      name: trans.__('Secure page (copies links, lets tabs take turns)'),
      isThere: !!browser.isSecureContext,
      remedy: trans.__(
        'What is shared is encrypted all the same, but browsers allow this only to pages that come over https:// or from this computer. Open the site over https://.'
      )
    },
    {
      name: trans.__('Storage (work survives a reload)'),
      isThere: !!browser.indexedDB,
      remedy: trans.__(
        'This browser keeps nothing for this site: allow it to store data, or leave the private window.'
      )
    },
    {
      name: trans.__('Messages between tabs'),
      isThere: !!browser.BroadcastChannel,
      remedy: trans.__(
        'Tabs of this browser reach each other only by way of the network: use a newer browser.'
      )
    }
  ];
}

/**
 * Try to reach a signaling server, and see how long a message takes there and back.
 *
 * @param url - Its `ws://` or `wss://` URL.
 */
export async function probe(url: string): Promise<IServer> {
  const name = publicPart(url);
  let start = performance.now();
  return new Promise(resolve => {
    let socket: WebSocket | null = null;
    const done = (isThere: boolean) => {
      clearTimeout(timer);
      socket?.close();
      resolve({ name, latency: isThere ? performance.now() - start : null });
    };
    const timer = setTimeout(() => done(false), PATIENCE);
    try {
      socket = new WebSocket(url);
      socket.onopen = () => {
        start = performance.now(); // to open a connection takes several messages
        socket?.send(JSON.stringify({ type: 'ping' }));
      };
      socket.onmessage = () => done(true);
      socket.onclose = () => done(false);
    } catch {
      done(false); // the page's own rules forbid it
    }
  });
}

/**
 * What kind of room a page is in, in words that name none.
 */
export function roomKind(manager: IWebRtcManager, trans: TranslationBundle): string {
  if (manager.disabled) {
    return trans.__('Sharing is switched off');
  }
  switch (manager.room.kind) {
    case 'link':
      return trans.__('A room entered by link');
    case 'named':
      return trans.__('A room with a name');
    case 'invalid':
      return trans.__('None: the link was incomplete or mistyped');
    case 'none':
      return trans.__('None');
  }
}

/**
 * Say once who has written what was taken out of documents.
 *
 * @param writers - Their names; `null` for those who left before anybody knew.
 * @returns `null` if nobody has.
 */
export function ignoredWords(
  writers: ReadonlyArray<string | null>,
  trans: TranslationBundle
): string | null {
  if (!writers.length) {
    return null;
  }
  const names = writers.map(name =>
    name === null
      ? trans.__('somebody who left')
      : [...name.trim()].slice(0, MAX_NAME).join('') || trans.__('somebody')
  );
  return trans.__(
    'What does not belong into documents was taken out. It was written by: %1. If that goes on, share by a new link.',
    names.join(', ')
  );
}

/**
 * Write what is known for whoever is asked for help: no link, no name of a room,
 * document or person.
 *
 * It is not translated, because those who help may speak another language.
 */
export function report(
  manager: IWebRtcManager,
  servers: ReadonlyArray<IServer>,
  needs: ReadonlyArray<INeed>,
  peers: ReadonlyArray<IPeerDetails> = []
): string {
  const { details, people, state } = manager.status;
  return [
    'jupyterlite-webrtc report',
    `page: ${window.location.origin}${window.location.pathname}`,
    `browser: ${navigator.userAgent}`,
    `time: ${new Date().toISOString()}`,
    `room: ${manager.disabled ? 'disabled' : manager.room.kind}, ${state}`,
    `other people: ${people.length}`,
    `shared documents: ${manager.sharedPaths.length}`,
    `connections made: ${details.connectionsMade}`,
    `writers whose writing was taken out: ${ignored.names.length}`,
    ...servers.map(
      ({ name, latency }) =>
        `server: ${name} ${latency === null ? 'no answer' : `${Math.round(latency)} ms`}`
    ),
    ...details.refused.map(
      ({ address, reason }) => `REFUSED by the browser: ${address} (${reason})`
    ),
    ...peers.map(reportPeer),
    ...needs.map(({ name, isThere }) => `${isThere ? 'has' : 'LACKS'}: ${name}`)
  ].join('\n');
}

function reportPeer(peer: IPeerDetails, index: number): string {
  const { isInStep, latency, path, received, search, sent } = peer;
  return [
    `page ${index + 1}: ${path ?? 'NOT CONNECTED'}`,
    ...(latency === null ? [] : [`${Math.round(latency)} ms`]),
    `sent ${sent} B, received ${received} B`,
    isInStep ? 'in step' : 'NOT IN STEP',
    ...(search
      ? [
          `addresses here ${search.local.join('+') || 'none'}`,
          `there ${search.remote.join('+') || 'none'}`,
          `${search.failed} pairs failed`,
          ...search.silentServers.map(server => `${server} SILENT`),
          ...search.refusingServers.map(server => `${server} REFUSES`)
        ]
      : [])
  ].join(', ');
}
