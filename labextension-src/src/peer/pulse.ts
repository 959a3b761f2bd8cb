// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { TICK_INTERVAL } from './wire/heartbeat';

/**
 * What happens to a page.
 */
export interface IPulse {
  /** Another second has passed. */
  tick(): void;

  /**
   * The page slept, or is looked at again.
   *
   * @param isElsewhere - Whether the network may be another one.
   */
  wake(isElsewhere: boolean): void;

  /** The page goes away: others need not find out by themselves. */
  bye(): void;
}

/**
 * Tells what happens to this page, from `start` to `stop`.
 */
export class Pulse {
  constructor(pulse: IPulse) {
    this._pulse = pulse;
  }

  start(): void {
    this._timer = setInterval(() => this._pulse.tick(), TICK_INTERVAL);
    window.addEventListener('online', this._wake);
    window.addEventListener('pageshow', this._wake);
    document.addEventListener('visibilitychange', this._wake);
    window.addEventListener('pagehide', this._bye);
  }

  stop(): void {
    clearInterval(this._timer);
    window.removeEventListener('online', this._wake);
    window.removeEventListener('pageshow', this._wake);
    document.removeEventListener('visibilitychange', this._wake);
    window.removeEventListener('pagehide', this._bye);
  }

  private readonly _wake = ({ type }: Event): void => {
    if (document.visibilityState !== 'hidden') {
      this._pulse.wake(type !== 'visibilitychange');
    }
  };

  private readonly _bye = (): void => this._pulse.bye();

  private readonly _pulse: IPulse;
  private _timer: ReturnType<typeof setInterval> | undefined;
}
