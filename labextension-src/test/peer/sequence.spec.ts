// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeFrame, FrameError } from '../../src/peer/wire/frames';
import type { IPath } from '../../src/peer/wire/sequence';
import { Sequence } from '../../src/peer/wire/sequence';

/** The time, in milliseconds. */
let now = 0;

/**
 * One direction of a path between two ends, in memory. One that is lossy loses what
 * is in it when it is cut.
 */
class Direction implements IPath {
  constructor(readonly isLossy: boolean) {}
  readonly window = 1024 * 1024;
  readonly bufferedAmount = 0;
  readonly flight: Uint8Array[] = [];
  read: (frame: Uint8Array) => void = () => undefined;
  private _next = 0;

  carry(number: number, frame: Uint8Array<ArrayBuffer>): void {
    if (number !== this._next) {
      this.note(encodeFrame({ kind: 'at', number }));
    }
    this._next = number + 1;
    this.note(frame);
  }

  note(frame: Uint8Array): void {
    this.flight.push(frame);
  }

  drop(): void {
    // all is in flight
  }

  /** Let one frame arrive, or be lost. */
  step(isLost: boolean): void {
    const frame = this.flight.shift();
    if (frame && !isLost) {
      this.read(frame);
    } else if (frame) {
      // a packet is lost as a whole, with what it says of its numbers
      this.flight.splice(0);
      this._next = -1;
    }
  }
}

class End {
  readonly got: number[] = [];
  readonly sequence = new Sequence(
    frame => this.got.push(frame[2]),
    () => now,
    () => this.drained++
  );
  drained = 0;
  sent = 0;

  send(): void {
    this.sequence.send(Uint8Array.of(2, 7, this.sent++));
  }
}

/** Two ends, and two paths between them in either direction. */
function world() {
  now = 0;
  const ends = [new End(), new End()];
  const paths = [false, true].map(isLossy =>
    [0, 1].map(from => {
      const direction = new Direction(isLossy);
      direction.read = ends[1 - from].sequence.reader();
      return direction;
    })
  );
  return { ends, paths };
}

const actions = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('send' as const), end: fc.nat(1) })
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('step' as const),
        end: fc.nat(1),
        path: fc.nat(1),
        lost: fc.nat(5)
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('use' as const),
        end: fc.nat(1),
        path: fc.option(fc.nat(1))
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('tick' as const), end: fc.nat(1) })
    }
  ),
  { maxLength: 150 }
);

describe('a sequence of frames', () => {
  it('arrives once and in order, whatever paths it takes and whatever they lose', () => {
    fc.assert(
      fc.property(actions, steps => {
        const { ends, paths } = world();
        ends.forEach((end, i) => end.sequence.use(paths[0][i]));
        for (const step of steps) {
          const { sequence } = ends[step.end];
          now += 100;
          if (step.do === 'send') {
            ends[step.end].send();
          } else if (step.do === 'step') {
            const direction = paths[step.path][step.end];
            direction.step(direction.isLossy && step.lost === 0);
          } else if (step.do === 'use') {
            sequence.use(step.path === null ? null : paths[step.path][step.end]);
          } else {
            sequence.tick();
          }
        }
        for (const [i, end] of ends.entries()) {
          end.sequence.use(paths[1][i]);
        }
        for (let round = 0; round < 60; round++) {
          now += 1000;
          ends.forEach(end => end.sequence.tick());
          while (paths.flat().some(({ flight }) => flight.length)) {
            paths.flat().forEach(direction => direction.step(false));
          }
        }
        for (const [i, end] of ends.entries()) {
          const { sent } = ends[1 - i];
          expect(end.got).toEqual(Array.from({ length: sent }, (_, number) => number));
          expect(end.sequence.waitingSince).toBeNull(); // nothing is kept for ever
        }
      }),
      { numRuns: 2000 }
    );
  });

  it('is not sent twice by a path that was left before it was used', () => {
    const { ends, paths } = world();
    const [ada, grace] = ends;
    ada.send();
    ada.send();
    ada.sequence.use(paths[0][0]);
    expect(paths[0][0].flight).toHaveLength(2);
    paths[0][0].step(false);
    expect(grace.got).toEqual([0]);
  });

  it('waits when too much is under way', () => {
    const { ends, paths } = world();
    const [{ sequence }] = ends;
    expect(sequence.bufferedAmount).toBe(Infinity); // there is no path
    sequence.use(paths[0][0]);
    expect(sequence.bufferedAmount).toBe(0);
    sequence.send(new Uint8Array(2 * 1024 * 1024));
    expect(sequence.bufferedAmount).toBeGreaterThan(1024 * 1024);
    expect(ends[0].drained).toBe(0);
    paths[0][0].step(false);
    paths[0][1].step(false);
    ends[1].sequence.acknowledge(paths[0][1]);
    paths[0][1].step(false);
    expect(sequence.bufferedAmount).toBe(0);
    expect(ends[0].drained).toBe(1); // and goes on at once
  });

  it('is cut off where the other end acknowledges what was never said', () => {
    const { ends } = world();
    const read = ends[0].sequence.reader();
    expect(() => read(encodeFrame({ kind: 'ack', number: 1 }))).toThrow(FrameError);
  });
});
