// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Introduction } from './introduction';
import type { INegotiation } from './negotiation';
import { Negotiation } from './negotiation';
import type { IRoute } from '../room/peers';
import type { IStatistic } from './route';
import { routeOf } from './route';
import { Searches } from './searches';
import { encodeFrame } from './wire/frames';
import { HIGH_WATER_BYTES } from './wire/outbox';
import type { IPath } from './wire/sequence';

/**
 * The one data channel: both ends know it, so that it need not be announced.
 */
const CHANNEL_LABEL = 'jupyterlite-webrtc';
const CHANNEL_ID = 0;

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
 * How long to wait, in milliseconds, before one asks whether the other page is still there
 * while there is no way to it at all.
 */
const ASK_PAUSE = 60_000;

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
    this._started = this._repeated = this._asked = performance.now();
    this._unanswered = this._started;
    this._connection = new RTCPeerConnection(configuration());
    made++;
    this._negotiation = new Negotiation(this._connection, isPolite, negotiation =>
      this._send(negotiation)
    );
    this._introduction = new Introduction({
      ...options,
      connection: this._connection,
      negotiation: this._negotiation,
      events: {
        send: frame => this.note(frame),
        proven: () => {
          this._isOpen = true;
          events.opened();
        },
        frame: frame => events.frame(frame),
        guard: action => events.guard(action)
      }
    });
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
   * Signaling works: say what may have been lost.
   *
   * @param isBack - Whether it did not before: this may be another network.
   */
  repeat(isBack: boolean): void {
    const now = performance.now();
    if (isBack) {
      this._searches.renewed();
    }
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
    const now = performance.now();
    if (this._unanswered === null && now - this._asked > REPEAT_PAUSE) {
      this._ask(now);
    }
  }

  /**
   * This page slept, or is looked at again: look at once for a route that was lost, as
   * long as there are searches to spare.
   *
   * @param isElsewhere - Whether the network may be another one: then also for one that
   * there never was.
   */
  wake(isElsewhere: boolean): void {
    if (isElsewhere) {
      this._searches.renewed();
    }
    const mayLook = isElsewhere || (this._isOpen && this._searches.areToSpare);
    if (mayLook && this._interrupted !== null) {
      this._restart(performance.now());
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
    // who has not answered may not know of this connection, or have begun another one
    if (isAnswered && this._isStuck(now) && this._searches.isDue(now, this._isOpen)) {
      this._restart(now);
    } else if (isAnswered && !isConnected && now - this._asked > ASK_PAUSE) {
      this._ask(now);
    }
  }

  /**
   * End the path; no event comes any more.
   */
  close(): void {
    this._isClosed = true;
    this._isOpen = false;
    this._negotiation.stop();
    this._introduction.stop();
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
    channel.onopen = () => void this._introduction.begin();
    channel.onbufferedamountlow = () => events.guard(() => events.drained());
    channel.onclose = () =>
      events.closed(this._connection.connectionState === 'failed');
    channel.onmessage = ({ data }) =>
      events.guard(() => {
        if (!(data instanceof ArrayBuffer)) {
          throw new TypeError('The other page sends text.');
        }
        this._heard = performance.now();
        this._introduction.receive(new Uint8Array(data));
      });
    this._channel = channel;
  }

  private _onState(): void {
    const { connectionState } = this._connection;
    const isInterrupted =
      connectionState === 'disconnected' || connectionState === 'failed';
    this._interrupted = isInterrupted ? (this._interrupted ?? performance.now()) : null;
    if (connectionState === 'connected') {
      this._searches.found();
    } else if (connectionState === 'failed' && this._isOpen) {
      const now = performance.now();
      if (this._searches.isDue(now, true)) {
        this._restart(now); // who has lost a route looks for another one at once
      }
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

  private _send(negotiation: INegotiation): void {
    const { events } = this._options;
    events.negotiation(negotiation);
    if (negotiation.description) {
      this._searches.described(negotiation.description.sdp ?? '', performance.now());
      if (this._searches.areTooMany) {
        events.exhausted();
      }
    }
  }

  /**
   * Find out whether the other page is still there, by an offer of the same route: one of
   * another route would take sockets.
   */
  private _ask(now: number): void {
    this._asked = this._repeated = now;
    this._negotiation.offer();
  }

  /**
   * Look for another route; the conversation goes on when there is one.
   */
  private _restart(now: number): void {
    if (!this._isClosed) {
      this._searches.wanted(now);
      this._asked = this._repeated = now;
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
  private readonly _introduction: Introduction;
  private readonly _searches = new Searches();
  private readonly _silentServers = new Set<string>();
  private readonly _refusingServers = new Set<string>();
  private _channel: RTCDataChannel | null = null;
  private readonly _started: number;
  private _repeated: number;
  private _asked: number;
  private _unanswered: number | null;
  private _heard = -Infinity;
  private _interrupted: number | null = null;
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

    /** It has taken what it may of the browser, which only closing it gives back. */
    exhausted(): void;

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
