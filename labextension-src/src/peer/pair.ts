// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IRoute } from '../room/peers';
import type { INegotiation } from './negotiation';
import { Negotiation } from './negotiation';
import { fingerprintOf } from './proof';
import type { IStatistic } from './route';
import { routeOf } from './route';
import type { IConversationEvents } from './wire/conversation';
import { Conversation } from './wire/conversation';
import { HIGH_WATER_BYTES, MAX_FRAME_BYTES } from './wire/outbox';

/**
 * The one data channel: both ends know it, so that it need not be announced.
 */
const CHANNEL_LABEL = 'jupyterlite-webrtc';
const CHANNEL_ID = 0;

/**
 * How long it may take to find a route and to prove oneself, in milliseconds. A
 * TURN server behind a bad network takes some seconds.
 */
const CONNECT_PATIENCE = 20_000;

/**
 * How long a route may be interrupted, in milliseconds, before another one is
 * looked for: most interruptions of less than this end by themselves.
 */
const INTERRUPTION_PATIENCE = 2000;

/**
 * How long to leave a search for another route alone, in milliseconds.
 */
const RESTART_PAUSE = 3000;

/**
 * How long an offer may stay unanswered, in milliseconds, before it is repeated:
 * the other page's connection to the server may just have been lost.
 */
const REPEAT_PAUSE = 3000;

/**
 * There is no route to the other page, or it is gone.
 */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/**
 * What is told of a connection.
 */
export interface IPairEvents extends Omit<IConversationEvents, 'bye'> {
  /** Something to send to the other page by way of signaling. */
  signal(negotiation: INegotiation): void;

  /** The connection is no more; called once, and last. */
  closed(error: Error | null): void;
}

/**
 * The connection to one other page: finds a route, looks for another one when
 * it breaks, and ends when the other page is gone.
 */
export class Pair {
  constructor(options: Pair.IOptions) {
    this._options = options;
    const { configuration, events, localId, remoteId } = options;
    this._started = this._repeated = performance.now();
    this._connection = new RTCPeerConnection(configuration);
    this._negotiation = new Negotiation(
      this._connection,
      localId > remoteId,
      negotiation => events.signal(negotiation)
    );
    this._connection.onconnectionstatechange = () => this._onState();
    if (options.initiator) {
      this._createChannel();
    }
  }

  /** Whether both have proven themselves. */
  get isOpen(): boolean {
    return this._conversation?.isOpen ?? false;
  }

  /** Whether this end began: the other page has announced itself. */
  get isInitiator(): boolean {
    return this._options.initiator;
  }

  /** What the pages say to each other; `null` while there is no route. */
  get conversation(): Conversation | null {
    return this._conversation;
  }

  /**
   * Find out how the connection goes; the next look will know how long an answer
   * takes now.
   */
  async route(): Promise<IRoute> {
    const report = await this._connection.getStats();
    const statistics = (report as ReadonlyMap<string, IStatistic>).values();
    const roundTrip = this._conversation?.roundTrip ?? null;
    this._guard(() => this._conversation?.measure(performance.now()));
    return routeOf(statistics, this.isOpen, roundTrip);
  }

  /**
   * Take what the other page sent by way of signaling.
   */
  receive(negotiation: INegotiation): void {
    this._negotiation.receive(negotiation).catch((error: unknown) => {
      this.close(
        new RouteError(`The other page can't be connected to: ${String(error)}`)
      );
    });
    if (negotiation.description) {
      // not before: it would make this end offer as well
      this._createChannel();
    }
  }

  /**
   * Signaling works again: say what may have been lost.
   */
  repeat(): void {
    this._negotiation.repeat();
  }

  /**
   * The network may have changed, or this page slept: look at once.
   */
  wake(): void {
    const { connectionState } = this._connection;
    this._guard(() => this._conversation?.wake(performance.now()));
    if (connectionState === 'disconnected' || connectionState === 'failed') {
      this._restart();
    }
  }

  /**
   * Do what is due; to be called every second.
   */
  tick(): void {
    const now = performance.now();
    if (!this.isOpen && now - this._started > CONNECT_PATIENCE) {
      this.close(new RouteError('No route to the other page was found.'));
      return;
    }
    if (!this.isOpen && now - this._repeated > REPEAT_PAUSE) {
      this._repeated = now;
      this.repeat();
    }
    if (
      this._interrupted !== null &&
      now - this._interrupted > INTERRUPTION_PATIENCE &&
      now - this._restarted > RESTART_PAUSE
    ) {
      this._restart();
    }
    this._guard(() => {
      if (this._conversation?.isOpen && !this._conversation.tick(now)) {
        this.close(new RouteError('The other page does not answer any more.'));
      }
    });
  }

  /**
   * End the connection.
   *
   * @param error - Why, if not on purpose.
   */
  close(error: Error | null): void {
    if (this._isClosed) {
      return;
    }
    this._isClosed = true;
    this._negotiation.stop();
    this._connection.onconnectionstatechange = null;
    if (this._channel) {
      const { _channel: channel } = this;
      channel.onopen = channel.onmessage = channel.onclose = null;
      channel.onbufferedamountlow = null;
    }
    this._connection.close();
    this._options.events.closed(error);
  }

  private _createChannel(): void {
    if (this._channel || this._isClosed) {
      return;
    }
    const channel = this._connection.createDataChannel(CHANNEL_LABEL, {
      negotiated: true,
      id: CHANNEL_ID
    });
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = HIGH_WATER_BYTES / 2;
    channel.onopen = () => this._guard(() => this._converse(channel));
    channel.onbufferedamountlow = () => this._guard(() => this._conversation?.pump());
    channel.onclose = () => this.close(null);
    channel.onmessage = ({ data }) =>
      this._guard(() => {
        if (!(data instanceof ArrayBuffer)) {
          throw new TypeError('The other page sends text.');
        }
        this._conversation?.receive(new Uint8Array(data), performance.now());
      });
    this._channel = channel;
  }

  private _converse(channel: RTCDataChannel): void {
    const { events, key, localId, maxMessage, remoteId } = this._options;
    const { localDescription, remoteDescription, sctp } = this._connection;
    this._conversation = new Conversation({
      sink: {
        send: frame => {
          // a channel that closes says so later, and sends nothing meanwhile
          if (channel.readyState === 'open') {
            channel.send(frame);
          }
        },
        get bufferedAmount() {
          return channel.bufferedAmount;
        }
      },
      key,
      local: { id: localId, fingerprint: fingerprintOf(localDescription?.sdp ?? '') },
      remote: {
        id: remoteId,
        fingerprint: fingerprintOf(remoteDescription?.sdp ?? '')
      },
      maxFrame: Math.min(MAX_FRAME_BYTES, sctp?.maxMessageSize || MAX_FRAME_BYTES),
      maxMessage,
      now: performance.now(),
      events: {
        opened: () => events.opened(),
        joined: topic => events.joined(topic),
        left: topic => events.left(topic),
        message: (topic, data) => events.message(topic, data),
        progress: (topic, progress) => events.progress(topic, progress),
        oversized: (topic, size) => events.oversized(topic, size),
        bye: () => this.close(null)
      }
    });
    this._options.topics().forEach(topic => this._conversation?.open(topic));
  }

  private _onState(): void {
    const { connectionState } = this._connection;
    const isInterrupted =
      connectionState === 'disconnected' || connectionState === 'failed';
    this._interrupted = isInterrupted ? (this._interrupted ?? performance.now()) : null;
    if (connectionState === 'failed') {
      this._restart();
    }
  }

  /**
   * Look for another route; the conversation goes on when there is one.
   */
  private _restart(): void {
    if (!this._isClosed) {
      this._restarted = performance.now();
      this._connection.restartIce();
    }
  }

  /**
   * Whatever the other page sent or did, it is cut off, and the page goes on.
   */
  private _guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close(error as Error);
    }
  }

  private readonly _options: Pair.IOptions;
  private readonly _connection: RTCPeerConnection;
  private readonly _negotiation: Negotiation;
  private readonly _started: number;
  private _repeated: number;
  private _channel: RTCDataChannel | null = null;
  private _conversation: Conversation | null = null;
  private _interrupted: number | null = null;
  private _restarted = 0;
  private _isClosed = false;
}

/**
 * A namespace for `Pair` statics.
 */
export namespace Pair {
  /**
   * What a connection is made from.
   */
  export interface IOptions {
    /** The id of this page. */
    readonly localId: string;
    /** The id of the other page. */
    readonly remoteId: string;
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** How to find a route. */
    readonly configuration: RTCConfiguration;
    /** Whether this end begins. */
    readonly initiator: boolean;
    /** How large a message may be, in bytes. */
    readonly maxMessage?: number;
    /** The topics that this page takes part in. */
    readonly topics: () => ReadonlyArray<string>;
    /** Is told what happens. */
    readonly events: IPairEvents;
  }
}
