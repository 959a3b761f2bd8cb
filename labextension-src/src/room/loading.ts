// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * How long to wait before code is asked for again that did not come, in
 * milliseconds: each time twice as long, up to the longest.
 */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/**
 * The code that this page has asked for in vain, and asks for again.
 */
class MissingCode {
  /** Whether there is any. */
  get isAny(): boolean {
    return this._missing.size > 0;
  }

  /** Emitted when `isAny` has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  add(asked: object): void {
    this._missing.add(asked);
    if (this._missing.size === 1) {
      this._changed.emit();
    }
  }

  delete(asked: object): void {
    if (this._missing.delete(asked) && !this.isAny) {
      this._changed.emit();
    }
  }

  private readonly _missing = new Set<object>();
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * What people are told of: the page does without it meanwhile.
 */
export const missingCode = new MissingCode();

/**
 * Load code, and use it; ask for it again until it comes, as the network may be
 * away.
 *
 * All code that is loaded later is loaded by this file: eslint sees to that.
 *
 * @param load - Asks for the code.
 * @param use - Is called once it is here.
 * @param signal - Ends that.
 * @returns Resolves after the first attempt, whatever comes of it: nobody waits for
 * a network that is away.
 */
export async function untilLoaded<T>(
  load: () => Promise<T>,
  use: (loaded: T) => void,
  signal?: AbortSignal
): Promise<void> {
  const attempt = async (wait: number): Promise<void> => {
    let code: T;
    try {
      code = await load();
    } catch (error) {
      if (!signal?.aborted) {
        console.warn(
          'Code for sharing could not be loaded, and is asked for again.',
          error
        );
        missingCode.add(attempt);
        const timer = setTimeout(
          () => void attempt(Math.min(2 * wait, LONGEST_WAIT)),
          wait
        );
        signal?.addEventListener('abort', () => clearTimeout(timer), { once: true });
      }
      return;
    }
    missingCode.delete(attempt);
    if (!signal?.aborted) {
      use(code);
    }
  };
  signal?.addEventListener('abort', () => missingCode.delete(attempt), { once: true });
  await attempt(FIRST_WAIT);
}

/**
 * Load code that nothing goes on without: wait until it comes.
 *
 * @param load - Asks for the code.
 * @param signal - Ends that.
 * @returns Rejects if it was ended.
 */
export function loaded<T>(load: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      once: true
    });
    void untilLoaded(load, resolve, signal);
  });
}

/**
 * Load code for what the user has just asked for.
 *
 * @param load - Asks for the code.
 * @returns `null` if it did not come at once: they are told, and may ask again.
 */
export async function loadedNow<T>(load: () => Promise<T>): Promise<T | null> {
  let code: T | null = null;
  await untilLoaded(load, here => {
    code = here;
  });
  return code;
}
