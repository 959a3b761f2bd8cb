// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';
import './simulator/luck';

import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { simulation } from './simulator/runs';
import { schedule, type ISchedule } from './simulator/story';
import { World } from './simulator/world';

/**
 * People with drives of their own open one file in one room, in one or two tabs; they
 * edit, save, leave, are cut off, crash, come back, and edit at home, over a network
 * that is cut and mended, and whose messages arrive in any order; they move, split, merge,
 * retype, cut and paste, remove, revert, undo and run cells; the site ships another
 * version of the file meanwhile, and the browsers' storage is full for a while.
 *
 * It drives the shipped histories, memberships, directory, drive bases and store with
 * real yjs and @jupyter/ydoc; only the links, the patience of those who wait and the
 * drives are the simulation's.
 *
 * Not simulated here: renaming and deleting files (see `lifecycle.simulator.spec.ts`).
 *
 * To live one schedule again, see `simulation`.
 */

/** How much is tried. */
const { parameters, timeout } = simulation(400, 2000);

/**
 * Schedules that lost or doubled something once.
 */
const EXAMPLES: [ISchedule][] = [
  [
    {
      // what was kept as a copy was the empty document: the room chose another history
      // while it was being opened
      isNotebook: false,
      isShipped: true,
      own: [true, false, true],
      luck: 0,
      events: [
        { do: 'open', browser: 1, tab: 0 },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'deliver', choices: [0, 0, 0] }
      ]
    }
  ],
  [
    {
      // one tab got the room’s history; the other one, which opened the same own file
      // at the same instant, did not, and put its own in that place
      isNotebook: true,
      isShipped: false,
      own: [false, true, true],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 0 },
        { do: 'open', browser: 1, tab: 0 },
        { do: 'open', browser: 2, tab: 0 },
        { do: 'open', browser: 0, tab: 1 },
        { do: 'deliver', choices: [5, 5, 0, 0, 9] },
        { do: 'mend' },
        { do: 'open', browser: 2, tab: 1 },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [0] }
      ]
    }
  ],
  [
    {
      // the copy that was kept while the storage was full gave way to what had been
      // written before
      isNotebook: false,
      isShipped: true,
      own: [false, false, true],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 0 },
        { do: 'open', browser: 2, tab: 0 },
        { do: 'deliver', choices: [0, 0, 3] },
        { do: 'operate', what: 'insert', browser: 0, tab: 0, at: 0, to: 0 },
        { do: 'fill' },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'deliver', choices: [0, 0, 0, 0, 0] },
        { do: 'save', browser: 0, tab: 0 },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'fill' }
      ]
    }
  ],
  [
    {
      // what could not be kept as another history was kept as a copy for ever, though
      // the room came to show it
      isNotebook: false,
      isShipped: true,
      own: [false, false, true],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 1 },
        { do: 'fill' },
        { do: 'open', browser: 2, tab: 0 },
        { do: 'open', browser: 2, tab: 1 },
        { do: 'lose patience' },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [1, 2, 2, 0] },
        { do: 'deliver', choices: [1] },
        { do: 'deliver', choices: [1, 2, 4, 4] },
        { do: 'deliver', choices: [2, 3, 3, 8, 0] },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'kill', browser: 0, tab: 0 },
        { do: 'type', browser: 0, tab: 0, at: 0 }
      ]
    }
  ],
  [
    {
      // the page was killed while it saved; what was written into the file after that
      // took the place of the copy of what had been there before
      isNotebook: false,
      isShipped: true,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'edit at home', browser: 0, tab: 0, at: 0 },
        { do: 'open', browser: 1, tab: 0 },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'deliver', choices: [1, 0, 0] },
        { do: 'deliver', choices: [0] },
        { do: 'deliver', choices: [0] },
        { do: 'deliver', choices: [0, 0, 0] },
        { do: 'ship' },
        { do: 'save and kill', browser: 0, tab: 0, at: 6 },
        { do: 'edit at home', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'operate', what: 'insert', browser: 0, tab: 0, at: 0, to: 0 },
        { do: 'ship' },
        { do: 'ship' }
      ]
    }
  ],
  [
    {
      // two copies with the same words are no needless ones if their cells differ: what a
      // file held was also put into a history that gave way
      isNotebook: true,
      isShipped: false,
      own: [false, true, true],
      luck: 0,
      events: [
        { do: 'open', browser: 2, tab: 0 },
        { do: 'open', browser: 1, tab: 0 },
        { do: 'deliver', choices: [0, 0, 0, 0] },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'deliver', choices: [3] },
        { do: 'deliver', choices: [0, 1, 0, 3] },
        { do: 'deliver', choices: [0, 0, 1, 4] },
        { do: 'deliver', choices: [6, 2] },
        { do: 'deliver', choices: [6] },
        { do: 'open and kill', browser: 0, tab: 1, at: 0 },
        { do: 'operate', what: 'revert', browser: 0, tab: 0, at: 0, to: 0 }
      ]
    }
  ],
  [
    {
      // what the site ships was kept as a copy: who wrote into it had seen that go again
      isNotebook: false,
      isShipped: true,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 2, tab: 0 },
        { do: 'open', browser: 0, tab: 0 },
        { do: 'edit at home', browser: 1, tab: 0, at: 0 },
        { do: 'deliver', choices: [0, 0, 0, 0] },
        { do: 'open', browser: 1, tab: 0 },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [5, 0, 4] },
        { do: 'remove', browser: 2, tab: 0, at: 0 },
        { do: 'type', browser: 1, tab: 0, at: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'deliver', choices: [0] }
      ]
    }
  ],
  [
    {
      // a file of the site’s counted as one’s own: the page was closed before it knew
      isNotebook: false,
      isShipped: true,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 2, tab: 0 },
        { do: 'open', browser: 2, tab: 1 },
        { do: 'lose patience' },
        { do: 'vanish', browser: 2, tab: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'mend' },
        { do: 'ship' },
        { do: 'go on', browser: 0, tab: 0 }
      ]
    }
  ]
];

// a full browser is asked again when the simulation says so
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterAll(() => {
  vi.useRealTimers();
});

describe('a schedule', () => {
  it('can be lived again, and ends as before', async () => {
    for (const one of fc.sample(schedule, { numRuns: 5, seed: 1 })) {
      const first = new World(one);
      await first.live();
      const second = new World(one);
      await second.live();
      expect(second.story).toEqual(first.story);
      expect(second.files).toEqual(first.files);
    }
  });
});

describe('whatever happens', () => {
  it(
    'all see one text, nobody loses a word, and no copy is needless',
    { timeout },
    async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async one => {
          const world = new World(one);
          await world.live();
          expect(world.story).not.toEqual([]);
        }),
        { ...parameters, examples: EXAMPLES }
      );
    }
  );
});
