// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RelayCipher } from '../../src/peer/relay/cipher';
import type { ILine, IPassenger } from '../../src/peer/relay/courier';
import { RelayCourier } from '../../src/peer/relay/courier';
import { RelayPath } from '../../src/peer/relay/path';
import { Ration } from '../../src/peer/relay/ration';
import type { WebsocketClient } from '../../src/peer/signaling/socket';
import { Outbox } from '../../src/peer/wire/outbox';
import { Sequence } from '../../src/peer/wire/sequence';

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
});

describe('a server that has said that it was too much', () => {
  it('gets half of it from then on, also on a new connection, whatever it says', () => {
    const handlers = new Map<string, (value: unknown) => void>();
    const socket = {
      connected: true,
      isDestroyed: false,
      closing: { code: 4429 },
      on: (name: string, handler: (value: unknown) => void) =>
        handlers.set(name, handler),
      send: () => undefined
    };
    const courier = new RelayCourier('topic', 'me');
    courier.attach(socket as unknown as WebsocketClient);
    const lines: ILine[] = [];
    const passenger = {
      address: new Uint8Array(12),
      isWaiting: false,
      receive: (_: Uint8Array, line: ILine) => lines.push(line),
      resumed: () => undefined
    };
    courier.register(passenger as unknown as IPassenger);
    const features = { type: 'features', relay: { version: 1, rate: 100_000 } };
    /** How long a megabyte takes, in milliseconds. */
    const pace = () => {
      handlers.get('connect')!(undefined);
      handlers.get('message')!(features);
      const relay = 'A'.repeat(16);
      handlers.get('message')!({ type: 'publish', topic: 'topic/me', relay });
      const { ration } = lines[lines.length - 1];
      ration.take(1_000_000);
      return ration.wait(false);
    };
    const before = pace();
    handlers.get('disconnect')!(undefined);
    expect(pace() / before).toBeCloseTo(2, 1);
    courier.stop();
  });
});

describe('a relayed path', () => {
  it('lets what is small go before bulk, which waits for the ration', () => {
    const received: number[] = [];
    const ration = { hasRoom: true };
    const courier = (local: typeof ADA, remote: typeof ADA) => {
      const sequence = new Sequence(
        frame => received.push(frame.length),
        () => 0
      );
      const path: RelayPath = new RelayPath({
        key: KEY,
        local,
        remote,
        courier: {
          isOpen: true,
          register: () => undefined,
          schedule: () => undefined,
          allowsBulk: () => ration.hasRoom
        } as unknown as RelayCourier,
        events: {
          opened: () => undefined,
          reader: () => sequence.reader(),
          drained: () => undefined,
          resumed: () => undefined,
          guard: action => action()
        }
      });
      sequence.use(path);
      return { path, sequence };
    };
    const [ada, grace] = [courier(ADA, GRACE), courier(GRACE, ADA)];
    const outbox = new Outbox(ada.sequence);
    outbox.message(1, new Uint8Array(1_000_000));
    expect(ada.path.isWaiting).toBe(true); // one frame of it, until that has gone
    const bring = () => grace.path.receive(ada.path.take(), { socket: null } as never);
    bring();
    expect(received).toHaveLength(1);
    outbox.pump();
    ration.hasRoom = false;
    outbox.message(1, new Uint8Array(10));
    while (ada.path.isWaiting) {
      bring(); // the frame of bulk that had begun to wait, and what is small
    }
    expect(received).toHaveLength(3);
    expect(received[2]).toBeLessThan(100);
    outbox.pump();
    expect(ada.path.isWaiting).toBe(false);
    ration.hasRoom = true;
    outbox.pump();
    expect(ada.path.isWaiting).toBe(true);
  });
});
