// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IAwareness } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Awareness } from 'y-protocols/awareness';
import type { IRoom } from 'y-webrtc';
import { WebrtcProvider } from 'y-webrtc';
import type * as Y from 'yjs';

import type { IPeerDetails, IRoute } from '../room/peers';
import { peopleOf } from '../room/person';
import type { ILinkReport, ILinkState, SignalingState } from '../room/status';
import type { IRoomSession } from '../tokens';
import { connectionsMade } from './direct';
import { createHooks } from './hooks';
import { PeerHub } from './hub';
import { Progress } from './progress';
import { Questions } from './questions';

/**
 * How long the first connection to the signaling servers may take before the
 * page says that they don't answer, in milliseconds. A server on another
 * continent answers within one second; a black hole never does.
 */
const SIGNALING_PATIENCE = 3000;

/**
 * How long to wait for somebody to announce themself before a document opens
 * without them, in milliseconds.
 */
const ANNOUNCE_PATIENCE = 1000;

/**
 * How long to wait for a server that has not answered at all before a document
 * opens without it, in milliseconds.
 */
const ANSWER_PATIENCE = 500;

/**
 * How long to wait for the content of somebody who announced themself, in
 * milliseconds.
 */
const CONTENT_PATIENCE = 3000;

/**
 * How often to look, in milliseconds: y-webrtc does not tell of everything.
 */
const LOOK_INTERVAL = 25;

/**
 * How often to compare what one has with what others have, in milliseconds, so
 * that a gap that nobody noticed is closed.
 */
const COMPARE_INTERVAL = 30_000;

/**
 * How long to look for a route before the page says that none is found, in
 * milliseconds. Most are found within one second; the search goes on.
 */
const ROUTE_PATIENCE = 8000;

/**
 * How long somebody to whom no route was found counts as here, in milliseconds, until
 * they say so themselves: the search begins anew within about a second.
 */
const SEARCH_PAUSE = 5000;

/**
 * How long another tab of this browser is waited for that has not said what it has, in
 * milliseconds: one that crashed never does, and never says that it goes.
 */
const TAB_PATIENCE = 5000;

/**
 * How long something counts as too large to be shared after it was tried to send it,
 * in milliseconds: others ask for what they lack twice in that time.
 */
const OVERSIZE_MEMORY = 2 * COMPARE_INTERVAL + 5000;

/**
 * The connections before y-webrtc is ready.
 */
const NO_ROOM: Pick<IRoom, 'webrtcConns' | 'bcConns' | 'syncedTabs' | 'neighbours'> = {
  webrtcConns: new Map(),
  bcConns: new Set(),
  syncedTabs: new Set(),
  neighbours: new Map()
};

/**
 * How the connection to another tab of this browser goes: nothing is measured.
 */
const TAB: IRoute = { path: 'tab', latency: null, sent: 0, received: 0, search: null };

/**
 * A connection to the other pages that share one thing.
 */
export interface IRoomLink extends ILinkReport, IDisposable {
  /** How many other pages show what is shared: not those that only fetch it. */
  readonly viewers: number;

  /**
   * Wait for what others have, as long as somebody may have something.
   *
   * @param mayBeTab - Whether what another tab of this browser has is enough.
   * @returns Whether somebody's whole state has arrived: what is here may be a part of
   * one, where it has not.
   */
  settled(mayBeTab?: boolean): Promise<boolean>;
}

/**
 * Connects one Y.Doc and its awareness to the other pages that share a topic,
 * by way of y-webrtc.
 *
 * Making one is what starts network traffic; disposing of it ends it. A page makes one
 * of each topic at a time: another is an error.
 */
export class RoomLink implements IRoomLink {
  constructor(options: RoomLink.IOptions) {
    const { session, subject, doc } = options;
    this._awareness = options.awareness;
    this._urls = session.signalingUrls;
    this._topic = session.keys.topic(subject);
    this._hub = options.hub ?? PeerHub.of(session);
    this._hub.enter(this._topic);
    this._progress = new Progress(doc);
    this._questions = new Questions(doc, peer => this._progress.lacks(peer));
    this._provider = new WebrtcProvider(this._topic, doc, {
      signaling: [...session.signalingUrls],
      awareness: this._awareness,
      maxConns: Infinity, // the hub has a limit
      hooks: createHooks(this._hub, session.keys.signalingKey),
      peerOpts: { hub: this._hub, questions: this._questions }
    });
    this._provider.on('peers', this._onPeers);
    this._provider.on('error', this._onError);
    for (const conn of this._provider.signalingConns) {
      conn.on('connect', this._onSignaling);
      conn.on('disconnect', this._onSignaling);
      conn.on('message', this._onMessage);
    }
    this._awareness.on('change', this._onChanged);
    this._hub.changed.connect(this._onChanged);
    void this._provider.key.then(() => {
      // not before y-webrtc has a room: somebody may be in the topic already
      if (!this._isDisposed) {
        this._ask();
        this._hub.join(this._topic, this._provider.signalingConns, remoteId =>
          this._provider.room?.meet(remoteId)
        );
      }
    });
    this._after(SIGNALING_PATIENCE, this._onSignaling);
    this._compare = setInterval(() => {
      this._questions.askAll();
      this._stateChanged.emit();
    }, COMPARE_INTERVAL);
  }

  get state(): ILinkState {
    const { webrtcConns, bcConns, syncedTabs } = this._provider.room ?? NO_ROOM;
    const conns = [...webrtcConns];
    const waiting = conns.filter(([, conn]) => !conn.connected && !conn.closed);
    const missed = [...this._missed].filter(
      id => !webrtcConns.has(id) && !bcConns.has(id)
    ).length;
    const connected = conns.filter(([, conn]) => conn.connected);
    const now = performance.now();
    const tabs = [...bcConns];
    const told = tabs.filter(tab => syncedTabs.has(tab));
    const sockets = this._provider.signalingConns;
    const isEverybodyHere =
      connected.every(([, conn]) => conn.synced) &&
      tabs.every(
        tab => syncedTabs.has(tab) || now - (this._tabs.get(tab) ?? now) >= TAB_PATIENCE
      );
    return {
      signaling: this._signaling(),
      isAsking:
        this._signaling() === 'open' &&
        !this._alone &&
        now - this._asked < ANNOUNCE_PATIENCE,
      announced: waiting.length + missed,
      unroutable: waiting.filter(([id]) => this._isUnroutable(id)).length + missed,
      connected: connected.length,
      relayed: connected.filter(([id]) => this._hub.isRelayed(id)).length,
      tabs: tabs.length,
      synced: connected.length + told.length > 0 && isEverybodyHere,
      progress: this._progress.fraction,
      wrongKey: this._hub.isStranger,
      closeCode: this._closeCode(),
      refused: [
        ...sockets.flatMap(({ refused }) => refused ?? []),
        ...this._hub.refusedServers
      ],
      oversized:
        now - this._oversized.at < OVERSIZE_MEMORY ? this._oversized.size : null,
      connectionsMade: connectionsMade()
    };
  }

  get people(): ReadonlyMap<string, string> {
    return peopleOf(this._awareness.getStates());
  }

  get viewers(): number {
    const { clientID } = this._awareness;
    return [...this._awareness.getStates().keys()].filter(id => id !== clientID).length;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  async peerDetails(): Promise<IPeerDetails[]> {
    const { webrtcConns, bcConns, syncedTabs, neighbours } =
      this._provider.room ?? NO_ROOM;
    const states = this._awareness.getStates();
    const nameOf = (id: string) => {
      const state = states.get(neighbours.get(id)?.client ?? -1);
      const [name] = state ? peopleOf(new Map([[0, state]])).values() : [];
      return name ?? null;
    };
    const tabs = [...bcConns].map(id => ({
      ...TAB,
      id,
      name: null,
      isInStep: syncedTabs.has(id)
    }));
    const pages = [...webrtcConns].map(async ([id, conn]) => ({
      ...(await this._hub.route(id)),
      id,
      name: nameOf(id),
      isInStep: conn.connected && conn.synced
    }));
    return [...tabs, ...(await Promise.all(pages))];
  }

  /**
   * Wait for what others have, as long as somebody may have something.
   *
   * It ends when a peer's whole state has arrived, at once when the server says
   * that nobody else is there or when no server answers, and in any case in time,
   * unless more and more is arriving.
   */
  async settled(mayBeTab = true): Promise<boolean> {
    const start = performance.now();
    while (!this._isDisposed && !this._hasState(mayBeTab)) {
      const { announced, connected, signaling, tabs = 0 } = this.state;
      const now = performance.now();
      const somebody = announced + connected + (mayBeTab ? tabs : 0) > 0;
      const hopeless = this._alone || signaling === 'none' || this._refused();
      const patience = signaling === 'open' ? ANNOUNCE_PATIENCE : ANSWER_PATIENCE;
      const waited = now - Math.max(start, this._progress.touched);
      if (waited > (somebody ? CONTENT_PATIENCE : hopeless ? 0 : patience)) {
        return false;
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_INTERVAL));
    }
    return this._hasState(mayBeTab);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Leave: others see this page go, and nothing is sent any more.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._timers.forEach(timer => clearTimeout(timer));
    clearInterval(this._compare);
    this._awareness.off('change', this._onChanged);
    this._hub.changed.disconnect(this._onChanged);
    this._provider.off('peers', this._onPeers);
    this._provider.off('error', this._onError);
    for (const conn of this._provider.signalingConns) {
      conn.off('connect', this._onSignaling);
      conn.off('disconnect', this._onSignaling);
      conn.off('message', this._onMessage);
    }
    // first, as long as there are sockets: those who look for this page are told
    this._provider.room?.disconnect();
    this._provider.disconnect();
    this._hub.leave(this._topic);
    this._provider.destroy();
    this._progress.dispose();
    this._questions.dispose();
    Signal.clearData(this);
  }

  /**
   * Whether the whole state of somebody has arrived, and nobody has said that they
   * have more: who still receives a large document has a part of it.
   */
  private _hasState(mayBeTab: boolean): boolean {
    const { webrtcConns, syncedTabs } = this._provider.room ?? NO_ROOM;
    const synced = [...webrtcConns.values()].some(conn => conn.synced);
    const isTold = mayBeTab && syncedTabs.size > 0;
    return isTold || (synced && this._progress.fraction === null);
  }

  /**
   * Whether no server could be connected to.
   */
  private _refused(): boolean {
    return this._provider.signalingConns.every(
      conn => !conn.connected && conn.unsuccessfulReconnects > 0
    );
  }

  /**
   * Whether another page was looked for in vain, or for long.
   */
  private _isUnroutable(id: string): boolean {
    const since = this._met.get(id) ?? Infinity;
    return this._hub.isUnroutable(id) || performance.now() - since >= ROUTE_PATIENCE;
  }

  /**
   * Why a server closed the connection, if none is open.
   */
  private _closeCode(): number | null {
    const { signalingConns } = this._provider;
    const closings = signalingConns.flatMap(conn => conn.closing ?? []);
    return signalingConns.some(conn => conn.connected)
      ? null
      : (closings[0]?.code ?? null);
  }

  private _signaling(): SignalingState {
    if (this._urls.length === 0) {
      return 'none';
    }
    const { signalingConns } = this._provider;
    if (signalingConns.some(conn => conn.connected)) {
      return 'open';
    }
    if (signalingConns.length && signalingConns.every(conn => conn.refused)) {
      return 'refused';
    }
    return this._answered ? 'closed' : 'pending';
  }

  /**
   * A server's echo of one's own announcement says how many have heard it: a
   * hint that saves time, and no more.
   */
  private readonly _onMessage = (message: {
    readonly topic?: string;
    readonly clients?: number;
  }): void => {
    if (message.topic === this._topic && message.clients === 1) {
      this._alone = true;
    }
  };

  private _ask(): void {
    this._asked = performance.now();
    this._after(ANNOUNCE_PATIENCE, this._onChanged);
  }

  private readonly _onSignaling = (): void => {
    const isOpen = this._signaling() === 'open';
    if (isOpen) {
      if (!this._answered) {
        this._ask();
      }
      this._hub.repeat(this._isAway);
    }
    this._answered = true;
    this._isAway = !isOpen;
    this._stateChanged.emit();
  };

  private readonly _onPeers = (event: { added: string[] }): void => {
    for (const id of event.added) {
      const peer = this._provider.room?.webrtcConns.get(id)?.peer;
      if (peer) {
        this._progress.watch(peer);
        peer.on('connect', this._onChanged);
        peer.on('progress', this._onChanged);
        peer.on('close', () => this._onClosed(id));
        peer.on('connect', () => this._met.delete(id));
        peer.on('oversized', size => {
          this._oversized = { size, at: performance.now() };
          this._stateChanged.emit();
        });
        if (!this._met.has(id)) {
          this._met.set(id, performance.now());
          this._after(ROUTE_PATIENCE, this._onChanged);
        }
      }
    }
    this._watchTabs();
    this._stateChanged.emit();
  };

  /**
   * Note since when each other tab of this browser is here.
   */
  private _watchTabs(): void {
    const { bcConns } = this._provider.room ?? NO_ROOM;
    for (const tab of this._tabs.keys()) {
      if (!bcConns.has(tab)) {
        this._tabs.delete(tab);
      }
    }
    for (const tab of bcConns) {
      if (!this._tabs.has(tab)) {
        this._tabs.set(tab, performance.now());
        this._after(TAB_PATIENCE, this._onChanged);
      }
    }
  }

  private _onClosed(id: string): void {
    if (this._hub.isUnroutable(id) && !this._missed.has(id)) {
      this._missed.add(id);
      this._after(SEARCH_PAUSE, () => {
        this._missed.delete(id);
        this._onChanged();
      });
    }
    this._met.delete(id); // from now on, the hub knows whether it was in vain
    this._onChanged();
  }

  /**
   * Look again later, unless this has ended by then.
   */
  private _after(delay: number, look: () => void): void {
    if (this._isDisposed) {
      return; // a connection that is closed in its turn
    }
    const timer = setTimeout(() => {
      this._timers.delete(timer);
      look();
    }, delay);
    this._timers.add(timer);
  }

  private readonly _onError = (error: Error, peerId: string): void => {
    console.warn(`Trouble with another page of the room (${peerId}).`, error);
    this._stateChanged.emit();
  };

  private readonly _onChanged = (): void => {
    this._stateChanged.emit();
  };

  private readonly _awareness: Awareness;
  private readonly _provider: WebrtcProvider;
  private readonly _hub: PeerHub;
  private readonly _progress: Progress;
  private readonly _questions: Questions;
  private readonly _urls: ReadonlyArray<string>;
  private readonly _timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly _compare: ReturnType<typeof setInterval>;
  private readonly _stateChanged = new Signal<this, void>(this);
  private readonly _topic: string;
  private readonly _met = new Map<string, number>();
  private readonly _missed = new Set<string>();
  /** When each other tab of this browser was met, in milliseconds. */
  private readonly _tabs = new Map<string, number>();
  private _oversized = { size: 0, at: -Infinity };
  private _alone = false;
  private _answered = false;
  /** Whether no signaling server was there the last time that one looked. */
  private _isAway = false;
  /** When it was last asked who is there, in milliseconds. */
  private _asked = performance.now();
  private _isDisposed = false;
}

/**
 * A namespace for `RoomLink` statics.
 */
export namespace RoomLink {
  /**
   * What a link connects.
   */
  export interface IOptions {
    /** The room. */
    readonly session: IRoomSession;
    /** What is shared: the topic is derived from it. */
    readonly subject: string;
    /** The document. */
    readonly doc: Y.Doc;
    /** The awareness that goes with it. */
    readonly awareness: IAwareness;
    /** Has the connections; the room's own if not given. */
    readonly hub?: PeerHub;
  }
}
