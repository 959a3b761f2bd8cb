// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

import { PASSING } from './network';

/**
 * How much a simulator tries. SIMULATOR_RUNS sets another number of schedules; to live
 * one schedule again, give the `seed` and `path` that a failure prints as
 * SIMULATOR_SEED and SIMULATOR_PATH.
 *
 * @param usual - The number of schedules.
 * @param longest - One schedule's longest run, in milliseconds, on a busy machine.
 */
export function simulation(usual: number, longest: number) {
  const { SIMULATOR_PATH, SIMULATOR_RUNS, SIMULATOR_SEED } = process.env;
  const numRuns = Number(SIMULATOR_RUNS ?? usual);
  return {
    timeout: Math.max(numRuns, usual) * longest,
    parameters: {
      numRuns,
      ...(SIMULATOR_SEED ? { seed: Number(SIMULATOR_SEED) } : {}),
      ...(SIMULATOR_PATH ? { path: SIMULATOR_PATH } : {})
    }
  };
}

/** How many browsers there are. */
export const BROWSERS = 3;

/** Some messages arrive: which, is chosen among those that may arrive next. */
export const deliver = fc.record({
  do: fc.constant('deliver' as const),
  choices: fc.array(fc.nat(2 * PASSING - 1), { minLength: 1, maxLength: 8 })
});

/**
 * A schedule of any events; short stories are found by shrinking.
 */
export function scheduleOf<T>(event: fc.Arbitrary<T>) {
  return fc.record({
    isNotebook: fc.boolean(),
    isShipped: fc.boolean(),
    own: fc.array(fc.boolean(), { minLength: BROWSERS, maxLength: BROWSERS }),
    events: fc.array(event, { minLength: 4, maxLength: 30, size: 'max' }),
    luck: fc.nat()
  });
}
