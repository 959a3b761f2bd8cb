// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { vi } from 'vitest';

/** What is due, and when. */
interface ITimer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
}

/** Not those of the clock. */
const immediately = setImmediate;
const real = { setTimeout, setInterval, clearTimeout, clearInterval };

/**
 * A clock for many pages and a long time: Vitest's looks at each timer for each one
 * that is due, and waits for a real one.
 */
export class Clock {
  /** The time, in milliseconds. */
  now = 0;

  /**
   * Have this clock in place of the real one.
   */
  install(): void {
    const set = (run: () => void, delay = 0) => this._add(run, delay);
    const repeat = (run: () => void, delay: number): number => {
      const again = () => {
        this._add(again, delay, id);
        run();
      };
      const id = this._add(again, delay);
      return id;
    };
    const clear = (id: number | undefined) => {
      this._timers = this._timers.filter(timer => timer.id !== id);
    };
    Object.assign(globalThis, {
      setTimeout: set,
      setInterval: repeat,
      clearTimeout: clear,
      clearInterval: clear
    });
    vi.spyOn(performance, 'now').mockImplementation(() => this.now);
    vi.spyOn(Date, 'now').mockImplementation(() => this.now);
  }

  /**
   * Have the real one again.
   */
  remove(): void {
    Object.assign(globalThis, real);
    vi.mocked(performance.now).mockRestore();
    vi.mocked(Date.now).mockRestore();
  }

  /**
   * After how many milliseconds each of what was begun here, and not ended, is due.
   */
  get pending(): number[] {
    return this._timers.map(({ at }) => at - this.now);
  }

  /**
   * Let some time pass.
   */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (let next = this._timers[0]; next?.at <= end; next = this._timers[0]) {
      this._timers.shift();
      this.now = next.at;
      next.run();
      if (this._timers[0]?.at !== this.now) {
        await new Promise<void>(resolve => immediately(resolve));
      }
    }
    this.now = end;
  }

  private _add(run: () => void, delay: number, id = ++this._count): number {
    const at = this.now + Math.max(0, delay);
    let index = this._timers.length; // after those that are due at the same time
    while (index > 0 && this._timers[index - 1].at > at) {
      index--;
    }
    this._timers.splice(index, 0, { id, at, run });
    return id;
  }

  private _timers: ITimer[] = [];
  private _count = 0;
}
