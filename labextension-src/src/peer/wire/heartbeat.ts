// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How long the other page may be silent before it is asked whether it is there,
 * in milliseconds.
 */
export const PING_AFTER = 5000;

/**
 * How long the other page may be silent before it is taken for gone, in
 * milliseconds: three pings.
 */
export const DEAD_AFTER = 15_000;

/**
 * How often to call `tick`, in milliseconds.
 */
export const TICK_INTERVAL = 1000;

/**
 * How late a tick may be, in milliseconds, before the silence is taken for
 * this page's own: it was asleep, or busy, and has not looked at what arrived.
 */
const LATE = 2000;

/**
 * How long the other page has to answer after this one woke up, in milliseconds, if it
 * was not heard for so long that it has given this one up, or is gone.
 */
const WAKE_PATIENCE = 4000;

/**
 * Decides whether the other page is still there. Anything that arrives is a
 * sign of life. It has no clock of its own: all times are in milliseconds.
 */
export class Heartbeat {
  constructor(now: number) {
    this._heard = this._asked = this._ticked = now;
  }

  /**
   * Something arrived.
   */
  received(now: number): void {
    this._heard = Math.max(this._heard, now);
  }

  /**
   * What to do now: nothing, `ping`, or give up.
   */
  tick(now: number): 'wait' | 'ping' | 'dead' {
    if (this._isLate(now)) {
      return this.wake(now);
    }
    this._ticked = now;
    if (now - this._heard >= DEAD_AFTER) {
      return 'dead';
    }
    if (now - Math.max(this._heard, this._asked) >= PING_AFTER) {
      this._asked = now;
      return 'ping';
    }
    return 'wait';
  }

  /**
   * This page woke up, can be seen again, or its network changed: ask at once. Who is
   * there may be busy, and has as much time as ever.
   */
  wake(now: number): 'ping' {
    if (now - this._heard >= DEAD_AFTER) {
      this._heard = now - (DEAD_AFTER - WAKE_PATIENCE);
    } else if (this._isLate(now)) {
      this._heard = now;
    }
    this._asked = this._ticked = now;
    return 'ping';
  }

  private _isLate(now: number): boolean {
    return now - this._ticked > TICK_INTERVAL + LATE;
  }

  private _heard: number;
  private _asked: number;
  private _ticked: number;
}
