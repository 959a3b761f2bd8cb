// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Conversation } from '../../src/peer/wire/conversation';
import { encodeFrame, FrameError } from '../../src/peer/wire/frames';

/**
 * One end, and what happened there.
 */
class End {
  constructor() {
    const note =
      (name: string) =>
      (...args: unknown[]) =>
        void this.events.push([name, ...args]);
    this.conversation = new Conversation({
      sink: { bufferedAmount: 0, send: frame => void this.sent.push(frame.slice()) },
      maxMessage: 1_000_000,
      now: 0,
      events: {
        joined: note('joined'),
        left: note('left'),
        message: note('message'),
        progress: () => undefined,
        oversized: note('oversized'),
        bye: note('bye')
      }
    });
  }

  readonly conversation: Conversation;
  readonly sent: Uint8Array[] = [];
  readonly events: unknown[][] = [];

  /** Receive all that the other end has sent. */
  receive(from: End, now = 0): void {
    from.sent.splice(0).forEach(frame => this.conversation.receive(frame, now));
  }
}

/** Let both ends receive until nothing is left. */
function settle(a: End, b: End): void {
  while (a.sent.length || b.sent.length) {
    a.receive(b);
    b.receive(a);
  }
}

function pair(): [End, End] {
  const ends: [End, End] = [new End(), new End()];
  settle(...ends);
  return ends;
}

describe('two pages', () => {
  it('hear each other in topics that both take part in', () => {
    const [ada, grace] = pair();
    ada.conversation.open('topic');
    ada.conversation.send('topic', Uint8Array.of(1)); // nobody hears it yet
    grace.conversation.open('topic');
    settle(ada, grace);
    ada.conversation.send('topic', Uint8Array.of(2));
    grace.conversation.send('topic', new Uint8Array(500_000).fill(3));
    settle(ada, grace);
    expect(grace.events).toEqual([
      ['joined', 'topic'],
      ['message', 'topic', Uint8Array.of(2)]
    ]);
    expect(ada.events.at(-1)).toEqual([
      'message',
      'topic',
      new Uint8Array(500_000).fill(3)
    ]);
  });

  it('leave topics, and come back to them', () => {
    const [ada, grace] = pair();
    for (const end of [ada, grace]) {
      end.conversation.open('topic');
    }
    settle(ada, grace);
    ada.conversation.send('topic', new Uint8Array(700_000)); // dropped under way
    ada.conversation.close('topic');
    ada.conversation.open('topic');
    settle(ada, grace);
    ada.conversation.send('topic', Uint8Array.of(9));
    settle(ada, grace);
    expect(
      grace.events.map(([name]) => name).filter(name => name !== 'message')
    ).toEqual(['joined', 'left', 'joined']);
    expect(grace.events.at(-1)).toEqual(['message', 'topic', Uint8Array.of(9)]);
  });

  it('leave out what is too large to be sent, and say so', () => {
    const [ada, grace] = pair();
    ada.conversation.open('topic');
    grace.conversation.open('topic');
    settle(ada, grace);
    const large = new Uint8Array(1_000_001);
    const small = Uint8Array.of(9);
    ada.conversation.send('topic', large);
    ada.conversation.stream('topic', [large, small][Symbol.iterator]());
    settle(ada, grace);
    const oversized = ['oversized', 'topic', 1_000_001];
    expect(ada.events.filter(([name]) => name === 'oversized')).toEqual([
      oversized,
      oversized
    ]);
    expect(grace.events.at(-1)).toEqual(['message', 'topic', small]);
  });

  it('answer a ping, and know how long it took', () => {
    const [ada, grace] = pair();
    expect(ada.conversation.roundTrip).toBeNull();
    ada.conversation.wake(100);
    grace.receive(ada, 110);
    ada.receive(grace, 130);
    expect(ada.conversation.roundTrip).toBe(30);
  });

  it('find out that the other one is gone', () => {
    const [ada] = pair();
    const alive: boolean[] = [];
    for (let now = 1000; now <= 15_000; now += 1000) {
      alive.push(ada.conversation.tick(now));
    }
    expect(alive.lastIndexOf(true)).toBe(13);
  });
});

describe('somebody who holds the key and means harm', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc
      .record({
        kind: fc.constant('open' as const),
        channel: fc.nat(3),
        topic: fc.string()
      })
      .map(encodeFrame),
    fc
      .record({ kind: fc.constant('close' as const), channel: fc.nat(3) })
      .map(encodeFrame),
    fc
      .record({
        kind: fc.constant('begin' as const),
        channel: fc.nat(3),
        total: fc.nat(),
        data: fc.uint8Array()
      })
      .map(encodeFrame),
    fc
      .record({
        kind: fc.constant('part' as const),
        channel: fc.nat(3),
        data: fc.uint8Array()
      })
      .map(encodeFrame),
    fc
      .record({
        kind: fc.constant('message' as const),
        channel: fc.nat(3),
        data: fc.uint8Array()
      })
      .map(encodeFrame),
    fc.record({ kind: fc.constant('pong' as const), number: fc.nat() }).map(encodeFrame)
  );

  it('is cut off, and nothing worse happens', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), frames => {
        const [ada] = pair();
        try {
          frames.forEach(frame => ada.conversation.receive(frame, 0));
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 3000 }
    );
  });

  it('is cut off for sending too much', () => {
    const [ada] = pair();
    const pong = encodeFrame({ kind: 'pong', number: 1 });
    const flood = (count: number, now: number) => {
      for (let i = 0; i < count; i++) {
        ada.conversation.receive(pong, now);
      }
    };
    expect(() => flood(20_000, 0)).not.toThrow();
    expect(() => flood(900, 1000)).not.toThrow();
    expect(() => flood(2000, 1000)).toThrow(/too much at once/);
  });

  it('is cut off for opening more topics than there can be documents', () => {
    const [ada] = pair();
    expect(() => {
      for (let channel = 0; channel < 2000; channel++) {
        const topic = `topic ${channel}`;
        ada.conversation.receive(encodeFrame({ kind: 'open', channel, topic }), 0);
      }
    }).toThrow(/1024 topics/);
  });
});
