// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RelayCipher } from '../../src/peer/relay/cipher';
import { Ration } from '../../src/peer/relay/ration';

const KEY = new Uint8Array(32).fill(7);
const ADA = { id: 'ada', epoch: '1' };
const GRACE = { id: 'grace', epoch: '2' };

const contents = fc.array(fc.uint8Array({ maxLength: 60 }), {
  minLength: 1,
  maxLength: 12
});

describe('a relayed packet', () => {
  it('is opened once, and after those before it, whatever a server does', () => {
    fc.assert(
      fc.property(contents, fc.array(fc.nat(11), { maxLength: 40 }), (sent, picks) => {
        const [sender, receiver] = [0, 0].map(() => new RelayCipher(KEY, ADA, GRACE));
        const packets = sent.map(content => sender.seal(content));
        const opened = picks.flatMap(pick => {
          const content = receiver.open(packets[pick % packets.length]);
          return content ? [[pick % packets.length, content] as const] : [];
        });
        // what gets through is what was sent, in order, some of it missing
        for (const [i, [index, content]] of opened.entries()) {
          expect(content).toEqual(sent[index]);
          expect(index).toBeGreaterThan(opened[i - 1]?.[0] ?? -1);
        }
      })
    );
  });

  it('that was changed anywhere is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (content, place) => {
        const packet = new RelayCipher(KEY, ADA, GRACE).seal(content);
        const receiver = new RelayCipher(KEY, ADA, GRACE);
        const changed = packet.slice();
        changed[place % packet.length] ^= 1 + (place % 255);
        expect(receiver.open(changed)).toBeNull();
        expect(receiver.open(packet.subarray(0, place % packet.length))).toBeNull();
        // and does no harm to those which come after it
        expect(receiver.open(packet)).toEqual(content);
      })
    );
  });

  it('is for nobody else: another key, page, connection or direction', () => {
    const packet = new RelayCipher(KEY, ADA, GRACE).seal(Uint8Array.of(1, 2, 3));
    const others = [
      new RelayCipher(new Uint8Array(32), ADA, GRACE),
      new RelayCipher(KEY, ADA, { ...GRACE, id: 'eve' }),
      new RelayCipher(KEY, ADA, { ...GRACE, epoch: '3' }),
      new RelayCipher(KEY, { ...ADA, epoch: '3' }, GRACE),
      new RelayCipher(KEY, GRACE, ADA)
    ];
    for (const other of others) {
      expect(other.open(packet)).toBeNull();
      expect(other.address).not.toEqual(packet.subarray(0, 12));
    }
  });

  it('shows nothing of what is in it, and never looks the same', () => {
    const cipher = new RelayCipher(KEY, ADA, GRACE);
    const content = new TextEncoder().encode('Ada Lovelace');
    const packets = [cipher.seal(content), cipher.seal(content)];
    for (const packet of packets) {
      expect(new TextDecoder().decode(packet)).not.toContain('Ada');
    }
    expect(packets[0].subarray(18)).not.toEqual(packets[1].subarray(18));
  });
});

describe('a ration', () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ wait: fc.nat(2000) }),
      fc.record({ bytes: fc.nat(20_000), isBulk: fc.boolean() })
    ),
    { maxLength: 200 }
  );

  it('is never exceeded by more than one message', () => {
    fc.assert(
      fc.property(actions, steps => {
        let now = 0;
        let taken = 0;
        const ration = new Ration(10_000, 50_000, 500, () => now);
        for (const step of steps) {
          if ('wait' in step) {
            now += step.wait;
          } else if (ration.wait(step.isBulk) === 0) {
            ration.take(step.bytes);
            taken += Math.max(step.bytes, 500);
          }
        }
        expect(taken).toBeLessThanOrEqual(50_000 + (now / 1000) * 10_000 + 20_000);
      })
    );
  });

  it('says how long to wait, and keeps it', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.boolean(), (bytes, isBulk) => {
        let now = 0;
        const ration = new Ration(10_000, 50_000, 500, () => now);
        ration.take(bytes);
        now += ration.wait(isBulk);
        expect(ration.wait(isBulk)).toBeLessThan(0.001);
      })
    );
  });

  it('leaves room for what is urgent when bulk has taken its part', () => {
    const ration = new Ration(10_000, 50_000, 500, () => 0);
    while (ration.allowsBulk) {
      ration.take(1000);
    }
    expect(ration.wait(false)).toBe(0);
    ration.take(10_000);
    expect(ration.wait(false)).toBe(0);
  });

  it('is half as much after the server has said that it was too much', () => {
    let now = 0;
    const ration = new Ration(10_000, 50_000, 500, () => now);
    ration.halve();
    now = 1000;
    ration.take(4500);
    expect(ration.wait(false)).toBe(0);
    ration.take(500);
    expect(ration.wait(false)).toBeCloseTo(100);
  });
});
