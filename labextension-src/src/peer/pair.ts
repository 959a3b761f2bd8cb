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
 * How long the other page may leave unanswered what it is offered, in milliseconds, as
 * long as there is no path to it, before it is taken for gone.
 */
const ANSWER_PATIENCE = 20_000;

/**
 * How long it takes at most to find a path, if there is one, in milliseconds. A TURN
 * server behind a bad network takes some seconds.
 */
const SEARCH_PATIENCE = 10_000;

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

  /** A path was looked for too often; only another connection can do so again. */
  exhausted(): void;

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
        exhausted: () => events.exhausted(),
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

  /** Whether there is no path, and hardly will be one. */
  get isInVain(): boolean {
    return !this._isOpen && performance.now() - this._started > SEARCH_PATIENCE;
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
   * Send a message in a topic; who does not read what they are sent is given up.
   *
   * @param ordered - Whether it waits for the large messages of this topic.
   */
  send(topic: string, data: Uint8Array, ordered: boolean): void {
    this._guard(() => this.conversation.send(topic, data, ordered));
  }

  /**
   * Send messages in a topic, each when there is room for it.
   */
  stream(topic: string, messages: Iterator<Uint8Array>): void {
    this._guard(() => this.conversation.stream(topic, messages));
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
   * Signaling works: say what may have been lost.
   *
   * @param isBack - Whether it did not before: this may be another network.
   */
  repeat(isBack: boolean): void {
    this._paths.repeat(isBack);
    this._greetAgain();
  }

  /**
   * This page slept, or is looked at again: look at once.
   *
   * @param isElsewhere - Whether the network may be another one.
   */
  wake(isElsewhere: boolean): void {
    if (this._isOpen) {
      this._guard(() => this.conversation.wake(performance.now()));
    }
    this._paths.wake(isElsewhere);
  }

  /**
   * The other page has announced itself, as who has lost somebody does.
   */
  announced(): void {
    if (!this._isOpen) {
      this._paths.announced();
    }
  }

  /**
   * Do what is due; to be called every second. A pair that finds no path looks on: a
   * browser allows some hundred connections, and does not soon forget those that were
   * closed.
   *
   * @param isSignaling - Whether the other page can be asked.
   */
  tick(isSignaling: boolean): void {
    const now = performance.now();
    const asked = this._paths.unansweredSince ?? now;
    if (!this._isOpen && isSignaling && now - asked > ANSWER_PATIENCE) {
      this.close(new RouteError('No route to the other page was found.'));
      return;
    }
    if (now - this._greeted > REPEAT_PAUSE) {
      this._greetAgain();
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
   * Make what says by way of signaling that this page leaves.
   */
  farewell(): IHubSignal {
    return this._signal({ bye: true });
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

  private _greetAgain(): void {
    if (!this._paths.mayBeDirect && !this._isOpen && this.isInitiator) {
      this._greet();
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
