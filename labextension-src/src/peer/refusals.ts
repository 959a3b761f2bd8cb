// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { RouteError, StrangerError } from './errors';
import { FrameError } from './wire/frames';

/**
 * How long somebody who broke the protocol is not listened to, in milliseconds.
 */
const BAN = 60_000;

/**
 * How long it counts that a page was looked for in vain, in milliseconds: it is looked
 * for all the time, or has a new id.
 */
const MEMORY = 600_000;

/**
 * How long to wait before a page that could not be reached is connected to again, in
 * milliseconds; twice as long each time, up to a limit.
 */
const FIRST_PAUSE = 5000;
const MAX_PAUSE = 5 * 60_000;

/**
 * What is known of a page that could not be reached.
 */
interface IMiss {
  /** When that was last, in milliseconds. */
  readonly at: number;
  /** How often that was. */
  readonly count: number;
}

/**
 * Remembers what went wrong with other pages: who is not listened to for a while,
 * who could not be reached, and how often somebody was a stranger.
 */
export class Refusals {
  /** How many strangers there were since somebody was none. */
  get strangers(): number {
    return this._strangers;
  }

  /** Whether a page was looked for in vain, most recently. */
  isUnroutable(remoteId: string): boolean {
    return this._unroutable.has(remoteId);
  }

  /** How often a page was looked for in vain, of late. */
  misses(remoteId: string): number {
    return this._unroutable.get(remoteId)?.count ?? 0;
  }

  /** Whether it is too early to look for a page again. */
  isTooEarly(remoteId: string): boolean {
    const { at, count } = this._unroutable.get(remoteId) ?? { at: -Infinity, count: 1 };
    const pause = Math.min(FIRST_PAUSE * 2 ** (count - 1), MAX_PAUSE);
    return performance.now() - at < pause;
  }

  /** Whether a page is not listened to. */
  isBanned(remoteId: string): boolean {
    return (this._banned.get(remoteId) ?? 0) > performance.now();
  }

  /** A page is connected, and has proven itself. */
  opened(remoteId: string): void {
    this._unroutable.delete(remoteId);
    this._strangers = 0;
  }

  /** A page broke the protocol. */
  ban(remoteId: string): void {
    this._banned.set(remoteId, performance.now() + BAN);
  }

  /**
   * A connection to a page ended.
   *
   * @param pair - What it was.
   */
  closed(
    remoteId: string,
    error: Error | null,
    pair: { readonly isOpen: boolean; readonly isInitiator: boolean }
  ): void {
    // who was here before is not alarmed by strangers
    if (error instanceof StrangerError && !pair.isInitiator) {
      this._strangers++;
    }
    if (error instanceof StrangerError || error instanceof FrameError) {
      this.ban(remoteId);
    } else if (error instanceof RouteError && !pair.isOpen) {
      const count = this.misses(remoteId) + 1;
      this._unroutable.set(remoteId, { at: performance.now(), count });
    }
  }

  /** Forget what is over. */
  tick(): void {
    for (const remoteId of [...this._banned.keys()]) {
      if (!this.isBanned(remoteId)) {
        this._banned.delete(remoteId);
      }
    }
    for (const [remoteId, { at }] of this._unroutable) {
      if (performance.now() - at > MEMORY) {
        this._unroutable.delete(remoteId);
      }
    }
  }

  private readonly _banned = new Map<string, number>();
  private readonly _unroutable = new Map<string, IMiss>();
  private _strangers = 0;
}
