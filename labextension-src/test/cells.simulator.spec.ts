// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './simulator/luck';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Step } from './simulator/cells';
import { World, step } from './simulator/cells';
import { setLuck } from './simulator/luck';
import { simulation } from './simulator/runs';

/**
 * Several people who do all that can be done to cells at once, over links that
 * delay, and part and heal in between. Each typed text is unique.
 */

/** How much is tried. */
const { parameters, timeout } = simulation(1000, 600);

function check(steps: Step[], luck = 0): void {
  setLuck(luck);
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

/**
 * Schedules that failed once.
 */
const FAILED: { why: string; steps: [Step['do'], number, number, number][] }[] = [
  {
    why: 'a rescue arrived before the news of the removal',
    steps: [
      ['empty', 1, 0, 0],
      ['type', 2, 1, 0],
      ['retype', 2, 0, 0],
      ['deliver', 2, 1, 1],
      ['deliver', 0, 2, 4]
    ]
  },
  {
    why: 'a move arrived before the one that it moved on',
    steps: [
      ['move', 0, 0, 1],
      ['move', 1, 0, 9],
      ['deliver', 2, 1, 1],
      ['move', 2, 1, 0],
      ['deliver', 0, 2, 1],
      ['deliver', 2, 0, 1]
    ]
  },
  {
    why: 'an undone split was typed in and moved',
    steps: [
      ['split', 1, 13, 1],
      ['insert', 0, 0, 0],
      ['quiet', 0, 0, 0],
      ['move', 0, 7, 0],
      ['type', 1, 14, 0],
      ['undo', 1, 9, 0]
    ]
  },
  {
    why: 'a split was undone whose other half had been merged',
    steps: [
      ['split', 0, 4, 1],
      ['merge', 1, 4, 0],
      ['quiet', 0, 0, 0],
      ['undo', 0, 15, 0]
    ]
  },
  {
    why: 'a copy was moved while others chose between it and another',
    steps: [
      ['retype', 1, 14, 0],
      ['type', 0, 10, 0],
      ['deliver', 0, 1, 1],
      ['remove', 1, 2, 0],
      ['move', 0, 0, 1],
      ['merge', 2, 1, 0],
      ['heal', 1, 2, 0],
      ['insert', 0, 0, 1],
      ['cut', 0, 1, 0],
      ['quiet', 0, 0, 0],
      ['type', 1, 5, 16]
    ]
  },
  {
    why: 'two rescued into one text beside deleted characters',
    steps: [
      ['type', 0, 5, 0],
      ['merge', 1, 1, 0],
      ['split', 1, 4, 1],
      ['type', 0, 1, 14],
      ['deliver', 2, 0, 1],
      ['deliver', 2, 1, 1]
    ]
  },
  {
    why: 'somebody typed beside what was forgotten, and Yjs threw',
    steps: [
      ['type', 2, 0, 10],
      ['deliver', 0, 2, 1],
      ['move', 1, 0, 5],
      ['type', 2, 0, 14],
      ['move', 2, 0, 1],
      ['deliver', 0, 1, 1]
    ]
  }
];

describe('people who do everything to cells at once', () => {
  for (const { why, steps } of FAILED) {
    it(`end up with every text once when ${why}`, () => {
      check(steps.map(([what, peer, at, to]) => ({ do: what, peer, at, to }) as Step));
    });
  }

  it('end up with the same cells, and with every text once', { timeout }, async () => {
    const schedule = fc.array(step, { maxLength: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(schedule, fc.nat(), async (steps, luck) => {
        check(steps, luck);
        // what is disposed of is forgotten when the event loop turns
        await new Promise(resolve => setImmediate(resolve));
      }),
      parameters
    );
  });
});
