// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Step } from './simulator/cells';
import { World, step } from './simulator/cells';

/**
 * Several people who do all that can be done to cells at once, over links that
 * delay, and part and heal in between. Each typed text is unique.
 */

/**
 * Schedules; more than CI's own with `SCHEDULES=100000`.
 */
const SCHEDULES = Number(process.env.SCHEDULES ?? 1000);

function check(steps: Step[]): void {
  const world = new World();
  for (const one of steps) {
    world.run(one);
  }
  world.settle();
  const [first, ...others] = world.pages;
  const repairs = world.pages.map(page => page.repairs);
  for (const page of others) {
    expect(page.notebook.toJSON()).toEqual(first.notebook.toJSON());
  }
  expect(new Set(first.ids).size).toBe(first.ids.length);
  expect(first.ids.length).toBeGreaterThan(0);
  for (const token of world.tokens) {
    const times = first.text.split(token).length - 1;
    const expected = world.removed.has(token) ? [0, 1] : [1];
    expect(expected, `${token} in ${JSON.stringify(first.sources)}`).toContain(times);
  }
  // and there is an end to it
  world.settle();
  expect(world.pages.map(page => page.repairs)).toEqual(repairs);
  world.pages.forEach(page => page.dispose());
}

describe('people who do everything to cells at once', () => {
  it('end up with the same cells, and with every text once', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), check), {
      numRuns: SCHEDULES
    });
  }, 600_000);
});
