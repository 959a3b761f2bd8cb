// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { UUID } from '@lumino/coreutils';

import type { RelayMode } from '../room/config';
import type { IRoute } from '../room/peers';
import { DirectPath } from './direct';
import { RouteError } from './errors';
import type { INegotiation } from './negotiation';
import type { RelayCourier } from './relay/courier';
import { RelayPath } from './relay/path';
import { NO_ROUTE } from './route';
import type { IHubSignal } from './signals';
import type { IConversationEvents } from './wire/conversation';
import { Conversation } from './wire/conversation';
import type { IPath } from './wire/sequence';
import { Sequence } from './wire/sequence';

/**
 * How long it may take to find a path and to prove oneself, in milliseconds. A
 * TURN server behind a bad network takes some seconds.
 */
const CONNECT_PATIENCE = 20_000;

/**
 * How long a direct path is looked for before the relay is used meanwhile, in
 * milliseconds: most that exist are found within this, and cost the host nothing.
 */
const HEAD_START = 500;

/**
 * How long an offer to use the relay may stay unanswered before it is repeated, in
 * milliseconds.
 */
const REPEAT_PAUSE = 3000;

/**
 * How long the relay may be silent, in milliseconds, while something is to be heard,
 * before one asks whether the signaling server is still there.
 */
const RELAY_SILENCE = 4000;

/**
 * What is told of a connection.
 */
export interface IPairEvents extends Omit<IConversationEvents, 'bye'> {
  /** Something to send to the other page by way of signaling. */
  signal(signal: IHubSignal): void;

  /** There is a path, and both have proven themselves. */
  opened(): void;

  /** Another path is used. */
  moved(): void;

  /** The connection is no more; called once, and last. */
  closed(error: Error | null): void;
}

/**
 * The connection to one other page: one conversation, whatever paths it takes. It
 * prefers the direct one, uses the relay as long as there is none, and ends when the
 * other page is gone.
 */
export class Pair {
  constructor(options: Pair.IOptions) {
    this._options = options;
    const { courier, events, initiator, maxMessage, mode } = options;
    this._started = this._greeted = performance.now();
    this._sequence = new Sequence(
      frame => this.conversation.receive(frame, performance.now()),
      () => performance.now(),
      () => this.conversation.pump()
    );
    this.conversation = new Conversation({
      sink: this._sequence,
      maxMessage,
      now: this._started,
      events: {
        joined: topic => events.joined(topic),
        left: topic => events.left(topic),
        message: (topic, data) => events.message(topic, data),
        progress: (topic, progress) => events.progress(topic, progress),
        oversized: (topic, size) => events.oversized(topic, size),
        bye: () => this.close(null)
      }
    });
    options.topics().forEach(topic => this.conversation.open(topic));
    this._direct = mode === 'always' ? null : this._lookForDirectPath();
    if (courier && this._direct) {
      this._headStart = setTimeout(() => this._hurry(), HEAD_START);
    }
    if (initiator && !this._direct) {
      this._greet();
    }
  }

  /** Names this connection: those that replace it have other names. */
  readonly epoch = UUID.uuid4();

  /** What the pages say to each other. */
  readonly conversation: Conversation;

  /** What the other page calls its end of the connection; `null` if not known yet. */
  get remoteEpoch(): string | null {
    return this._remoteEpoch;
  }

  /** Whether there is a path, and both have proven themselves. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  /** Whether the path is the relay. */
  get isRelayed(): boolean {
    return this._sequence.path !== null && this._sequence.path === this._relay;
  }

  /** Whether this end began: the other page has announced itself. */
  get isInitiator(): boolean {
    return this._options.initiator;
  }

  /** The browser's connection, for statistics; `null` if only the relay is used. */
  get connection(): RTCPeerConnection | null {
    return this._direct?.connection ?? null;
  }

  /**
   * Find out how the connection goes; the next look will know how long an answer
   * takes now.
   */
  async route(): Promise<IRoute> {
    this._guard(() => this.conversation.measure(performance.now()));
    const { roundTrip } = this.conversation;
    const direct = this._direct ? await this._direct.route(roundTrip) : NO_ROUTE;
    if (!this.isRelayed || !this._relay) {
      return { ...direct, path: this._isOpen ? direct.path : null };
    }
    const { sent, received } = this._relay;
    return {
      ...direct,
      path: this._isOpen ? 'relay' : null,
      latency: roundTrip,
      sent,
      received
    };
  }

  /**
   * Take what the other page sent by way of signaling.
   */
  receive(signal: IHubSignal): void {
    const { hello, description, candidates } = signal;
    this._meet(signal.epoch);
    if (hello) {
      this._direct?.close(); // there won't be a direct path
      this._direct = null;
    }
    if (!this._direct) {
      // who began may not know yet what this page calls its end
      if (description || (hello && !this.isInitiator)) {
        this._greet();
      }
      this._choose();
      return;
    }
    this._direct.receive({ description, candidates }).catch((error: unknown) => {
      this.close(
        new RouteError(`The other page can't be connected to: ${String(error)}`)
      );
    });
  }

  /**
   * Signaling works again: say what may have been lost.
   */
  repeat(): void {
    this._direct?.repeat();
    if (!this._direct && !this._isOpen && this.isInitiator) {
      this._greet();
    }
  }

  /**
   * The network may have changed, or this page slept: look at once.
   */
  wake(): void {
    if (this._isOpen) {
      this._guard(() => this.conversation.wake(performance.now()));
    }
    this._direct?.wake();
    this._choose();
  }

  /**
   * Do what is due; to be called every second.
   */
  tick(): void {
    const now = performance.now();
    if (!this._isOpen && now - this._started > CONNECT_PATIENCE) {
      this.close(new RouteError('No route to the other page was found.'));
      return;
    }
    if (!this._direct && !this._isOpen && now - this._greeted > REPEAT_PAUSE) {
      this.repeat();
    }
    this._direct?.tick();
    this._choose();
    this._guard(() => {
      this._sequence.tick();
      if (this.isRelayed) {
        this._watchRelay(now);
      }
      if (this._isOpen && !this.conversation.tick(now)) {
        this.close(new RouteError('The other page does not answer any more.'));
      }
    });
  }

  /**
   * Say that this page leaves, and end the connection.
   */
  bye(): void {
    if (this._isOpen) {
      this.conversation.bye();
      this._relay?.flush();
    }
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
    clearTimeout(this._headStart);
    this._direct?.close();
    this._relay?.close();
    this._options.events.closed(error);
  }

  /**
   * Have the browser look for a direct path; `null` if it can't.
   */
  private _lookForDirectPath(): DirectPath | null {
    const { configuration, events, initiator, key, localId, remoteId } = this._options;
    const read = this._sequence.reader();
    try {
      return new DirectPath({
        localId,
        remoteId,
        key,
        configuration,
        isInitiator: initiator,
        isPolite: localId > remoteId,
        events: {
          negotiation: (negotiation: INegotiation) =>
            events.signal(this._signal(negotiation)),
          opened: () => this._choose(),
          frame: frame => {
            this.conversation.heard(performance.now());
            read(frame);
          },
          drained: () => this.conversation.pump(),
          changed: () => this._choose(),
          closed: () => this.close(null),
          guard: action => this._guard(action)
        }
      });
    } catch (error) {
      // switched off by a policy or an extension
      console.warn('This browser allows no WebRTC.', error);
      return null;
    }
  }

  /**
   * Learn what the other page calls its end: from now on, the relay can be used.
   */
  private _meet(remoteEpoch: string): void {
    const { courier, key, localId, remoteId } = this._options;
    if (this._remoteEpoch !== null) {
      return;
    }
    this._remoteEpoch = remoteEpoch;
    if (courier) {
      this._relay = new RelayPath({
        key,
        courier,
        local: { id: localId, epoch: this.epoch },
        remote: { id: remoteId, epoch: remoteEpoch },
        events: {
          opened: () => {
            this._hurry();
            // what was sent before may have found nobody who knew this path
            if (this.isRelayed) {
              this._sequence.repeat();
            }
          },
          reader: () => {
            this.conversation.heard(performance.now());
            return this._sequence.reader();
          },
          drained: () => this.conversation.pump(),
          resumed: () => this._onResumed(),
          guard: action => this._guard(action)
        }
      });
      this._choose();
    }
  }

  /**
   * Say that this page can be reached by the relay only.
   */
  private _greet(): void {
    this._greeted = performance.now();
    if (this._options.courier) {
      this._options.events.signal(this._signal({ hello: true }));
    }
  }

  private _signal(content: Partial<IHubSignal>): IHubSignal {
    return { ...content, epoch: this.epoch, to: this._remoteEpoch ?? undefined };
  }

  /**
   * Wait for a direct path no longer.
   */
  private _hurry(): void {
    this._isHurried = true;
    this._choose();
  }

  /**
   * Use the best path that there is.
   */
  private _choose(): void {
    if (this._isClosed) {
      return;
    }
    const before = this._sequence.path;
    const path = this._best();
    this._guard(() => {
      if (path && path === this._relay && !this._relay.isOpen) {
        // a sign of life: the other end proves itself with its answer
        this._sequence.acknowledge(path);
      }
      this._sequence.use(path);
      this.conversation.pump();
    });
    if (!this._isOpen && (this._direct?.isOpen || this._relay?.isOpen)) {
      this._isOpen = true;
      this.conversation.heard(performance.now());
      this._options.events.opened();
    } else if (path !== before) {
      this._options.events.moved();
    }
  }

  private _best(): IPath | null {
    const { _direct: direct, _relay: relay, _sequence: sequence } = this;
    const isDirect = sequence.path === direct;
    const isAlive = isDirect ? direct?.isAlive(sequence.waitingSince) : direct?.isHeard;
    if (direct?.isOpen && isAlive) {
      return direct;
    }
    const isWanted = this._isHurried || direct?.isOpen || !direct;
    if (relay?.isUsable && isWanted) {
      return relay;
    }
    return direct?.isOpen ? direct : null;
  }

  /**
   * The relay is used: let the other page hear a direct path that there may be, and
   * find out why the relay is silent.
   */
  private _watchRelay(now: number): void {
    if (this._direct?.isOpen) {
      this._sequence.acknowledge(this._direct);
    }
    if (now - (this._sequence.waitingSince ?? now) > RELAY_SILENCE) {
      this._relay?.check();
    }
  }

  private _onResumed(): void {
    if (this.isRelayed) {
      this._sequence.resume();
    } else {
      this._choose();
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
  private readonly _started: number;
  private readonly _sequence: Sequence;
  private _direct: DirectPath | null;
  private _relay: RelayPath | null = null;
  private _remoteEpoch: string | null = null;
  private _headStart: ReturnType<typeof setTimeout> | undefined;
  private _greeted: number;
  private _isHurried = false;
  private _isOpen = false;
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
    /** Whether the relay is used. */
    readonly mode: RelayMode;
    /** Brings what is relayed; `null` if nothing is. */
    readonly courier: RelayCourier | null;
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
