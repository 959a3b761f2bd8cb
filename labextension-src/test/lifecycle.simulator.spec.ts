// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';
import './simulator/luck';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FileWorld, fileSchedule, type IFileSchedule } from './simulator/lifecycle';
import { simulation } from './simulator/runs';

/**
 * People with drives of their own open files in one room, rename, delete and make them
 * anew, and type, over a network that is cut and mended; their tabs are closed and
 * killed.
 *
 * As in `simulator.spec.ts`, it drives the shipped modules.
 *
 * Not simulated: a tab that is killed while JupyterLite itself moves a file.
 */

/** How much is tried. */
const { parameters, timeout } = simulation(300, 2000);

/**
 * Schedules that lost or doubled something once.
 */
const EXAMPLES: [IFileSchedule][] = [
  [
    {
      // nobody had the history any more that the room had chosen, and so those who came
      // with files of their own waited for it side by side
      isNotebook: false,
      isShipped: false,
      own: [false, true, true],
      luck: 0,
      events: [
        { do: 'open', browser: 2, tab: 0, name: 0 },
        { do: 'open', browser: 0, tab: 1, name: 1 },
        { do: 'deliver', choices: [0, 0, 0, 0] },
        { do: 'deliver', choices: [0] },
        { do: 'delete', browser: 2, tab: 0, name: 0 },
        { do: 'open', browser: 0, tab: 0, name: 0 }
      ]
    }
  ],
  [
    {
      // who deleted it registered it again at once
      isNotebook: false,
      isShipped: false,
      own: [false, true, true],
      luck: 0,
      events: [
        { do: 'open', browser: 2, tab: 0, name: 0 },
        { do: 'open', browser: 0, tab: 0, name: 0 },
        { do: 'deliver', choices: [0, 0] },
        { do: 'deliver', choices: [7] },
        { do: 'lose patience' },
        { do: 'deliver', choices: [0, 0] },
        { do: 'delete', browser: 2, tab: 0, name: 0 },
        { do: 'deliver', choices: [0] }
      ]
    }
  ],
  [
    {
      // who showed it in another tab had it at its old name: the tab had not heard yet of
      // the new one when the file was deleted
      isNotebook: false,
      isShipped: false,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 1, name: 0 },
        { do: 'open', browser: 0, tab: 0, name: 0 },
        { do: 'deliver', choices: [0, 0, 0, 0] },
        { do: 'rename', browser: 0, tab: 0, name: 0, to: 0 },
        { do: 'rename', browser: 0, tab: 0, name: 0, to: 2 },
        { do: 'delete', browser: 0, tab: 0, name: 2 },
        { do: 'open', browser: 0, tab: 0, name: 0 }
      ]
    }
  ],
  [
    {
      // who deleted it showed it on in another tab, and nowhere any more after that
      isNotebook: false,
      isShipped: false,
      own: [false, true, true],
      luck: 0,
      events: [
        { do: 'open', browser: 1, tab: 1, name: 0 },
        { do: 'open', browser: 1, tab: 0, name: 0 },
        { do: 'open', browser: 0, tab: 1, name: 1 },
        { do: 'deliver', choices: [0, 4] },
        { do: 'deliver', choices: [0, 0] },
        { do: 'deliver', choices: [2, 4, 1] },
        { do: 'mend' },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'deliver', choices: [4] },
        { do: 'delete', browser: 1, tab: 0, name: 0 }
      ]
    }
  ],
  [
    {
      // the same with what the site ships, and with a tab that had not heard from the
      // others that it was renamed
      isNotebook: false,
      isShipped: true,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 1, name: 0 },
        { do: 'open', browser: 1, tab: 1, name: 0 },
        { do: 'deliver', choices: [0, 0, 0] },
        { do: 'open', browser: 1, tab: 0, name: 0 },
        { do: 'rename', browser: 1, tab: 1, name: 0, to: 2 },
        { do: 'delete', browser: 1, tab: 0, name: 2 },
        { do: 'create', browser: 0, tab: 0, name: 0 },
        { do: 'open', browser: 0, tab: 0, name: 0 },
        { do: 'type', browser: 0, tab: 1, at: 0 },
        { do: 'deliver', choices: [0] }
      ]
    }
  ],
  [
    {
      // what somebody wrote in one tab they deleted in another one, which had not heard
      // of it yet: it is gone, and may be
      isNotebook: false,
      isShipped: false,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 0, tab: 1, name: 0 },
        { do: 'lose patience' },
        { do: 'open', browser: 0, tab: 0, name: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'type', browser: 0, tab: 0, at: 0 },
        { do: 'close', browser: 0, tab: 0 },
        { do: 'rename', browser: 0, tab: 0, name: 0, to: 0 },
        { do: 'save', browser: 0, tab: 0 },
        { do: 'deliver', choices: [0] },
        { do: 'delete', browser: 0, tab: 1, name: 0 }
      ]
    }
  ],
  [
    {
      // what is typed where another tab has deleted the file makes one again
      isNotebook: false,
      isShipped: false,
      own: [false, false, false],
      luck: 0,
      events: [
        { do: 'open', browser: 1, tab: 0, name: 1 },
        { do: 'open', browser: 0, tab: 0, name: 0 },
        { do: 'deliver', choices: [0, 0, 0] },
        { do: 'open', browser: 0, tab: 1, name: 0 },
        { do: 'save', browser: 0, tab: 0 },
        { do: 'delete', browser: 0, tab: 0, name: 0 },
        { do: 'type', browser: 0, tab: 1, at: 0 },
        { do: 'deliver', choices: [0] }
      ]
    }
  ]
];

describe('whatever happens to files', () => {
  it(
    'a rename follows, a deletion is one person’s, a new file is a new document, and no word is lost',
    { timeout },
    async () => {
      await fc.assert(
        fc.asyncProperty(fileSchedule, async one => {
          const world = new FileWorld(one);
          await world.live();
          expect(world.story).not.toEqual([]);
        }),
        { ...parameters, examples: EXAMPLES }
      );
    }
  );
});
