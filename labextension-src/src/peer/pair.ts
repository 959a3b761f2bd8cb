// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { UUID } from '@lumino/coreutils';

import type { IRoute } from '../room/peers';
import { RouteError } from './errors';
import { Paths } from './paths';
import type { IHubSignal } from './signals';
import type { IConversationEvents } from './wire/conversation';
import { Conversation } from './wire/conversation';

/**
 * How long it may take to find a path and to prove oneself, in milliseconds. A
 * TURN server behind a bad network takes some seconds.
 */
const CONNECT_PATIENCE = 20_000;

/**
 * How long an offer to use the relay may stay unanswered before it is repeated, in
 * milliseconds.
 */
const REPEAT_PAUSE = 3000;

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
 * ends when the other page is gone.
 */
export class Pair {
  constructor(options: Pair.IOptions) {
    this._options = options;
    const { events, initiator, maxMessage } = options;
    this._started = this._greeted = performance.now();
    this._paths = new Paths({
      ...options,
      localEpoch: this.epoch,
      isInitiator: initiator,
      events: {
        negotiation: negotiation => events.signal(this._signal(negotiation)),
        opened: () => this._onOpened(),
        moved: () => events.moved(),
        heard: () => this.conversation.heard(performance.now()),
        frame: frame => this.conversation.receive(frame, performance.now()),
        drained: () => this.conversation.pump(),
        failed: error => this.close(error),
        guard: action => this._guard(action)
      }
    });
    this.conversation = new Conversation({
      sink: this._paths.sequence,
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
    if (initiator && !this._paths.mayBeDirect) {
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
    return this._paths.isRelayed;
  }

  /** Whether this end began: the other page has announced itself. */
  get isInitiator(): boolean {
    return this._options.initiator;
  }

  /** The browser's connection, for statistics; `null` if only the relay is used. */
  get connection(): RTCPeerConnection | null {
    return this._paths.connection;
  }

  /**
   * Find out how the connection goes; the next look will know how long an answer
   * takes now.
   */
  async route(): Promise<IRoute> {
    this._guard(() => this.conversation.measure(performance.now()));
    const route = await this._paths.route(this.conversation.roundTrip);
    return { ...route, path: this._isOpen ? route.path : null };
  }

  /**
   * Take what the other page sent by way of signaling.
   */
  receive(signal: IHubSignal): void {
    const { hello, description, candidates } = signal;
    if (this._remoteEpoch === null) {
      this._remoteEpoch = signal.epoch;
      this._paths.meet(signal.epoch);
    }
    if (hello) {
      this._paths.giveUpDirectPath();
    }
    if (this._paths.mayBeDirect) {
      this._paths.receive({ description, candidates });
    } else if (description || (hello && !this.isInitiator)) {
      // who began may not know yet what this page calls its end
      this._greet();
    }
  }

  /**
   * Signaling works again: say what may have been lost.
   */
  repeat(): void {
    this._paths.repeat();
    if (!this._paths.mayBeDirect && !this._isOpen && this.isInitiator) {
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
    this._paths.wake();
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
    if (
      !this._paths.mayBeDirect &&
      !this._isOpen &&
      now - this._greeted > REPEAT_PAUSE
    ) {
      this.repeat();
    }
    this._guard(() => {
      this._paths.tick();
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
      this._paths.flush();
    }
  }

  /**
   * End the connection.
   *
   * @param error - Why, if not on purpose.
   */
  close(error: Error | null): void {
    if (!this._isClosed) {
      this._isClosed = true;
      this._paths.close();
      this._options.events.closed(error);
    }
  }

  private _onOpened(): void {
    this._isOpen = true;
    this.conversation.heard(performance.now());
    this._options.events.opened();
  }

  /**
   * Say that this page can be reached by the relay only.
   */
  private _greet(): void {
    this._greeted = performance.now();
    if (this._options.mode !== 'never') {
      this._options.events.signal(this._signal({ hello: true }));
    }
  }

  private _signal(content: Partial<IHubSignal>): IHubSignal {
    return { ...content, epoch: this.epoch, to: this._remoteEpoch ?? undefined };
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
  private readonly _paths: Paths;
  private _remoteEpoch: string | null = null;
  private _greeted: number;
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
  export interface IOptions extends Omit<
    Paths.IOptions,
    'events' | 'isInitiator' | 'localEpoch'
  > {
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
