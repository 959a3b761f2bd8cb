// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// What browsers bring, in memory: WebRTC, WebSockets to a signaling server, and
// BroadcastChannel. All that we ship runs as it is.

import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import * as encoding from 'lib0/encoding';
import { vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import type { IHooks } from '../../src/peer/hooks';
import type { RoomLink } from '../../src/peer/link';
import type { Frame } from '../../src/peer/wire/frames';
import { decodeFrame, encodeFrame } from '../../src/peer/wire/frames';
import type { RelayMode } from '../../src/room/config';
import { roomKeys } from '../../src/room/keys';

/** The pages by the fingerprints of their connections. */
const connections = new Map<string, Connection>();

/** Who can't reach whom: `a>b`. */
export const blocked = new Set<string>();

/** How many connections each page has made. */
export const made = new Map<string, number>();

/** The pages that hear nothing of each other by the signaling server. */
export const deaf = new Set<string>();

/** The pages that are no more, and have told nobody. */
const crashed = new Set<string>();

/** Whether the signaling server takes binary frames, and whether it is away. */
export const server = { isBinary: false, isDown: false };

/** Every frame that was sent, by whom. */
export const sent: {
  readonly page: string;
  readonly frame: Frame;
  readonly bytes: number;
}[] = [];

/** What tabs told each other, by whom. */
export const published: { readonly page: string; readonly bytes: number }[] = [];

/** Every delivery of the signaling server, as text. */
export const deliveries: string[] = [];

class Channel {
  constructor(readonly connection: Connection) {}
  binaryType = '';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readyState = 'connecting';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;

  send(data: Uint8Array): void {
    if (this.readyState !== 'open') {
      throw new Error('InvalidStateError');
    }
    const frame = decodeFrame(data);
    sent.push({ page: this.connection.page, frame, bytes: data.byteLength });
    const copy = data.slice().buffer;
    const other = this.connection.remote?.channel;
    if (this.connection.isCut) {
      // SCTP repeats it until there is a route again
      this.connection.held.push(() => other?.onmessage?.({ data: copy }));
      return;
    }
    setTimeout(() => other?.readyState === 'open' && other.onmessage?.({ data: copy }));
  }
}

/**
 * A connection without routes: it opens once both ends have described themselves.
 */
class Connection {
  constructor(configuration: { page: string }) {
    this.page = configuration.page;
    connections.set(this.fingerprint, this);
    made.set(this.page, (made.get(this.page) ?? 0) + 1);
  }

  readonly page: string;
  readonly fingerprint = bytesToHex(randomBytes(8)).toUpperCase();
  isCut = false;
  /** How often a route was looked for: each takes sockets. */
  searches = 0;
  private _isSearching = false;
  private _isToSearch = true;
  private _remoteSearches = -1;
  readonly held: (() => void)[] = [];
  readonly sctp = { maxMessageSize: 262_144 };
  channel: Channel | null = null;
  remote: Connection | null = null;
  signalingState = 'stable';
  connectionState = 'new';
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;

  createDataChannel(): Channel {
    this.channel = new Channel(this);
    if (!this.remoteDescription) {
      setTimeout(() => this.onnegotiationneeded?.());
    }
    this._open();
    return this.channel;
  }

  async setLocalDescription(): Promise<void> {
    const isAnswer = this.signalingState === 'have-remote-offer';
    if (this._isToSearch) {
      this._isToSearch = false;
      this._isSearching = true;
      this.searches++;
    }
    this.localDescription = {
      type: isAnswer ? 'answer' : 'offer',
      sdp:
        `v=0\r\na=fingerprint:sha-256 ${this.fingerprint}\r\n` +
        `a=ice-ufrag:${this.searches}\r\n`
    };
    this.signalingState = isAnswer ? 'stable' : 'have-local-offer';
    this._open();
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.remoteDescription = description;
    const isOffer = description.type === 'offer';
    this.signalingState = isOffer ? 'have-remote-offer' : 'stable';
    const [, fingerprint] = /sha-256 (\S+)/.exec(description.sdp ?? '') ?? [];
    const [, searches] = /ice-ufrag:(\S+)/.exec(description.sdp ?? '') ?? [];
    // who is offered another route looks for one, too
    this._isToSearch ||= isOffer && Number(searches) !== this._remoteSearches;
    this._remoteSearches = Number(searches);
    this.remote = connections.get(fingerprint) ?? null;
    this._open();
  }

  async addIceCandidate(): Promise<void> {
    // there is one route or none
  }

  setConfiguration(): void {
    // it names no servers here
  }

  restartIce(): void {
    this._isToSearch = true;
    setTimeout(() => {
      if (this.connectionState !== 'closed' && this.signalingState === 'stable') {
        this.onnegotiationneeded?.();
      }
    });
  }

  close(): void {
    const { channel } = this;
    const remote = this.isCut ? null : this.remote;
    connections.delete(this.fingerprint);
    this.connectionState = 'closed';
    if (channel) {
      channel.readyState = 'closed';
    }
    setTimeout(() => {
      if (remote?.channel?.readyState === 'open') {
        remote.channel.readyState = 'closed';
        remote.channel.onclose?.();
      }
    });
  }

  /** Cut the route, or mend it. */
  cut(isCut: boolean): void {
    this.isCut = isCut;
    this.connectionState = isCut ? 'disconnected' : 'connected';
    if (!isCut) {
      this.held.splice(0).forEach(deliver => setTimeout(deliver));
    }
    setTimeout(() => this.onconnectionstatechange?.());
  }

  /** Give up: as Firefox does, which closes the channel when it finds no route. */
  fail(): void {
    this.connectionState = 'failed';
    this.onconnectionstatechange?.();
    this.hangUp();
  }

  /** Say that the channel is closed; the other end does not hear of it. */
  hangUp(): void {
    this.remote = null;
    if (this.channel) {
      this.channel.readyState = 'closed';
      this.channel.onclose?.();
    }
  }

  tryAgain(): void {
    this._isSearching = true;
    this._open();
  }

  private _open(): void {
    const { remote } = this;
    const ends = [this, remote];
    const isReady = ends.every(
      end => end?.channel && end.signalingState === 'stable' && end.remoteDescription
    );
    const isSearching = this._isSearching && remote?._isSearching;
    if (!remote || remote.remote !== this || !isReady || !isSearching) {
      return;
    }
    this._isSearching = remote._isSearching = false;
    if (
      blocked.has(`${this.page}>${remote.page}`) ||
      blocked.has(`${remote.page}>${this.page}`)
    ) {
      return;
    }
    for (const end of ends) {
      if (end?.channel?.readyState === 'connecting') {
        end.connectionState = 'connected';
        end.channel.readyState = 'open';
        setTimeout(() => end.channel?.onopen?.());
      }
    }
  }
}

/**
 * Cut all direct paths, or mend them.
 */
export function cutAll(isCut: boolean): void {
  connections.forEach(connection => connection.channel && connection.cut(isCut));
}

/**
 * The connections of a page.
 */
export function connectionsOf(page: string): Connection[] {
  return [...connections.values()].filter(connection => connection.page === page);
}

/**
 * Let pages that could not reach each other find a route.
 */
export function unblock(): void {
  blocked.clear();
  connections.forEach(connection => connection.tryAgain());
}

/** Where the signaling server is; each page has a name of its own for it. */
const SIGNALING = 'ws://signaling/';

/** Who subscribes to what. */
const subscribers = new Map<string, Set<Socket>>();

/**
 * A socket to the one signaling server.
 */
class Socket {
  static readonly OPEN = 1;
  readonly page: string;
  constructor(readonly url: string) {
    this.page = decodeURIComponent(url.slice(SIGNALING.length));
    all.add(this);
    setTimeout(() => {
      if (server.isDown || crashed.has(this.page)) {
        this.lose();
      } else if (this.readyState === 0) {
        this.readyState = 1;
        this.onopen?.();
      }
    });
  }
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  binaryType = '';
  bufferedAmount = 0;

  send(text: string | Uint8Array): void {
    if (typeof text !== 'string') {
      this._relay(text);
      return;
    }
    const message = JSON.parse(text) as {
      type: string;
      topics?: string[];
      topic?: string;
    };
    for (const topic of message.topics ?? []) {
      const sockets = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, sockets);
      if (message.type === 'subscribe') {
        sockets.add(this);
      } else {
        sockets.delete(this);
      }
    }
    if (message.type === 'ping') {
      const data = JSON.stringify({ type: 'pong' });
      setTimeout(() => this.readyState === 1 && this.onmessage?.({ data }));
    }
    if (message.type === 'features' && server.isBinary) {
      const data = JSON.stringify({
        type: 'features',
        relay: { version: 1, rate: 262_144, frameBytes: 73_728 }
      });
      setTimeout(() => this.readyState === 1 && this.onmessage?.({ data }));
    }
    if (message.type === 'publish') {
      const sockets = [...(subscribers.get(message.topic ?? '') ?? [])].filter(
        ({ page }) => page === this.page || !deaf.has(page) || !deaf.has(this.page)
      );
      for (const socket of sockets) {
        deliveries.push(text);
        const data = JSON.stringify({ ...message, clients: sockets.length });
        setTimeout(() => socket.readyState === 1 && socket.onmessage?.({ data }));
      }
    }
  }

  private _relay(bytes: Uint8Array): void {
    if (!server.isBinary) {
      throw new Error('npm’s server ends its process over this');
    }
    const topic = new TextDecoder().decode(bytes.subarray(2, 2 + bytes[1]));
    for (const socket of subscribers.get(topic) ?? []) {
      const data = bytes.slice().buffer;
      deliveries.push(topic);
      setTimeout(() => socket.readyState === 1 && socket.onmessage?.({ data }));
    }
  }

  close(): void {
    this.readyState = 3;
    all.delete(this);
    subscribers.forEach(sockets => sockets.delete(this));
  }

  /** Say that the connection is lost. */
  lose(): void {
    this.close();
    this.onclose?.({ code: 1006, reason: '' });
  }
}

/** All sockets that are not closed. */
const all = new Set<Socket>();

/**
 * Have the signaling server go away, or come back.
 */
export function interruptServer(isDown: boolean): void {
  server.isDown = isDown;
  if (isDown) {
    [...all].forEach(socket => socket.lose());
  }
}

vi.stubGlobal('RTCPeerConnection', Connection);
vi.stubGlobal('WebSocket', Socket);

/**
 * A page in a room, with modules of its own, as every page has.
 */
export interface IPage {
  readonly name: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly link: RoomLink;
  /** The text of its document. */
  readonly text: string;
  type(text: string): void;
  /** End the page without a word. */
  crash(): void;
  /** Share something else, too. */
  share(subject: string): RoomLink;
  /** Hear frames of everybody who is connected, as one packet of the relay brings them. */
  hear(frames: ReadonlyArray<Frame>): void;
  /** Close the document, and open it again. */
  reopen(): void;
  /** Its id in the room. */
  readonly id: string;
  /** Send a message of y-webrtc to everybody who is connected. */
  say(message: Uint8Array): void;
  /** Announce a page that does not exist. */
  announce(id: string): void;
}

/**
 * Open a page.
 *
 * @param browser - Pages of one browser hear each other's BroadcastChannel.
 * @param secret - The secret of the room: one byte, repeated.
 * @param relay - Whether it uses the relay.
 * @param state - What its document holds already.
 */
export async function openPage(
  name: string,
  browser = name,
  secret = 1,
  relay: RelayMode = 'never',
  state: Uint8Array | null = null
): Promise<IPage> {
  vi.resetModules();
  vi.doMock('lib0/broadcastchannel', () => broadcastChannel(name, browser));
  const { RoomLink } = await import('../../src/peer/link');
  const { PeerHub } = await import('../../src/peer/hub');
  const doc = new Y.Doc();
  if (state) {
    Y.applyUpdate(doc, state);
  }
  const awareness = new Awareness(doc);
  awareness.setLocalState({ user: { username: name, name } });
  const keys = roomKeys(new Uint8Array(32).fill(secret));
  const hub = new PeerHub({
    key: keys.peerKey,
    configuration: { page: name } as RTCConfiguration,
    relay: { mode: relay, topic: 'relay' }
  });
  crashed.delete(name);
  const join = (subject = 'subject', shared = doc, presence = awareness) =>
    new RoomLink({
      // every room has the same topics here, so that strangers meet
      session: {
        name: 'room',
        keys: { ...keys, topic: subject => subject },
        signalingUrls: [`${SIGNALING}${encodeURIComponent(name)}`],
        iceServers: [],
        iceTransportPolicy: 'all',
        relay
      },
      subject,
      doc: shared,
      awareness: presence,
      hub
    });
  let link = join();
  return {
    name,
    doc,
    awareness,
    get link() {
      return link;
    },
    get text() {
      return doc.getText('text').toJSON();
    },
    share: subject => {
      const other = new Y.Doc();
      return join(subject, other, new Awareness(other));
    },
    hear: frames =>
      hub.pairs.forEach(({ conversation }) =>
        frames.forEach(each =>
          conversation.receive(encodeFrame(each), performance.now())
        )
      ),
    reopen: () => {
      link.dispose();
      setTimeout(() => {
        link = join();
      });
    },
    id: hub.localId,
    say: message => hub.pairs.forEach(pair => pair.send('subject', message, false)),
    announce: id => {
      const { room, signalingConns } = link['_provider'] as unknown as IEngine;
      const data = room.provider.hooks.seal('subject', { type: 'announce', from: id });
      signalingConns.forEach(conn =>
        conn.send({ type: 'publish', topic: 'subject', data })
      );
    },
    type: text => doc.getText('text').insert(doc.getText('text').length, text),
    crash: () => {
      for (const connection of [...connections.values()]) {
        if (connection.page === name && connection.channel) {
          connection.channel.readyState = 'crashed';
          connection.signalingState = 'closed';
        }
      }
      crashed.add(name);
      [...all].filter(({ page }) => page === name).forEach(socket => socket.close());
    }
  };
}

/** What a page needs of y-webrtc that pretends to be others. */
interface IEngine {
  readonly room: { readonly provider: { readonly hooks: IHooks } };
  readonly signalingConns: { send(message: object): void }[];
}

/** How long a message from tab to tab takes, in milliseconds. */
export const betweenTabs = { delay: 0 };

/** The tabs of each browser, by channel. */
const tabs = new Map<string, Set<(data: unknown) => void>>();

/**
 * Let a tab of a browser tell the others that it is there, and crash at once.
 */
export function crashedTab(browser: string): void {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, 'crashed');
  encoding.writeVarUint(encoder, MESSAGE_BC_PEER_ID);
  encoding.writeUint8(encoder, 1);
  encoding.writeVarString(encoder, 'crashed');
  tabs.get(`${browser}/subject`)?.forEach(f => f(encoding.toUint8Array(encoder)));
}

/** What y-webrtc's message begins with in which a tab says that it comes or goes. */
const MESSAGE_BC_PEER_ID = 4;

/**
 * lib0's module, for a page of a browser.
 */
function broadcastChannel(page: string, browser: string) {
  const subscribersOf = (room: string) => {
    const key = `${browser}/${room}`;
    tabs.set(key, tabs.get(key) ?? new Set());
    return tabs.get(key)!;
  };
  return {
    subscribe: (room: string, f: (data: unknown) => void) => subscribersOf(room).add(f),
    unsubscribe: (room: string, f: (data: unknown) => void) =>
      subscribersOf(room).delete(f),
    publish: (room: string, data: Uint8Array) => {
      const copy = data.slice();
      published.push({ page, bytes: data.length });
      setTimeout(() => subscribersOf(room).forEach(f => f(copy)), betweenTabs.delay);
    }
  };
}
