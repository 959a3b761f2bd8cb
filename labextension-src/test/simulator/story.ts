// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

import { BROWSERS, deliver, scheduleOf } from './runs';

/**
 * What people do to documents, beside typing and removing.
 */
const OPERATIONS = [
  'insert',
  'run',
  'move',
  'split',
  'merge',
  'retype',
  'cut and paste',
  'revert',
  'undo',
  'redo'
] as const;

export type Operation = (typeof OPERATIONS)[number];

/**
 * What happens next.
 */
export type IEvent =
  | {
      do: 'open' | 'close' | 'kill' | 'save' | 'cut off' | 'vanish' | 'go on';
      browser: number;
      tab: number;
    }
  | {
      do: 'type' | 'remove' | 'edit at home' | 'open and kill' | 'save and kill';
      browser: number;
      tab: number;
      at: number;
    }
  | {
      do: 'operate';
      what: Operation;
      browser: number;
      tab: number;
      at: number;
      to: number;
    }
  | { do: 'mend' | 'lose patience' | 'ship' | 'fill' | 'free' }
  | { do: 'deliver'; choices: number[] };

/**
 * What a schedule begins with, and what happens.
 */
export interface ISchedule {
  /** Whether it is about a notebook, or a text file. */
  readonly isNotebook: boolean;
  /** Whether the site ships the file; else only some have it. */
  readonly isShipped: boolean;
  /** Who has a file of their own; the first has one if the site ships none. */
  readonly own: boolean[];
  readonly events: IEvent[];
  /** Decides what is random, such as the names under which Yjs knows people. */
  readonly luck: number;
}

const browser = fc.nat(BROWSERS - 1);
// one tab is the rule
const tab = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(1) }
);
const at = fc.nat(9);

const of = <T extends string>(what: T) =>
  fc.record({ do: fc.constant(what), browser, tab });
const somewhere = <T extends string>(what: T) =>
  fc.record({ do: fc.constant(what), browser, tab, at });
const world = <T extends string>(what: T) => fc.record({ do: fc.constant(what) });

const event: fc.Arbitrary<IEvent> = fc.oneof(
  { weight: 6, arbitrary: of('open') },
  { weight: 2, arbitrary: of('close') },
  { weight: 1, arbitrary: of('kill') },
  { weight: 7, arbitrary: somewhere('type') },
  { weight: 1, arbitrary: somewhere('remove') },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('operate' as const),
      what: fc.constantFrom(...OPERATIONS),
      browser,
      tab,
      at,
      to: at
    })
  },
  { weight: 3, arbitrary: of('save') },
  { weight: 3, arbitrary: somewhere('edit at home') },
  { weight: 1, arbitrary: somewhere('open and kill') },
  { weight: 1, arbitrary: somewhere('save and kill') },
  { weight: 1, arbitrary: of('cut off') },
  { weight: 1, arbitrary: of('vanish') },
  { weight: 2, arbitrary: of('go on') },
  { weight: 1, arbitrary: world('mend') },
  { weight: 1, arbitrary: world('lose patience') },
  { weight: 1, arbitrary: world('ship') },
  { weight: 1, arbitrary: world('fill') },
  { weight: 1, arbitrary: world('free') },
  {
    weight: 8,
    arbitrary: deliver
  }
);

/**
 * Any schedule.
 */
export const schedule: fc.Arbitrary<ISchedule> = scheduleOf(event);
