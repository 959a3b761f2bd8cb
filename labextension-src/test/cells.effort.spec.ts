// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { expect, it } from 'vitest';

import { Effort } from '../src/document/cells/effort';

/** More than any honest question takes, and less than all that a transaction may. */
const MANY = 1000;

/** How many of these are answered. */
function answered(effort: Effort, questions: number): number {
  return Array.from({ length: questions }, () =>
    effort.ask(() => {
      for (let look = 0; look < MANY; look++) {
        effort.look(1);
      }
      return 1;
    })
  ).filter(answer => answer !== null).length;
}

it('what takes too long is not answered, and questions after it are, if they are small', () => {
  const effort = new Effort();
  effort.renew();
  expect(answered(effort, 100)).toBeLessThan(25);
  expect(
    effort.ask(() => {
      effort.look(20);
      return 'an answer';
    })
  ).toBe('an answer');
});

it('each transaction begins anew', () => {
  const effort = new Effort();
  answered(effort, 100);
  effort.renew();
  expect(answered(effort, 10)).toBe(10);
});

it('what fails for another reason says so', () => {
  const fail = () => {
    throw new TypeError('not ours');
  };
  expect(() => new Effort().ask(fail)).toThrow(TypeError);
});
