// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * A token bucket: so many at once, and so many per second in the long run.
 */
export class Rate {
  /**
   * @param perSecond - How many are allowed in the long run.
   * @param burst - How many are allowed at once.
   */
  constructor(perSecond: number, burst: number) {
    this._perSecond = perSecond;
    this._burst = this._left = burst;
  }

  /**
   * Take one.
   *
   * @param now - The time, in milliseconds.
   * @returns Whether it is allowed.
   */
  take(now: number): boolean {
    const since = Math.max(0, now - (this._taken ?? now));
    this._taken = now;
    this._left = Math.min(this._burst, this._left + (since / 1000) * this._perSecond);
    if (this._left < 1) {
      return false;
    }
    this._left--;
    return true;
  }

  private readonly _perSecond: number;
  private readonly _burst: number;
  private _left: number;
  private _taken: number | undefined;
}
