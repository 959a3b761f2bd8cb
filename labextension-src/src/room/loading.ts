// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How long to wait before code is asked for again that did not come, in
 * milliseconds: each time twice as long, up to the longest.
 */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/**
 * Load code, and use it; ask for it again until it comes, as the network may be
 * away.
 *
 * @param load - Asks for the code.
 * @param use - Is called once it is here.
 * @returns Resolves after the first attempt, whatever comes of it: nobody waits for
 * a network that is away.
 */
export async function untilLoaded<T>(
  load: () => Promise<T>,
  use: (loaded: T) => void,
  wait = FIRST_WAIT
): Promise<void> {
  let loaded: T;
  try {
    loaded = await load();
  } catch (error) {
    console.warn(
      'Code for sharing could not be loaded, and is asked for again.',
      error
    );
    const next = Math.min(2 * wait, LONGEST_WAIT);
    setTimeout(() => void untilLoaded(load, use, next), wait);
    return;
  }
  use(loaded);
}
