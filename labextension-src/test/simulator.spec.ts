// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { Browser } from './simulator/browser';
import { Network } from './simulator/network';

/**
 * People with drives of their own open one file in one room, edit, save, leave,
 * come back and edit at home, over a network that is cut and mended, and whose
 * messages arrive in any order.
 *
 * It drives the shipped histories, memberships, directory and store with real
 * yjs, @jupyter/ydoc and y-indexeddb; only the links, the patience of those who
 * wait and the drives are the simulation's.
 */

const BROWSERS = 3;
const SHIPPED = 'shipped.';

/** How many schedules are tried; a longer run sets it. */
const RUNS = Number(process.env.SIMULATOR_RUNS ?? 150);

/** One schedule's longest run, in milliseconds, on a busy machine. */
const RUN_TIMEOUT = 2000;

/** For how many turns nothing may happen before all is over. */
const CALM = 8;

/** How many turns it may take until then. */
const MAX_TURNS = 1000;

const browser = fc.nat(BROWSERS - 1);

type IEvent =
  | { do: 'open' | 'close' | 'save' | 'edit at home' | 'cut off'; browser: number }
  | { do: 'type'; browser: number; at: number }
  | { do: 'mend' | 'lose patience' }
  | { do: 'deliver'; choices: number[] };

const event: fc.Arbitrary<IEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('open' as const), browser }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), browser }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('type' as const), browser, at: fc.nat(9) })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('save' as const), browser }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('edit at home' as const), browser })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut off' as const), browser }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mend' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose patience' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      choices: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 })
    })
  }
);

/**
 * A schedule that lost a word: the room chose another history while a document
 * was being opened, and what was kept as a copy was the empty document.
 */
const ROOM_CHANGES_WHILE_OPENING: IEvent[] = [
  { do: 'edit at home', browser: 0 },
  { do: 'open', browser: 1 },
  { do: 'open', browser: 0 },
  { do: 'deliver', choices: [0, 0, 0] },
  { do: 'edit at home', browser: 2 }
];

/** Let promises and the simulated IndexedDB do what they have begun. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

let runs = 0;

// as on plain HTTP, where digests are made in step: threads would bring time in
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

describe('whatever happens', () => {
  it(
    'all see one text, and nobody loses a word',
    { timeout: RUNS * RUN_TIMEOUT },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(event, { maxLength: 25 }), async events => {
          const network = new Network();
          const site = `run ${runs++}`;
          const browsers = Array.from(
            { length: BROWSERS },
            (_, number) => new Browser(number, network, site, SHIPPED)
          );
          const authors = new Map<string, Browser>();
          const token = () => `<${authors.size}>`;

          for (const step of events) {
            const actor = 'browser' in step ? browsers[step.browser] : browsers[0];
            const word = token();
            switch (step.do) {
              case 'open':
                actor.open();
                break;
              case 'close':
                await breathe(); // what was on the screen is kept
                actor.close();
                break;
              case 'type':
                if (actor.type(word, step.at)) {
                  authors.set(word, actor);
                }
                break;
              case 'save':
                await actor.save();
                break;
              case 'edit at home':
                if (actor.editPrivately(word)) {
                  authors.set(word, actor);
                }
                break;
              case 'cut off':
                network.partition(new Set([step.browser]));
                break;
              case 'mend':
                network.heal();
                break;
              case 'lose patience':
                network.losePatience();
                break;
              case 'deliver':
                step.choices.forEach(choice => network.deliver(choice));
                break;
            }
            await breathe();
          }

          // everybody comes, and all that was sent arrives
          network.heal();
          browsers.forEach(one => one.open());
          let calm = 0;
          for (let turn = 0; calm < CALM && turn < MAX_TURNS; turn++) {
            await breathe();
            if (!network.isQuiet) {
              network.deliver(0);
              calm = 0;
            } else {
              network.losePatience();
              calm = browsers.every(one => one.text !== null) ? calm + 1 : 0;
            }
          }

          const texts = browsers.map(one => one.text);
          const text = texts[0];
          expect(
            new Set(texts).size,
            `one text for all: ${JSON.stringify(texts)}`
          ).toBe(1);
          expect(text, 'the file itself stands once').not.toBeNull();
          expect(text!.split(SHIPPED)).toHaveLength(2);
          for (const [word, author] of authors) {
            const inRoom = text!.split(word).length - 1;
            expect(inRoom, `${word} in ${text}`).toBeLessThanOrEqual(1);
            if (!inRoom) {
              const kept = author.copies.filter(copy => copy.split(word).length === 2);
              expect(
                kept.length,
                `${word} of ${author.number} in ${text} or ${JSON.stringify(author.copies)}`
              ).toBeGreaterThan(0);
            }
          }
          if (authors.size === 0) {
            expect(
              browsers.flatMap(one => one.copies),
              'no copy of equal files'
            ).toEqual([]);
          }
          browsers.forEach(one => one.close());
        }),
        { numRuns: RUNS, examples: [[ROOM_CHANGES_WHILE_OPENING]] }
      );
    }
  );
});
