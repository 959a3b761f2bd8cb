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
      this._unroutable.set(remoteId, performance.now());
    }
  }

  /** Forget what is over. */
  tick(): void {
    for (const remoteId of [...this._banned.keys()]) {
      if (!this.isBanned(remoteId)) {
        this._banned.delete(remoteId);
      }
    }
    for (const [remoteId, since] of this._unroutable) {
      if (performance.now() - since > MEMORY) {
        this._unroutable.delete(remoteId);
      }
    }
  }

  private readonly _banned = new Map<string, number>();
  private readonly _unroutable = new Map<string, number>();
  private _strangers = 0;
}
