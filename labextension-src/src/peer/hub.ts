// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { UUID } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { RelayMode } from '../room/config';
import type { IRoute } from '../room/peers';
import type { IRefusedAddress } from '../room/refused';
import type { IRoomSession } from '../tokens';
import { Attendance } from './attendance';
import { RouteError } from './errors';
import { Pair } from './pair';
import type { Peer } from './peer';
import { Pulse } from './pulse';
import { Refusals } from './refusals';
import { NO_ROUTE } from './route';
import { RelayLoader } from './relay/loader';
import { isOpening, isSignal } from './signals';
import type { WebsocketClient } from './signaling/socket';
import { IceServers } from './signaling/turn';
import { Rate } from './wire/rate';

/**
 * How many other pages one page connects to: a browser can do some hundred. What
 * is written reaches the others by way of those who are connected to them.
 */
const MAX_PAIRS = 100;

/**
 * How many there may be together with those to whom no route is found: these keep their
 * connection, and don't keep others out.
 */
const MAX_CONNECTIONS = 300;

/**
 * How many connections are made, per second in the long run and at once. Chromium allows
 * the pages of a process 500, and counts those that were closed for a long time.
 */
const CONNECTIONS_PER_SECOND = 0.2;
const CONNECTIONS_AT_ONCE = 300;

/**
 * How long a connection that nothing is shared over is kept, in milliseconds.
 */
const IDLE_PATIENCE = 10_000;

/**
 * A connection and what is known of it.
 */
interface IConnection {
  readonly remoteId: string;
  readonly pair: Pair;
  /** Signals for which there was no way yet. */
  unsent: object[];
  /** Since when nothing is shared over it, in milliseconds. */
  idleSince: number | null;
}

/**
 * All connections of this page in one room: one to each other page, whatever
 * they share.
 *
 * One connection serves all topics of the same two pages: 16 pages that share
 * five documents would have 105 each otherwise. Proof, heartbeat and
 * backpressure are the connection's.
 */
export class PeerHub {
  constructor(options: PeerHub.IOptions) {
    this._options = options;
    this._iceServers = new IceServers(options.configuration.iceServers ?? []);
    this._relay = new RelayLoader(options.relay?.topic ?? '', this.localId);
  }

  /** The id of this page in this room; another one after a reload. */
  readonly localId = UUID.uuid4();

  /** Emitted when a connection opens, closes or fails. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the other page was looked for in vain, most recently. */
  isUnroutable(remoteId: string): boolean {
    return this._refusals.isUnroutable(remoteId);
  }

  /** The STUN and TURN servers of the site that the browser does not take. */
  get refusedServers(): ReadonlyArray<IRefusedAddress> {
    return this._iceServers.refused;
  }

  /** Whether another page is connected by the relay only. */
  isRelayed(remoteId: string): boolean {
    const pair = this._connections.get(remoteId)?.pair;
    return (pair?.isOpen && pair.isRelayed) ?? false;
  }

  /** Find out how the connection to a page goes. */
  async route(remoteId: string): Promise<IRoute> {
    const pair = this._connections.get(remoteId)?.pair;
    return pair ? pair.route() : NO_ROUTE;
  }

  /** The connections, for diagnostics. */
  get pairs(): ReadonlyMap<string, Pair> {
    return new Map([...this._connections].map(([id, { pair }]) => [id, pair]));
  }

  /**
   * Whether somebody who was here before turned this page away, or was turned away,
   * because they don't hold the same key, while nobody else is connected: then it is
   * rather this page that doesn't hold the room's. Who comes later alarms nobody.
   */
  get isStranger(): boolean {
    return (
      this._refusals.strangers > 0 &&
      ![...this._connections.values()].some(({ pair }) => pair.isOpen)
    );
  }

  /**
   * Reserve a topic for one who takes part in it until they leave: two would not work, and
   * one that leaves would end both.
   *
   * @throws Error if this page takes part in it already.
   */
  enter(topic: string): void {
    if (this._entered.has(topic)) {
      throw new Error('This page takes part in that topic already.');
    }
    this._entered.add(topic);
  }

  /**
   * Take part in a topic.
   *
   * @param sockets - The connections to signaling servers.
   * @param meet - Called with each other page that does so, too.
   */
  join(
    topic: string,
    sockets: ReadonlyArray<WebsocketClient>,
    meet: (remoteId: string) => void
  ): void {
    if (!this._topics.size) {
      this._pulse.start();
    }
    this._relay.attach(sockets);
    sockets.forEach(socket => this._sockets.add(socket));
    if (this._options.relay?.mode !== 'always') {
      this._iceServers.attach(sockets);
    }
    this._topics.set(topic, meet);
    for (const [remoteId, { pair }] of this._connections) {
      pair.conversation.open(topic);
      if (pair.conversation.hears(topic)) {
        meet(remoteId);
      }
    }
  }

  /**
   * Take part in a topic no more.
   */
  leave(topic: string): void {
    this._entered.delete(topic);
    if (!this._topics.delete(topic)) {
      return;
    }
    for (const { pair } of this._connections.values()) {
      pair.conversation.close(topic);
    }
    if (!this._topics.size) {
      this._pulse.stop();
      this._forEachPair(pair => {
        pair.bye();
        pair.close(null);
      });
      this._relay.stop();
      this._sockets.clear();
    }
  }

  /**
   * Signaling works: say what may have been lost.
   *
   * @param isBack - Whether it did not before: this may be another network.
   */
  repeat(isBack: boolean): void {
    this._forEachPair(pair => pair.repeat(isBack));
  }

  /**
   * A peer of y-webrtc was made, which is to be served as soon as somebody listens to it.
   */
  expect(peer: Peer): void {
    this._attendance.add(peer);
  }

  /**
   * Serve a peer of y-webrtc.
   *
   * @param initiator - Whether to begin, if there is no connection.
   */
  attach(peer: Peer, initiator: boolean): void {
    const { remoteId, topic } = peer;
    if (this._isRefused(remoteId)) {
      peer.destroy();
      return;
    }
    const connection =
      this._connections.get(remoteId) ?? (initiator ? this._begin(remoteId) : null);
    if (!connection) {
      if (initiator && !this._wanted.has(remoteId)) {
        peer.destroy(); // there are too many
      } else if (!initiator) {
        this._attendance.wait(peer);
      }
      return;
    }
    connection.unsent.splice(0).forEach(signal => peer.emit('signal', [signal]));
    if (connection.pair.conversation.hears(topic)) {
      peer.connected();
    }
  }

  /**
   * The page of a peer has announced itself while the peer was there: the peer may wait
   * for what was said of a connection that is no more.
   */
  announced(peer: Peer): void {
    const connection = this._connections.get(peer.remoteId);
    if (connection) {
      connection.pair.announced();
    } else {
      this.attach(peer, true);
    }
  }

  /**
   * Serve a peer no more.
   *
   * @param error - What the other page did wrong.
   */
  detach(peer: Peer, error: Error | null): void {
    const { remoteId } = peer;
    const pair = this._connections.get(remoteId)?.pair;
    this._attendance.remove(peer);
    if (error) {
      this._refusals.ban(remoteId);
      pair?.close(error);
    } else if (pair && !pair.isOpen && !this._attendance.has(remoteId)) {
      // nobody needs it any more, and the other page would look for it
      peer.emit('signal', [pair.farewell()]);
      pair.close(null);
    }
  }

  /**
   * Send a message to the page of a peer.
   *
   * @param ordered - Whether it waits for the large messages of this topic.
   */
  send({ remoteId, topic }: Peer, data: Uint8Array, ordered: boolean): void {
    this._connections.get(remoteId)?.pair.send(topic, data, ordered);
  }

  /**
   * Send messages to the page of a peer, each when there is room for it.
   */
  stream({ remoteId, topic }: Peer, messages: Iterator<Uint8Array>): void {
    this._connections.get(remoteId)?.pair.stream(topic, messages);
  }

  /**
   * Take what a page sent by way of signaling.
   */
  receive(remoteId: string, signal: unknown): void {
    if (!isSignal(signal) || this._isRefused(remoteId)) {
      return;
    }
    let connection = this._connections.get(remoteId);
    if (signal.to !== undefined && signal.to !== connection?.pair.epoch) {
      // about a connection that is no more: who looks for it gets another one
      if (!connection && isOpening(signal)) {
        this._begin(remoteId);
      }
      return;
    }
    if ((connection?.pair.remoteEpoch ?? signal.epoch) !== signal.epoch) {
      connection = undefined; // the other page has another one now, or had one before
    }
    if (signal.bye) {
      if (!connection?.pair.isOpen) {
        this._forget(remoteId);
      }
      return;
    }
    if (!connection && (!isOpening(signal) || !this._mayConnect(remoteId))) {
      return; // an offer comes again
    }
    connection ??= this._connect(remoteId, false);
    connection.pair.receive(signal);
  }

  /**
   * Connect to a page that has announced itself, or do so as soon as it is time.
   */
  private _begin(remoteId: string): IConnection | null {
    if (!this._refusals.isTooEarly(remoteId) && this._mayConnect(remoteId)) {
      this._wanted.delete(remoteId);
      return this._connect(remoteId, true);
    }
    if (this._wanted.size < MAX_CONNECTIONS) {
      this._wanted.add(remoteId);
    }
    return null;
  }

  /**
   * Whether there is room for a connection, which is to be made then.
   */
  private _mayConnect(remoteId: string): boolean {
    const isFull = !this._connections.has(remoteId) && this._isFull();
    return !isFull && this._pace.take(performance.now());
  }

  /**
   * A page has left that there was no path to.
   */
  private _forget(remoteId: string): void {
    this._connections.get(remoteId)?.pair.close(null);
    this._attendance.of(remoteId).forEach(peer => peer.destroy());
  }

  /**
   * Make a connection, in place of the one that there may be.
   */
  private _connect(remoteId: string, initiator: boolean): IConnection {
    const old = this._connections.get(remoteId);
    const topics = old ? this._attendance.of(remoteId).map(({ topic }) => topic) : [];
    old?.pair.close(null);

    const { configuration, key, maxMessage, relay } = this._options;
    const peerOf = (topic: string) => this._attendance.find(remoteId, topic);
    const pair = new Pair({
      localId: this.localId,
      remoteId,
      key,
      configuration: () => ({
        ...configuration,
        iceServers: this._iceServers.current
      }),
      mode: relay?.mode ?? 'never',
      relay: () => this._relay.load(),
      initiator,
      maxMessage,
      topics: () => [...this._topics.keys()],
      events: {
        // the first one comes before there is a connection
        signal: signal => queueMicrotask(() => this._sendSignal(connection, signal)),
        opened: () => {
          this._refusals.opened(remoteId);
          this._changed.emit();
        },
        moved: () => this._changed.emit(),
        exhausted: () => this._renew(remoteId, pair),
        joined: topic => {
          if (!peerOf(topic)) {
            this._topics.get(topic)?.(remoteId);
          }
          peerOf(topic)?.connected();
        },
        left: topic => peerOf(topic)?.destroy(),
        message: (topic, data) => peerOf(topic)?.emit('data', [data]),
        progress: (topic, progress) => peerOf(topic)?.emit('progress', [progress]),
        oversized: (topic, size) => peerOf(topic)?.emit('oversized', [size]),
        closed: error => this._onClosed(remoteId, pair, error)
      }
    });
    const connection: IConnection = { remoteId, pair, unsent: [], idleSince: null };
    this._connections.set(remoteId, connection);
    this._attendance.begun(remoteId);
    topics.forEach(topic => this._topics.get(topic)?.(remoteId));
    return connection;
  }

  /**
   * Look for a page by another connection: it does not have what this one has taken of
   * the browser.
   */
  private _renew(remoteId: string, pair: Pair): void {
    if (this._mayConnect(remoteId)) {
      this._connect(remoteId, true);
    } else {
      pair.close(new RouteError('No route to the other page was found.'));
    }
  }

  /**
   * Send a signal by way of any topic that both pages are in.
   */
  private _sendSignal(connection: IConnection, signal: object): void {
    const [peer] = this._attendance.of(connection.remoteId);
    if (peer) {
      peer.emit('signal', [signal]);
    } else {
      connection.unsent.push(signal);
    }
  }

  private _onClosed(remoteId: string, pair: Pair, error: Error | null): void {
    if (this._connections.get(remoteId)?.pair === pair) {
      this._connections.delete(remoteId);
    }
    this._refusals.closed(remoteId, error, pair);
    this._attendance.removeAll(remoteId).forEach(peer => peer.closed(error));
    this._changed.emit();
  }

  private _isRefused(remoteId: string): boolean {
    return remoteId === this.localId || this._refusals.isBanned(remoteId);
  }

  private _isFull(): boolean {
    const pairs = [...this._connections.values()].map(({ pair }) => pair);
    const isFull = pairs.filter(({ isInVain }) => !isInVain).length >= MAX_PAIRS;
    return isFull || pairs.length >= MAX_CONNECTIONS;
  }

  private _tick(): void {
    const now = performance.now();
    const isSignaling = [...this._sockets].some(({ connected }) => connected);
    for (const [remoteId, connection] of [...this._connections]) {
      const isIdle = !this._attendance.has(remoteId);
      connection.idleSince = isIdle ? (connection.idleSince ?? now) : null;
      if (now - (connection.idleSince ?? now) > IDLE_PATIENCE) {
        connection.pair.bye();
        connection.pair.close(null);
      } else {
        connection.pair.tick(isSignaling);
      }
    }
    this._tickWanted();
    this._attendance.tick();
    this._iceServers.tick();
    this._refusals.tick();
  }

  /**
   * Connect to those whose time has come: first to those who were looked for least.
   */
  private _tickWanted(): void {
    const misses = (remoteId: string) => this._refusals.misses(remoteId);
    for (const remoteId of [...this._wanted].sort((a, b) => misses(a) - misses(b))) {
      const isHere = this._attendance.has(remoteId);
      if (!isHere || this._connections.has(remoteId)) {
        this._wanted.delete(remoteId);
      } else if (!this._isRefused(remoteId)) {
        this._begin(remoteId);
      }
    }
  }

  private _forEachPair(action: (pair: Pair) => void): void {
    [...this._connections.values()].forEach(({ pair }) => action(pair));
  }

  private readonly _options: PeerHub.IOptions;
  private readonly _entered = new Set<string>();
  private readonly _topics = new Map<string, (remoteId: string) => void>();
  private readonly _connections = new Map<string, IConnection>();
  private readonly _attendance = new Attendance();
  private readonly _refusals = new Refusals();
  private readonly _pace = new Rate(CONNECTIONS_PER_SECOND, CONNECTIONS_AT_ONCE);
  /** Who has announced themself too early to be connected to again. */
  private readonly _wanted = new Set<string>();
  private readonly _sockets = new Set<WebsocketClient>();
  private readonly _relay: RelayLoader;
  private readonly _iceServers: IceServers;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _pulse = new Pulse({
    tick: () => this._tick(),
    wake: isElsewhere => this._forEachPair(pair => pair.wake(isElsewhere)),
    bye: () => this._forEachPair(pair => pair.bye())
  });
}

/**
 * A namespace for `PeerHub` statics.
 */
export namespace PeerHub {
  /**
   * What a hub is made from.
   */
  export interface IOptions {
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** How to find a route. */
    readonly configuration: RTCConfiguration;
    /** Whether the relay is used, and the topic for it; never if not given. */
    readonly relay?: { readonly mode: RelayMode; readonly topic: string };
    /** How large a message may be, in bytes. */
    readonly maxMessage?: number;
  }

  const hubs = new WeakMap<IRoomSession, PeerHub>();

  /**
   * The hub of a room that this page is in.
   */
  export function of(session: IRoomSession): PeerHub {
    let hub = hubs.get(session);
    if (!hub) {
      const { iceServers, iceTransportPolicy, keys, relay } = session;
      hub = new PeerHub({
        key: keys.peerKey,
        configuration: { iceServers: [...iceServers], iceTransportPolicy },
        relay: { mode: relay, topic: keys.topic('relay') }
      });
      hubs.set(session, hub);
    }
    return hub;
  }
}
