// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { RelayMode } from '../room/config';
import type { IRoute } from '../room/peers';
import { DirectPath } from './direct';
import { RouteError } from './errors';
import type { INegotiation } from './negotiation';
import type { IRelay } from './relay/relay';
import type { RelayPath } from './relay/path';
import { NO_ROUTE } from './route';
import type { IPath } from './wire/sequence';
import { Sequence } from './wire/sequence';

/**
 * How long a direct path is looked for before the relay is used meanwhile, in
 * milliseconds: most that exist are found within this, and cost the host nothing.
 */
const HEAD_START = 500;

/**
 * How long the relay may be silent, in milliseconds, while something is to be heard,
 * before one asks whether the signaling server is still there.
 */
const RELAY_SILENCE = 4000;

/**
 * The paths to one other page, and which of them is used: the direct one if it works,
 * else the relay. Frames go on over another one where they stopped.
 */
export class Paths {
  constructor(options: Paths.IOptions) {
    this._options = options;
    this._asked = performance.now();
    const { events, mode } = options;
    this.sequence = new Sequence(
      frame => events.frame(frame),
      () => performance.now(),
      () => events.drained()
    );
    this._direct = mode === 'always' ? null : this._lookForDirectPath();
    if (mode !== 'never' && this._direct) {
      this._headStart = setTimeout(() => this._hurry(), HEAD_START);
    }
  }

  /** What frames go out through. */
  readonly sequence: Sequence;

  /** Whether there is a path on which the other page has proven itself. */
  get isOpen(): boolean {
    return (this._direct?.isOpen || this._relay?.isOpen) ?? false;
  }

  /** Whether the relay is used. */
  get isRelayed(): boolean {
    return this.sequence.path !== null && this.sequence.path === this._relay;
  }

  /** Whether a direct path is used, or looked for. */
  get mayBeDirect(): boolean {
    return this._direct !== null;
  }

  /**
   * Since when the other page has answered nothing, in milliseconds; `null` if it is
   * there, whether there is a path to it or not.
   */
  get unansweredSince(): number | null {
    return this._direct ? this._direct.unansweredSince : this._asked;
  }

  /** The browser's connection, for statistics; `null` if only the relay is used. */
  get connection(): RTCPeerConnection | null {
    return this._direct?.connection ?? null;
  }

  /**
   * Find out how the path that is used goes.
   *
   * @param roundTrip - The time there and back, in milliseconds, or `null`.
   */
  async route(roundTrip: number | null): Promise<IRoute> {
    const direct = (await this._direct?.route(roundTrip)) ?? NO_ROUTE;
    if (!this._relay || !this.isRelayed) {
      return direct;
    }
    const { isOpen, sent, received } = this._relay;
    return {
      ...direct,
      path: isOpen ? 'relay' : null,
      latency: roundTrip,
      sent,
      received
    };
  }

  /**
   * Learn what the other page calls its end: from now on, the relay can be used.
   *
   * @param remoteEpoch - Its name for the connection.
   */
  meet(remoteEpoch: string): void {
    if (this._options.mode !== 'never') {
      this._options
        .relay()
        .then(relay => this._addRelay(relay, remoteEpoch))
        .catch((error: unknown) => {
          if (!this._isClosed) {
            console.warn('The relay could not be loaded.', error);
          }
        });
    }
  }

  /**
   * The other page has announced itself while there is no path to it.
   */
  announced(): void {
    this._direct?.announced();
  }

  /**
   * Take what the other page sent to find a direct path.
   */
  receive(negotiation: INegotiation): void {
    this._direct?.receive(negotiation).catch((error: unknown) => {
      this._options.events.failed(
        new RouteError(`The other page can't be connected to: ${String(error)}`)
      );
    });
  }

  /**
   * The other page looks for no direct path.
   */
  giveUpDirectPath(): void {
    this._direct?.close();
    this._direct = null;
    this._choose();
  }

  /**
   * Signaling works: say what may have been lost.
   *
   * @param isBack - Whether it did not before: this may be another network.
   */
  repeat(isBack: boolean): void {
    this._asked = performance.now();
    this._direct?.repeat(isBack);
  }

  /**
   * This page slept, or is looked at again: look at once.
   *
   * @param isElsewhere - Whether the network may be another one.
   */
  wake(isElsewhere: boolean): void {
    this._direct?.wake(isElsewhere);
    this._choose();
  }

  /**
   * Do what is due; to be called every second.
   */
  tick(): void {
    this._direct?.tick(this.isOpen);
    this._choose();
    this._options.events.guard(() => {
      this.sequence.tick();
      if (this.isRelayed) {
        this._watchRelay(performance.now());
      }
    });
  }

  /**
   * Send at once what waits: the page goes away.
   */
  flush(): void {
    this._relay?.flush();
  }

  /**
   * End all paths; no event comes any more.
   */
  close(): void {
    this._isClosed = true;
    clearTimeout(this._headStart);
    this._direct?.close();
    this._relay?.close();
  }

  /**
   * Have the browser look for a direct path; `null` if it can't.
   */
  private _lookForDirectPath(): DirectPath | null {
    const { configuration, events, isInitiator, key, localId, remoteId } =
      this._options;
    const read = this.sequence.reader();
    try {
      return new DirectPath({
        localId,
        remoteId,
        key,
        configuration,
        isInitiator,
        isPolite: localId > remoteId,
        events: {
          negotiation: negotiation => events.negotiation(negotiation),
          opened: () => this._choose(),
          frame: frame => {
            events.heard();
            read(frame);
          },
          drained: () => events.drained(),
          changed: () => this._choose(),
          closed: isLost => this._onDirectPathClosed(isLost),
          exhausted: () =>
            this._relay?.isOpen ? this.giveUpDirectPath() : events.exhausted(),
          guard: action => events.guard(action)
        }
      });
    } catch (error) {
      // switched off by a policy or an extension
      console.warn('This browser allows no WebRTC.', error);
      return null;
    }
  }

  private _addRelay({ courier, Path }: IRelay, remoteEpoch: string): void {
    if (this._isClosed) {
      return;
    }
    const { events, key, localEpoch, localId, remoteId } = this._options;
    this._relay = new Path({
      key,
      courier,
      local: { id: localId, epoch: localEpoch },
      remote: { id: remoteId, epoch: remoteEpoch },
      events: {
        opened: () => {
          this._hurry();
          // what was sent before may have found nobody who knew this path
          if (this.isRelayed) {
            this.sequence.repeat();
          }
        },
        reader: () => {
          events.heard();
          return this.sequence.reader();
        },
        drained: () => events.drained(),
        resumed: () => this._onResumed(),
        guard: action => events.guard(action)
      }
    });
    this._choose();
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
    const { events } = this._options;
    const before = this.sequence.path;
    const path = this._best();
    events.guard(() => {
      if (path && path === this._relay && !this._relay.isOpen) {
        // a sign of life: the other end proves itself with its answer
        this.sequence.acknowledge(path);
      }
      this.sequence.use(path);
      events.drained();
    });
    if (!this._wasOpen && this.isOpen) {
      this._wasOpen = true;
      events.opened();
    } else if (path !== before) {
      events.moved();
    }
  }

  private _best(): IPath | null {
    const { _direct: direct, _relay: relay, sequence } = this;
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
      this.sequence.acknowledge(this._direct);
    }
    if (now - (this.sequence.waitingSince ?? now) > RELAY_SILENCE) {
      this._relay?.check();
    }
  }

  /**
   * The direct path is no more: either the other page has left, or it goes on by the relay.
   */
  private _onDirectPathClosed(isLost: boolean): void {
    if (isLost && this._options.mode !== 'never') {
      this.giveUpDirectPath();
    } else {
      const error = isLost
        ? new RouteError('The route to the other page is lost.')
        : null;
      this._options.events.failed(error);
    }
  }

  private _onResumed(): void {
    if (this.isRelayed) {
      this.sequence.resume();
    } else {
      this._choose();
    }
  }

  private readonly _options: Paths.IOptions;
  private _direct: DirectPath | null;
  private _relay: RelayPath | null = null;
  private _asked: number;
  private _headStart: ReturnType<typeof setTimeout> | undefined;
  private _isHurried = false;
  private _wasOpen = false;
  private _isClosed = false;
}

/**
 * A namespace for `Paths` statics.
 */
export namespace Paths {
  /**
   * What is told of the paths to another page.
   */
  export interface IEvents {
    /** Something to send to the other page by way of signaling. */
    negotiation(negotiation: INegotiation): void;

    /** The other page has proven itself; told once. */
    opened(): void;

    /** Another path is used. */
    moved(): void;

    /** There was a sign of life. */
    heard(): void;

    /** The next frame has arrived. */
    frame(bytes: Uint8Array): void;

    /** There is room for more. */
    drained(): void;

    /** The other page can't be reached any more, or has closed the connection. */
    failed(error: Error | null): void;

    /** A direct path was looked for too often, and there is no other one. */
    exhausted(): void;

    /** Does something that may throw what the other page did wrong. */
    guard(action: () => void): void;
  }

  /**
   * What paths are made from.
   */
  export interface IOptions {
    /** The id of this page. */
    readonly localId: string;
    /** The id of the other page. */
    readonly remoteId: string;
    /** What this page calls its end of the connection. */
    readonly localEpoch: string;
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** How to find a direct path, as of now. */
    readonly configuration: () => RTCConfiguration;
    /** Whether the relay is used. */
    readonly mode: RelayMode;
    /** Loads the relay, unless it is never used: asks until it comes. */
    readonly relay: () => Promise<IRelay>;
    /** Whether this end begins. */
    readonly isInitiator: boolean;
    /** Is told what happens. */
    readonly events: IEvents;
  }
}
