// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fingerprintOf, prove, verify } from '../../src/peer/proof';
import { Envelope } from '../../src/peer/signaling/envelope';
import { reconnectDelay } from '../../src/peer/signaling/socket';

const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const ANNOUNCE = { type: 'announce', from: 'ada' } as const;

describe('an envelope', () => {
  it('is opened by somebody who holds the key, and by nobody else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.json(), (topic, signal) => {
        const message = { type: 'signal', from: 'ada', to: 'grace', signal } as const;
        const sealed = new Envelope(KEY).seal(topic, message);
        expect(new Envelope(KEY).open(topic, sealed)).toMatchObject(message);
        expect(new Envelope(OTHER_KEY).open(topic, sealed)).toBeNull();
      })
    );
  });

  it('is for one topic', () => {
    const sealed = new Envelope(KEY).seal('room/grace', ANNOUNCE);
    expect(new Envelope(KEY).open('room/eve', sealed)).toBeNull();
  });

  it('is opened once, also when it comes by several servers', () => {
    const [sender, receiver] = [new Envelope(KEY), new Envelope(KEY)];
    const sealed = [1, 2, 3].map(() => sender.seal('room', ANNOUNCE));
    const opened = [2, 0, 2, 1, 0, 1].map(
      i => receiver.open('room', sealed[i]) !== null
    );
    expect(opened).toEqual([true, true, false, true, false, false]);
  });

  it('that is too old is not opened, though it was never seen', () => {
    const [sender, receiver] = [new Envelope(KEY), new Envelope(KEY)];
    const old = sender.seal('room', ANNOUNCE);
    for (let i = 0; i < 300; i++) {
      receiver.open('room', sender.seal('room', ANNOUNCE));
    }
    expect(receiver.open('room', old)).toBeNull();
  });

  it('shows nothing of what is in it', () => {
    const sealed = new Envelope(KEY).seal('room', {
      type: 'announce',
      from: 'Ada Lovelace'
    });
    expect(atob(sealed)).not.toContain('Ada');
    expect(sealed).not.toEqual(
      new Envelope(KEY).seal('room', { type: 'announce', from: 'Ada Lovelace' })
    );
  });

  it('is refused when anything in it was changed, whatever it is', () => {
    const sealed = new Envelope(KEY).seal('room', ANNOUNCE);
    fc.assert(
      fc.property(
        fc.nat({ max: sealed.length - 3 }),
        fc.nat({ max: 63 }),
        (at, value) => {
          const alphabet =
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
          const changed = sealed.slice(0, at) + alphabet[value] + sealed.slice(at + 1);
          fc.pre(changed !== sealed);
          expect(new Envelope(KEY).open('room', changed)).toBeNull();
        }
      )
    );
    fc.assert(
      fc.property(fc.anything(), value => {
        expect(new Envelope(KEY).open('room', value)).toBeNull();
      })
    );
  });

  it('that holds no message is not opened', () => {
    const envelope = new Envelope(KEY);
    for (const message of [
      { type: 'announce' },
      { type: 'signal', from: 'ada' },
      { type: 'other', from: 'ada' },
      { type: 'announce', from: 'a'.repeat(65) }
    ]) {
      const sealed = envelope.seal('room', message as never);
      expect(new Envelope(KEY).open('room', sealed)).toBeNull();
    }
  });
});

describe('a proof', () => {
  const ada = { id: 'ada', fingerprint: 'sha-256 AA' };
  const grace = { id: 'grace', fingerprint: 'sha-256 BB' };

  it('is right between the same two ends', () => {
    expect(verify(prove(KEY, ada, grace), KEY, ada, grace)).toBe(true);
  });

  it('is wrong with another key, when it is shown back, and in the middle', () => {
    const proof = prove(KEY, ada, grace);
    const eve = { id: 'grace', fingerprint: 'sha-256 EE' };
    expect(verify(proof, OTHER_KEY, ada, grace)).toBe(false);
    expect(verify(proof, KEY, grace, ada)).toBe(false);
    expect(verify(prove(KEY, ada, eve), KEY, ada, grace)).toBe(false);
    expect(verify(proof.slice(0, 31), KEY, ada, grace)).toBe(false);
    expect(verify(new Uint8Array(), KEY, ada, grace)).toBe(false);
  });

  it('binds the fingerprint of the session description', () => {
    const sdp = 'v=0\r\na=fingerprint:sha-256 ab:CD\r\nm=application\r\n';
    expect(fingerprintOf(sdp)).toBe('sha-256 AB:CD');
    expect(fingerprintOf(`${sdp}${sdp}`)).toBe('sha-256 AB:CD');
    expect(() => fingerprintOf('v=0')).toThrow(/no fingerprint/);
  });
});

describe('a new attempt to connect', () => {
  it('comes soon at first, and never late', () => {
    const delays = [0, 1, 2, 3, 10, 100].map(failures =>
      reconnectDelay(failures, 1006, 1)
    );
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000]);
    expect(reconnectDelay(5, 1012, 0)).toBe(2000);
  });

  it('waits long where this page was refused', () => {
    expect(reconnectDelay(0, 4403, 1)).toBe(30_000);
  });
});
