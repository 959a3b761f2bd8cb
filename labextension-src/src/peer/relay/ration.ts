// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How much of a ration is kept for what is urgent: bulk leaves this much.
 */
const RESERVE = 0.25;

/**
 * How much one may send to a server: so many bytes at once, and so many per second in
 * the long run. What is sent counts for at least a certain size, since handling a
 * message costs the server something, too.
 */
export class Ration {
  /**
   * @param rate - Bytes per second.
   * @param burst - Bytes at once.
   * @param floor - How many bytes a message counts for, at least.
   * @param clock - Tells the time, in milliseconds.
   */
  constructor(rate: number, burst: number, floor: number, clock: () => number) {
    this._rate = rate;
    this._burst = this._left = burst;
    this._floor = floor;
    this._clock = clock;
    this._counted = clock();
  }

  /** Whether bulk may be sent. */
  get allowsBulk(): boolean {
    return this.wait(true) === 0;
  }

  /**
   * How long until something may be sent, in milliseconds.
   *
   * @param isBulk - Whether only bulk waits.
   */
  wait(isBulk: boolean): number {
    const needed = (isBulk ? this._burst * RESERVE : 0) + this._floor;
    return Math.max(0, ((needed - this._count()) / this._rate) * 1000);
  }

  /**
   * Something is sent. It may be more than is left: then one waits the longer.
   */
  take(bytes: number): void {
    this._left = this._count() - Math.max(bytes, this._floor);
  }

  private _count(): number {
    const now = this._clock();
    const gained = (Math.max(0, now - this._counted) / 1000) * this._rate;
    this._counted = now;
    return (this._left = Math.min(this._burst, this._left + gained));
  }

  private readonly _rate: number;
  private readonly _burst: number;
  private readonly _floor: number;
  private readonly _clock: () => number;
  private _left: number;
  private _counted: number;
}
