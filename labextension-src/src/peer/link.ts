// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IAwareness } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Awareness } from 'y-protocols/awareness';
import { messageYjsSyncStep2 } from 'y-protocols/sync';
import type { IRoom, ISignalingMessage } from 'y-webrtc';
import { WebrtcProvider } from 'y-webrtc';
import type * as Y from 'yjs';

import { peopleOf } from '../room/person';
import type { ILinkReport, ILinkState, SignalingState } from '../room/status';
import type { IRoomSession } from '../tokens';

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
 * What messages of y-webrtc begin with that carry y-protocols' sync protocol.
 */
const MESSAGE_SYNC = 0;

/**
 * The connections before the key is there.
 */
const NO_ROOM: Pick<IRoom, 'webrtcConns' | 'bcConns'> = {
  webrtcConns: new Map(),
  bcConns: new Set()
};

/**
 * A connection to the other pages that share one thing.
 */
export interface IRoomLink extends ILinkReport, IDisposable {
  /**
   * Wait for what others have, as long as somebody may have something.
   */
  settled(): Promise<void>;
}

/**
 * Connects one Y.Doc and its awareness to the other pages that share a topic,
 * by way of y-webrtc.
 *
 * Making one is what starts network traffic; disposing of it ends it.
 */
export class RoomLink implements IRoomLink {
  constructor(options: RoomLink.IOptions) {
    const { session, subject, doc } = options;
    this._awareness = options.awareness;
    this._urls = session.signalingUrls;
    this._topic = session.keys.topic(subject);
    this._provider = new WebrtcProvider(this._topic, doc, {
      signaling: [...session.signalingUrls],
      // y-webrtc encrypts with WebCrypto, which plain HTTP has not
      password: globalThis.crypto?.subtle ? session.keys.password : undefined,
      awareness: this._awareness,
      peerOpts: { config: { iceServers: [...session.iceServers] } }
    });
    this._provider.on('peers', this._onPeers);
    for (const conn of this._provider.signalingConns) {
      conn.on('connect', this._onSignaling);
      conn.on('disconnect', this._onSignaling);
      conn.on('message', this._onMessage);
    }
    this._awareness.on('change', this._onAwareness);
    this._patience = setTimeout(this._onSignaling, SIGNALING_PATIENCE);
  }

  get state(): ILinkState {
    const { webrtcConns, bcConns } = this._provider.room ?? NO_ROOM;
    // a tab of this browser that was heard of by signaling first has a connection
    // that never opens
    const conns = [...webrtcConns].filter(([id]) => !bcConns.has(id));
    return {
      signaling: this._signaling(),
      announced: conns.filter(([, conn]) => !conn.connected && !conn.closed).length,
      connected: conns.filter(([, conn]) => conn.connected).length,
      synced: this._synced
    };
  }

  get people(): ReadonlyMap<string, string> {
    return peopleOf(this._awareness.getStates());
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /**
   * Wait for what others have, as long as somebody may have something.
   *
   * It ends when a peer's whole state has arrived, at once when the server says
   * that nobody else is there or when no server answers, and in any case in time.
   */
  async settled(): Promise<void> {
    const start = performance.now();
    while (!this._isDisposed && !this._synced) {
      const { announced, connected, signaling } = this.state;
      const waited = performance.now() - start;
      const somebody = announced + connected > 0;
      const hopeless = this._alone || signaling === 'none' || this._refused();
      const patience = signaling === 'open' ? ANNOUNCE_PATIENCE : ANSWER_PATIENCE;
      if (waited > (somebody ? CONTENT_PATIENCE : hopeless ? 0 : patience)) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_INTERVAL));
    }
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
    clearTimeout(this._patience);
    this._awareness.off('change', this._onAwareness);
    this._provider.off('peers', this._onPeers);
    for (const conn of this._provider.signalingConns) {
      conn.off('connect', this._onSignaling);
      conn.off('disconnect', this._onSignaling);
      conn.off('message', this._onMessage);
    }
    const local = this._awareness.getLocalState();
    // y-webrtc announces a room again when one of its connections closes, also
    // because it is being destroyed; unless it may have no more connections
    this._provider.maxConns = 0;
    this._provider.disconnect();
    this._provider.destroy();
    // y-webrtc clears the local state as it leaves, which it does when the key
    // is there; but the document stays open, and another link may want it
    void this._provider.key.then(() => this._awareness.setLocalState(local));
    Signal.clearData(this);
  }

  /**
   * Whether all servers refused at once: y-webrtc tells only of those that were
   * connected before.
   */
  private _refused(): boolean {
    return this._provider.signalingConns.every(
      conn => !conn.connected && conn.unsuccessfulReconnects > 0
    );
  }

  private _signaling(): SignalingState {
    if (this._urls.length === 0) {
      return 'none';
    }
    if (this._provider.signalingConns.some(conn => conn.connected)) {
      return 'open';
    }
    return this._answered ? 'closed' : 'pending';
  }

  /**
   * A server's echo of one's own announcement says how many have heard it: a
   * hint that saves time, and no more.
   */
  private readonly _onMessage = (message: ISignalingMessage): void => {
    if (message.topic === this._topic && message.clients === 1) {
      this._alone = true;
    }
  };

  private readonly _onSignaling = (): void => {
    this._answered = true;
    this._stateChanged.emit();
  };

  private readonly _onPeers = (event: { added: string[] }): void => {
    for (const id of event.added) {
      const conn = this._provider.room?.webrtcConns.get(id);
      conn?.peer.on('connect', this._onConn);
      conn?.peer.on('close', this._onConn);
      conn?.peer.on('data', this._onData);
    }
    this._stateChanged.emit();
  };

  /**
   * y-webrtc's own `synced` waits for connections that never open, and overlooks
   * those that open later; one whole state is what it takes to show the document.
   */
  private readonly _onData = (data: Uint8Array): void => {
    const [message, step] = data;
    if (!this._synced && message === MESSAGE_SYNC && step === messageYjsSyncStep2) {
      this._synced = true;
      this._stateChanged.emit();
    }
  };

  private readonly _onConn = (): void => {
    this._stateChanged.emit();
  };

  private readonly _onAwareness = (): void => {
    this._stateChanged.emit();
  };

  private readonly _awareness: Awareness;
  private readonly _provider: WebrtcProvider;
  private readonly _urls: ReadonlyArray<string>;
  private readonly _patience: ReturnType<typeof setTimeout>;
  private readonly _stateChanged = new Signal<this, void>(this);
  private readonly _topic: string;
  private _alone = false;
  private _answered = false;
  private _synced = false;
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
  }
}
