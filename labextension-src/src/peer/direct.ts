// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { INegotiation } from './negotiation';
import { Negotiation } from './negotiation';
import type { IEnd } from './proof';
import { fingerprintOf, prove, verify } from './proof';
import { StrangerError } from './errors';
import type { IRoute } from '../room/peers';
import type { IStatistic } from './route';
import { routeOf } from './route';
import { decodeFrame, encodeFrame } from './wire/frames';
import { HIGH_WATER_BYTES } from './wire/outbox';
import type { IPath } from './wire/sequence';

/**
 * The one data channel: both ends know it, so that it need not be announced.
 */
const CHANNEL_LABEL = 'jupyterlite-webrtc';
const CHANNEL_ID = 0;

/**
 * How many frames may arrive before this page has introduced itself: the other one has
 * only its proof to send before it has seen ours.
 */
const MAX_EARLY = 16;

/**
 * How much may be under way, in bytes: it may have to be sent again by the relay,
 * and at a round trip of 50 ms still makes 20 MB/s.
 */
const WINDOW_BYTES = 1024 * 1024;

/**
 * How long a route may be interrupted, in milliseconds, before another one is
 * looked for: most interruptions of less than this end by themselves.
 */
const INTERRUPTION_PATIENCE = 2000;

/**
 * How long the first search for a route may take, in milliseconds, before it is begun
 * anew: what was said of it may have been lost, which no browser notices.
 */
const SEARCH_PATIENCE = 10_000;

/**
 * How long to leave a search for another route alone, in milliseconds; twice as
 * long each time that it fails, up to a limit.
 */
const FIRST_RESTART_PAUSE = 3000;
const MAX_RESTART_PAUSE = 5 * 60_000;

/**
 * The limit while the pages have no way to each other at all, in milliseconds: the search
 * is also how one finds out that the other page is gone.
 */
const MAX_SEARCH_PAUSE = 60_000;

/**
 * How long an offer may stay unanswered, in milliseconds, before it is repeated:
 * the other page's connection to the server may just have been lost.
 */
const REPEAT_PAUSE = 3000;

/**
 * How long the other end may be silent by this path, in milliseconds, while there is
 * something to hear, before it is taken for interrupted.
 */
const SILENCE_PATIENCE = 3000;

/**
 * The code with which a browser says that a STUN or TURN server does not answer (W3C
 * WebRTC 1.0, section 4.8.1.2).
 */
const SILENT = 701;

/**
 * The code with which a TURN server says that it doesn't know the name or the
 * password, or no more (RFC 8489, section 14.8).
 */
const UNAUTHORIZED = 401;

/**
 * How many connections this page has made: a browser allows some hundred, and counts
 * those that were closed for a long time.
 */
let made = 0;

/** How many connections of the browser this page has made since it was loaded. */
export function connectionsMade(): number {
  return made;
}

/**
 * The direct path to another page, or by a TURN server: what the browsers' WebRTC
 * finds, and looks for again when it breaks. Both ends prove on it that they hold
 * the room's key before anything else is sent or heard.
 */
export class DirectPath implements IPath {
  constructor(options: DirectPath.IOptions) {
    this._options = options;
    const { configuration, events, isPolite, isInitiator } = options;
    this._started = this._repeated = this._unanswered = performance.now();
    this._connection = new RTCPeerConnection(configuration());
    made++;
    this._negotiation = new Negotiation(this._connection, isPolite, negotiation =>
      events.negotiation(negotiation)
    );
    this._connection.onconnectionstatechange = () => this._onState();
    this._connection.onicecandidateerror = ({ errorCode, url }) => {
      if (errorCode === SILENT) {
        this._silentServers.add(url);
      } else if (errorCode === UNAUTHORIZED) {
        this._refusingServers.add(url);
      }
    };
    if (isInitiator) {
      this._createChannel();
    }
  }

  readonly window = WINDOW_BYTES;
  readonly isLossy = false;

  /** The browser's connection, for statistics. */
  get connection(): RTCPeerConnection {
    return this._connection;
  }

  /**
   * Find out how the path goes.
   *
   * @param roundTrip - The time there and back, in milliseconds, or `null`.
   */
  async route(roundTrip: number | null): Promise<IRoute> {
    const report = await this._connection.getStats();
    const statistics = (report as ReadonlyMap<string, IStatistic>).values();
    return routeOf(statistics, this._isOpen, roundTrip, {
      silentServers: [...this._silentServers],
      refusingServers: [...this._refusingServers]
    });
  }

  /** Whether both have proven themselves. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  /**
   * Since when the other page has answered nothing, in milliseconds; `null` if it has
   * answered all: it is there, whether there is a route to it or not.
   */
  get unansweredSince(): number | null {
    return this._unanswered;
  }

  /** Whether the browser sees no interruption. */
  get isConnected(): boolean {
    return this._isOpen && this._interrupted === null;
  }

  /**
   * Whether frames arrive, as far as one can know.
   *
   * @param waitingSince - Since when something was to be heard, in milliseconds;
   * `null` if nothing is.
   */
  isAlive(waitingSince: number | null): boolean {
    const since = Math.max(this._heard, waitingSince ?? Infinity);
    return this.isConnected && performance.now() - since < SILENCE_PATIENCE;
  }

  /** Whether something arrived by this path of late. */
  get isHeard(): boolean {
    return this.isConnected && performance.now() - this._heard < SILENCE_PATIENCE;
  }

  get bufferedAmount(): number {
    return this._channel?.bufferedAmount ?? 0;
  }

  carry(number: number, frame: Uint8Array<ArrayBuffer>): void {
    if (number !== this._next) {
      this.note(encodeFrame({ kind: 'at', number }));
    }
    this._next = number + 1;
    this.note(frame);
  }

  note(frame: Uint8Array<ArrayBuffer>): void {
    // a channel that closes says so later, and sends nothing meanwhile
    if (this._channel?.readyState === 'open') {
      this._channel.send(frame);
    }
  }

  drop(): void {
    // what the browser has it sends
  }

  /**
   * Take what the other page sent by way of signaling.
   *
   * @returns Resolves once it is applied.
   * @throws If it can't be.
   */
  async receive(negotiation: INegotiation): Promise<void> {
    const applied = this._negotiation.receive(negotiation);
    if (negotiation.description) {
      // not before: it would make this end offer as well
      this._createChannel();
    }
    return applied;
  }

  /**
   * Signaling works again: say what may have been lost.
   */
  repeat(): void {
    const now = performance.now();
    if (this._unanswered !== null) {
      this._unanswered = now; // it could not be heard
    }
    this._say(now);
  }

  /**
   * The other page has announced itself. Either it has lost somebody else, or its end of
   * this connection: then it says so when it hears of it.
   */
  announced(): void {
    const isDue = performance.now() - this._restarted > FIRST_RESTART_PAUSE;
    if (this._unanswered === null && isDue) {
      this._restart();
    }
  }

  /**
   * The network may have changed, or this page slept: look at once.
   */
  wake(): void {
    const { connectionState } = this._connection;
    this._failures = 0;
    if (connectionState === 'disconnected' || connectionState === 'failed') {
      this._restart();
    }
  }

  /**
   * Do what is due; to be called every second.
   *
   * @param isConnected - Whether the pages talk to each other, by whatever path.
   */
  tick(isConnected: boolean): void {
    const now = performance.now();
    const { remoteDescription, signalingState } = this._connection;
    const isAnswered = remoteDescription !== null && signalingState === 'stable';
    this._unanswered = isAnswered ? null : (this._unanswered ?? now);
    // also of an open path: who looks for another one may have said so to nobody
    if (now - this._repeated > REPEAT_PAUSE) {
      this._say(now);
    }
    const limit = isConnected ? MAX_RESTART_PAUSE : MAX_SEARCH_PAUSE;
    const pause = Math.min(FIRST_RESTART_PAUSE * 2 ** this._failures, limit);
    // who has not answered may not know of this connection, or have begun another one
    if (
      (isConnected || isAnswered) &&
      this._isStuck(now) &&
      now - this._restarted > pause
    ) {
      this._restart();
    }
  }

  /**
   * End the path; no event comes any more.
   */
  close(): void {
    this._isClosed = true;
    this._isOpen = false;
    this._negotiation.stop();
    this._connection.onconnectionstatechange = null;
    this._connection.onicecandidateerror = null;
    if (this._channel) {
      const { _channel: channel } = this;
      channel.onopen = channel.onmessage = channel.onclose = null;
      channel.onbufferedamountlow = null;
    }
    this._connection.close();
  }

  private _say(now: number): void {
    this._repeated = now;
    this._negotiation.repeat();
  }

  private _createChannel(): void {
    if (this._channel || this._isClosed) {
      return;
    }
    const { events } = this._options;
    const channel = this._connection.createDataChannel(CHANNEL_LABEL, {
      negotiated: true,
      id: CHANNEL_ID
    });
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = HIGH_WATER_BYTES / 2;
    channel.onopen = () => void this._introduce();
    channel.onbufferedamountlow = () => events.guard(() => events.drained());
    channel.onclose = () =>
      events.closed(this._connection.connectionState === 'failed');
    channel.onmessage = ({ data }) =>
      events.guard(() => {
        if (!(data instanceof ArrayBuffer)) {
          throw new TypeError('The other page sends text.');
        }
        this._receive(new Uint8Array(data));
      });
    this._channel = channel;
  }

  /**
   * Prove that this page holds the key, and hear what the other one has said meanwhile.
   *
   * Browsers may tell that a channel is open before they tell of the descriptions that
   * it comes from.
   */
  private async _introduce(): Promise<void> {
    await this._negotiation.settled();
    if (this._isClosed) {
      return;
    }
    this._options.events.guard(() => {
      const { key } = this._options;
      const [local, remote] = this._ends();
      this.note(encodeFrame({ kind: 'proof', proof: prove(key, local, remote) }));
      const early = this._early ?? [];
      this._early = null;
      early.forEach(bytes => this._onFrame(bytes));
    });
  }

  private _receive(bytes: Uint8Array): void {
    if (!this._early) {
      this._onFrame(bytes);
    } else if (this._early.push(bytes) > MAX_EARLY) {
      throw new StrangerError('The other page speaks before it has proven itself.');
    }
  }

  private _onFrame(bytes: Uint8Array): void {
    const { events, key } = this._options;
    this._heard = performance.now();
    if (this._isOpen) {
      events.frame(bytes);
      return;
    }
    const frame = decodeFrame(bytes);
    if (frame.kind !== 'proof') {
      throw new StrangerError('The other page speaks before it has proven itself.');
    }
    const [local, remote] = this._ends();
    if (!verify(frame.proof, key, remote, local)) {
      throw new StrangerError('The other page does not hold the key of this room.');
    }
    this._isOpen = true;
    events.opened();
  }

  /**
   * This page and the other one, as both see them.
   */
  private _ends(): [IEnd, IEnd] {
    const { localDescription, remoteDescription } = this._connection;
    const { localId, remoteId } = this._options;
    return [
      { id: localId, fingerprint: fingerprintOf(localDescription?.sdp ?? '') },
      { id: remoteId, fingerprint: fingerprintOf(remoteDescription?.sdp ?? '') }
    ];
  }

  private _onState(): void {
    const { connectionState } = this._connection;
    const isInterrupted =
      connectionState === 'disconnected' || connectionState === 'failed';
    this._interrupted = isInterrupted ? (this._interrupted ?? performance.now()) : null;
    if (connectionState === 'connected') {
      this._failures = 0;
    } else if (connectionState === 'failed' && this._isOpen) {
      this._restart(); // who has lost a route looks for another one at once
    }
    this._options.events.changed();
  }

  /**
   * Whether a search for a route has led nowhere, or an interruption does not end.
   */
  private _isStuck(now: number): boolean {
    if (this._interrupted !== null) {
      return now - this._interrupted > INTERRUPTION_PATIENCE;
    }
    return !this._isOpen && now - this._started > SEARCH_PATIENCE;
  }

  /**
   * Look for another route; the conversation goes on when there is one.
   */
  private _restart(): void {
    if (!this._isClosed) {
      this._restarted = this._repeated = performance.now();
      this._failures++;
      // names and passwords of TURN servers are good for a while only
      try {
        this._connection.setConfiguration(this._options.configuration());
        this._refusingServers.clear();
      } catch (error) {
        console.warn('This browser does not take what a server names for TURN.', error);
      }
      this._connection.restartIce();
    }
  }

  private readonly _options: DirectPath.IOptions;
  private readonly _connection: RTCPeerConnection;
  private readonly _negotiation: Negotiation;
  private readonly _silentServers = new Set<string>();
  private readonly _refusingServers = new Set<string>();
  private _channel: RTCDataChannel | null = null;
  /** What arrived before this page has introduced itself; `null` afterwards. */
  private _early: Uint8Array[] | null = [];
  private readonly _started: number;
  private _repeated: number;
  private _unanswered: number | null;
  private _heard = -Infinity;
  private _interrupted: number | null = null;
  private _restarted = -Infinity;
  private _failures = 0;
  /** The number that the other end expects. */
  private _next = 0;
  private _isOpen = false;
  private _isClosed = false;
}

/**
 * A namespace for `DirectPath` statics.
 */
export namespace DirectPath {
  /**
   * What is told of a path.
   */
  export interface IEvents {
    /** Something to send to the other page by way of signaling. */
    negotiation(negotiation: INegotiation): void;

    /** Both have proven themselves. */
    opened(): void;

    /** A frame arrived. */
    frame(bytes: Uint8Array): void;

    /** There is room for more. */
    drained(): void;

    /** It is interrupted, or not any more. */
    changed(): void;

    /**
     * It is closed for good.
     *
     * @param isLost - Whether this browser has done that because it finds no route any
     * more, as Firefox does, and not the other page.
     */
    closed(isLost: boolean): void;

    /** Does something that may throw what the other page did wrong. */
    guard(action: () => void): void;
  }

  /**
   * What a path is made from.
   */
  export interface IOptions {
    /** The id of this page. */
    readonly localId: string;
    /** The id of the other page. */
    readonly remoteId: string;
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** How to find a route, as of now. */
    readonly configuration: () => RTCConfiguration;
    /** Whether this end begins. */
    readonly isInitiator: boolean;
    /** Whether this end gives way where both begin. */
    readonly isPolite: boolean;
    /** Is told what happens. */
    readonly events: IEvents;
  }
}
