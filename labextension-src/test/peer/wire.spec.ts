// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Frame } from '../../src/peer/wire/frames';
import {
  decodeFrame,
  encodeFrame,
  FrameError,
  PROOF_BYTES,
  WIRE_VERSION
} from '../../src/peer/wire/frames';
import { DEAD_AFTER, Heartbeat, PING_AFTER } from '../../src/peer/wire/heartbeat';
import {
  HIGH_WATER_BYTES,
  Outbox,
  OUTBOX_LIMIT_BYTES,
  SMALL_MESSAGE_BYTES
} from '../../src/peer/wire/outbox';
import { Rate } from '../../src/peer/wire/rate';
import { Reassembler } from '../../src/peer/wire/reassembly';

const bytes = fc.uint8Array({ maxLength: 200 });
const channel = fc.nat({ max: 2 ** 31 });

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant('proof' as const),
    proof: fc.uint8Array({ minLength: PROOF_BYTES, maxLength: PROOF_BYTES })
  }),
  fc.record({
    kind: fc.constant('open' as const),
    channel,
    topic: fc.string({ maxLength: 64 })
  }),
  fc.record({ kind: fc.constant('close' as const), channel }),
  fc.record({ kind: fc.constant('message' as const), channel, data: bytes }),
  fc.record({
    kind: fc.constant('begin' as const),
    channel,
    total: channel,
    data: bytes
  }),
  fc.record({ kind: fc.constant('part' as const), channel, data: bytes }),
  fc.record({ kind: fc.constant('ping' as const), number: channel }),
  fc.record({ kind: fc.constant('pong' as const), number: channel }),
  fc.constant({ kind: 'bye' as const })
);

describe('frames', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(frames, frame => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      })
    );
  });

  it('are refused, and nothing else happens, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), noise => {
        try {
          decodeFrame(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 5000 }
    );
  });

  it('that were cut or lengthened are refused or other frames, and never an accident', () => {
    fc.assert(
      fc.property(frames, fc.nat({ max: 40 }), bytes, (frame, cut, tail) => {
        const whole = encodeFrame(frame);
        for (const changed of [whole.slice(0, cut), Uint8Array.of(...whole, ...tail)]) {
          try {
            decodeFrame(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        }
      })
    );
  });

  it('of another version are refused with a remedy', () => {
    const other = encodeFrame({ kind: 'bye' });
    other[0] = WIRE_VERSION + 1;
    expect(() => decodeFrame(other)).toThrow(/version 3 .* reload both/);
  });
});

/**
 * A sink that holds what it is given until it is drained.
 */
class Sink {
  readonly sent: Frame[] = [];
  bufferedAmount = 0;
  send(frame: Uint8Array): void {
    this.bufferedAmount += frame.length;
    this.sent.push(decodeFrame(frame));
  }
}

/** Put together what went into a sink. */
function received(sent: ReadonlyArray<Frame>): Map<number, Uint8Array[]> {
  const messages = new Map<number, Uint8Array[]>();
  const reassembler = new Reassembler();
  for (const frame of sent) {
    const message =
      frame.kind === 'message'
        ? frame.data
        : frame.kind === 'begin' || frame.kind === 'part'
          ? reassembler.receive(frame, 0)
          : null;
    if (message instanceof Uint8Array) {
      const { channel } = frame as { channel: number };
      messages.set(channel, [...(messages.get(channel) ?? []), message]);
    }
  }
  return messages;
}

describe('an outbox', () => {
  const message = fc.record({
    channel: fc.nat({ max: 2 }),
    length: fc.oneof(fc.nat({ max: 100 }), fc.integer({ min: 16_000, max: 400_000 })),
    drain: fc.boolean()
  });

  it('sends every message once and whole, and those of a stream in order', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        fc.integer({ min: 100, max: 70_000 }),
        (messages, maxFrame) => {
          const sink = new Sink();
          const outbox = new Outbox(sink, maxFrame);
          const expected = new Map<number, number[]>();
          messages.forEach(({ channel, length, drain }, index) => {
            const data = new Uint8Array(length + 4);
            new DataView(data.buffer).setUint32(0, index);
            outbox.stream(channel, [data][Symbol.iterator]());
            expected.set(channel, [...(expected.get(channel) ?? []), index]);
            if (drain) {
              sink.bufferedAmount = 0;
              outbox.pump();
            }
          });
          for (let sent = -1; sent !== sink.sent.length;) {
            sent = sink.sent.length;
            sink.bufferedAmount = 0;
            outbox.pump();
          }
          const all = received(sink.sent);
          for (const [channel, order] of expected) {
            const got = all.get(channel)?.map(data => {
              expect(data.length).toBe(
                messages[new DataView(data.buffer, data.byteOffset).getUint32(0)]
                  .length + 4
              );
              return new DataView(data.buffer, data.byteOffset).getUint32(0);
            });
            expect(got).toEqual(order);
          }
        }
      ),
      { numRuns: 50 }
    );
  });

  it('never sends a frame that is larger than allowed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 70_000 }), maxFrame => {
        const lengths: number[] = [];
        const sink = {
          bufferedAmount: 0,
          send: (frame: Uint8Array) => void lengths.push(frame.length)
        };
        const outbox = new Outbox(sink, maxFrame);
        outbox.message(2 ** 31, new Uint8Array(SMALL_MESSAGE_BYTES));
        outbox.message(2 ** 31, new Uint8Array(300_000));
        expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(300_000);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(maxFrame);
      })
    );
  });

  it('lets a small message pass what is large, and waits while the browser is full', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.message(1, new Uint8Array(10_000_000));
    const before = sink.sent.length;
    expect(sink.bufferedAmount).toBeLessThan(2 * HIGH_WATER_BYTES);
    outbox.message(1, Uint8Array.of(7));
    expect(sink.sent.slice(before)).toEqual([
      { kind: 'message', channel: 1, data: Uint8Array.of(7) }
    ]);
    outbox.pump();
    expect(sink.sent.length).toBe(before + 1);
  });

  it('lets nothing pass what it is to follow, and only that', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.message(1, new Uint8Array(1_000_000));
    outbox.message(1, Uint8Array.of(7), true);
    outbox.message(2, Uint8Array.of(8), true);
    const small = () => sink.sent.filter(frame => frame.kind === 'message');
    expect(small()).toEqual([{ kind: 'message', channel: 2, data: Uint8Array.of(8) }]);
    for (let sent = -1; sent !== sink.sent.length;) {
      sent = sink.sent.length;
      sink.bufferedAmount = 0;
      outbox.pump();
    }
    expect(sink.sent.at(-1)).toEqual({
      kind: 'message',
      channel: 1,
      data: Uint8Array.of(7)
    });
  });

  it('lets what is to follow pass the messages of a stream', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.stream(1, [new Uint8Array(1_000_000)].values());
    const small = () => sink.sent.filter(frame => frame.kind === 'message');
    outbox.message(1, Uint8Array.of(7), true);
    expect(small()).toHaveLength(1);
    // but not what is large, and waits for the stream
    outbox.message(1, new Uint8Array(100_000));
    outbox.message(1, Uint8Array.of(8), true);
    expect(small()).toHaveLength(1);
    for (let sent = -1; sent !== sink.sent.length;) {
      sent = sink.sent.length;
      sink.bufferedAmount = 0;
      outbox.pump();
    }
    expect(sink.sent.at(-1)).toMatchObject({ data: Uint8Array.of(8) });
    outbox.message(1, Uint8Array.of(9), true);
    expect(sink.sent.at(-1)).toMatchObject({ data: Uint8Array.of(9) });
  });

  it('lets what is to follow pass a stream once what it follows has gone', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.message(1, new Uint8Array(1.5 * HIGH_WATER_BYTES));
    outbox.stream(1, [new Uint8Array(10_000_000)].values());
    sink.bufferedAmount = 0;
    outbox.pump(); // all of the former has gone by now, and a part of the latter
    outbox.message(1, Uint8Array.of(7), true);
    expect(sink.sent.at(-1)).toMatchObject({ data: Uint8Array.of(7) });
  });

  it('takes turns with the bulk of several channels', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.message(1, new Uint8Array(1_000_000));
    outbox.message(2, new Uint8Array(1_000_000));
    sink.sent.length = 0;
    for (let i = 0; i < 3; i++) {
      sink.bufferedAmount = 0;
      outbox.pump();
    }
    const turns = sink.sent.map(frame => (frame as { channel: number }).channel);
    expect(turns.filter(turn => turn === 1).length).toBeGreaterThan(2);
    expect(turns.filter(turn => turn === 2).length).toBeGreaterThan(2);
  });

  it('makes the messages of a stream only when there is room for them', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    let made = 0;
    const stream = function* () {
      for (;;) {
        made++;
        yield new Uint8Array(60_000);
      }
    };
    outbox.stream(1, stream());
    expect(made).toBeLessThan(10);
  });

  it('drops the bulk of a channel that was closed', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.message(1, new Uint8Array(1_000_000));
    outbox.forget(1);
    sink.sent.length = sink.bufferedAmount = 0;
    outbox.pump();
    expect(sink.sent).toEqual([]);
  });

  it('gives somebody up who does not read', () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    sink.bufferedAmount = Infinity;
    const large = new Uint8Array(OUTBOX_LIMIT_BYTES / 4 - 1000);
    expect(() => {
      for (let i = 0; i < 5; i++) {
        outbox.message(i, large);
      }
    }).toThrow(/does not read/);
  });
});

describe('reassembly', () => {
  const begin = (total: number, data = Uint8Array.of(1), channel = 1) =>
    ({ kind: 'begin', channel, total, data }) as const;
  const part = (data = Uint8Array.of(1), channel = 1) =>
    ({ kind: 'part', channel, data }) as const;

  it('refuses what does not fit', () => {
    const refused = (
      ...frames: (ReturnType<typeof begin> | ReturnType<typeof part>)[]
    ) => {
      const reassembler = new Reassembler(1000);
      return expect(() => frames.forEach(frame => reassembler.receive(frame, 0)));
    };
    refused(part()).toThrow(/without the beginning/);
    refused(begin(10), begin(10)).toThrow(/before the last one has ended/);
    refused(begin(1001)).toThrow(/larger than 1000/);
    refused(begin(2), part(new Uint8Array(2))).toThrow(/2 bytes has at least 3/);
    refused(begin(2, new Uint8Array(0))).toThrow(/empty/);
    refused(begin(1000), begin(1000, undefined, 2), begin(1, undefined, 3)).toThrow(
      /Too many/
    );
  });

  it('claims nothing any more for what is complete or forgotten', () => {
    const reassembler = new Reassembler(1000);
    for (let i = 0; i < 10; i++) {
      reassembler.receive(begin(1000), 0);
      reassembler.forget(1);
      reassembler.receive(begin(1000, new Uint8Array(1)), 0);
      expect(reassembler.receive(part(new Uint8Array(999)), 0)).toHaveLength(1000);
    }
  });

  it('notices a message that does not go on', () => {
    const reassembler = new Reassembler();
    reassembler.receive(begin(10), 0);
    expect(reassembler.isStalled(29_000)).toBe(false);
    reassembler.receive(part(), 29_000);
    expect(reassembler.isStalled(58_000)).toBe(false);
    expect(reassembler.isStalled(60_000)).toBe(true);
  });
});

describe('a heartbeat', () => {
  it('asks after some silence, and gives up after a long one', () => {
    const heartbeat = new Heartbeat(0);
    const actions: [number, string][] = [];
    for (let now = 1000; now <= DEAD_AFTER; now += 1000) {
      const action = heartbeat.tick(now);
      if (action !== 'wait') {
        actions.push([now, action]);
      }
    }
    expect(actions).toEqual([
      [PING_AFTER, 'ping'],
      [2 * PING_AFTER, 'ping'],
      [DEAD_AFTER, 'dead']
    ]);
  });

  it('does not take its own sleep for the death of the other', () => {
    const heartbeat = new Heartbeat(0);
    heartbeat.tick(1000);
    expect(heartbeat.tick(3_600_000)).toBe('ping');
    heartbeat.received(3_600_500);
    for (let now = 3_601_000; now < 3_605_000; now += 1000) {
      expect(heartbeat.tick(now)).toBe('wait');
    }
  });

  /** When the other page is taken for dead that says nothing any more. */
  const dies = (heartbeat: Heartbeat, from: number) => {
    let now = from;
    do {
      now += 1000;
    } while (heartbeat.tick(now) !== 'dead');
    return now;
  };

  it('does not wait long for who was silent while it slept', () => {
    for (const wakes of ['wake', 'tick'] as const) {
      const heartbeat = new Heartbeat(0);
      expect(heartbeat[wakes](100_000)).toBe('ping');
      expect(dies(heartbeat, 100_000)).toBe(104_000);
    }
  });

  it('gives who was heard of late all the time, though the page becomes visible', () => {
    const heartbeat = new Heartbeat(0);
    for (let now = 1000; now <= 10_000; now += 1000) {
      heartbeat.received(now);
      heartbeat.tick(now);
    }
    expect(heartbeat.wake(10_500)).toBe('ping');
    expect(dies(heartbeat, 10_500)).toBeGreaterThanOrEqual(10_000 + DEAD_AFTER);
  });

  it('gives who is busy all the time, though the page was busy itself', () => {
    const heartbeat = new Heartbeat(0);
    heartbeat.tick(1000);
    expect(heartbeat.tick(10_000)).toBe('ping');
    expect(dies(heartbeat, 10_000)).toBe(10_000 + DEAD_AFTER);
  });
});

describe('a rate', () => {
  it('allows a burst, and so many per second after that', () => {
    const rate = new Rate(10, 5);
    const allowed = (now: number, tries: number) =>
      Array.from({ length: tries }, () => rate.take(now)).filter(Boolean).length;
    expect(allowed(0, 10)).toBe(5);
    expect(allowed(1000, 10)).toBe(5);
    expect(allowed(1200, 10)).toBe(2);
    expect(allowed(100_000, 10)).toBe(5);
  });
});
