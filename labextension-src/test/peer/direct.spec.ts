// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { afterEach, expect, it, vi } from 'vitest';

import { DirectPath } from '../../src/peer/direct';
import { StrangerError } from '../../src/peer/errors';
import type { INegotiation } from '../../src/peer/negotiation';
import { encodeFrame } from '../../src/peer/wire/frames';

const KEY = new Uint8Array(32).fill(7);
const ADA = { id: 'ada', fingerprint: 'sha-256 AA:AA' };
const GRACE = { id: 'grace', fingerprint: 'sha-256 BB:BB' };

const sdp = (end: typeof ADA) => ({
  sdp: `v=0\r\na=fingerprint:${end.fingerprint}\r\n`
});

/** One end of a path whose channel has just opened, and what happens there. */
async function end(local = ADA, remote = GRACE, key = KEY) {
  const sent: Uint8Array[] = [];
  const happened: unknown[] = [];
  const said: INegotiation[] = [];
  const channel = {
    readyState: 'open',
    send: (frame: Uint8Array) => sent.push(frame.slice()),
    onopen: () => undefined,
    onmessage: undefined as unknown as (event: { data: ArrayBuffer }) => void
  };
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      readonly signalingState = 'have-local-offer';
      readonly localDescription = sdp(local);
      readonly remoteDescription = sdp(remote);
      readonly createDataChannel = () => channel;
      readonly close = () => undefined;
    }
  );
  const path = new DirectPath({
    localId: local.id,
    remoteId: remote.id,
    key,
    configuration: () => ({}),
    isInitiator: true,
    isPolite: true,
    events: {
      negotiation: negotiation => said.push(negotiation),
      opened: () => happened.push('opened'),
      frame: frame => happened.push(frame),
      drained: () => undefined,
      changed: () => undefined,
      closed: () => undefined,
      exhausted: () => undefined,
      guard: action => {
        try {
          action();
        } catch (error) {
          happened.push(error);
        }
      }
    }
  });
  channel.onopen();
  await settled();
  const receive = (frames: ReadonlyArray<Uint8Array>) =>
    frames.forEach(frame => channel.onmessage({ data: frame.slice().buffer }));
  return { path, sent, happened, said, receive };
}

/** Resolves when what was begun is done. */
const settled = () => new Promise(resolve => setTimeout(resolve));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('two pages hear each other once both have proven that they hold the key', async () => {
  const [ada, grace] = [await end(), await end(GRACE, ADA)];
  expect(ada.path.isOpen).toBe(false);
  ada.receive(grace.sent);
  grace.receive(ada.sent);
  expect(ada.path.isOpen && grace.path.isOpen).toBe(true);
  const bye = encodeFrame({ kind: 'bye' });
  ada.receive([bye]);
  expect(ada.happened).toEqual(['opened', bye]);
});

it('somebody who holds another key is a stranger, and hears nothing but a proof', async () => {
  const [ada, eve] = [await end(), await end(GRACE, ADA, new Uint8Array(32))];
  ada.receive(eve.sent);
  expect(ada.happened).toEqual([expect.any(StrangerError)]);
  expect(ada.sent).toHaveLength(1);
  expect(ada.path.isOpen).toBe(false);
});

it('somebody who sits in the middle of two connections can’t pass on a proof', async () => {
  const eve = { id: 'grace', fingerprint: 'sha-256 EE:EE' };
  const [ada, grace] = [await end(ADA, eve), await end(GRACE, ADA)];
  ada.receive(grace.sent);
  expect(ada.happened).toEqual([expect.any(StrangerError)]);
});

it('nobody can be shown their own proof', async () => {
  const ada = await end();
  ada.receive(ada.sent);
  expect(ada.happened).toEqual([expect.any(StrangerError)]);
});

it('who speaks before they have proven themselves is a stranger', async () => {
  for (const frame of [
    { kind: 'open', channel: 0, topic: 't' },
    { kind: 'ping', number: 1 },
    { kind: 'bye' },
    { kind: 'at', number: 5 }
  ] as const) {
    const ada = await end();
    ada.receive([encodeFrame(frame)]);
    expect(ada.happened).toEqual([expect.any(StrangerError)]);
  }
});

it('a browser may tell of an open channel before the descriptions that it comes from', async () => {
  const grace = await end(GRACE, ADA);
  let apply: () => void = () => undefined;
  const applied = new Promise<void>(resolve => (apply = resolve));
  const channel = {
    readyState: 'open',
    send: vi.fn(),
    onopen: () => undefined,
    onmessage: undefined as unknown as (event: { data: ArrayBuffer }) => void
  };
  const connection = {
    signalingState: 'stable',
    localDescription: null as object | null,
    remoteDescription: null as object | null,
    createDataChannel: () => channel,
    setRemoteDescription: () => applied,
    setLocalDescription: async () => undefined
  };
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      constructor() {
        return connection;
      }
    }
  );
  const errors: unknown[] = [];
  const opened = vi.fn();
  const path = new DirectPath({
    localId: ADA.id,
    remoteId: GRACE.id,
    key: KEY,
    configuration: () => ({}),
    isInitiator: false,
    isPolite: true,
    events: {
      negotiation: () => undefined,
      opened,
      frame: () => undefined,
      drained: () => undefined,
      changed: () => undefined,
      closed: () => undefined,
      exhausted: () => undefined,
      guard: action => {
        try {
          action();
        } catch (error) {
          errors.push(error);
        }
      }
    }
  });
  void path.receive({ description: { type: 'offer', sdp: sdp(GRACE).sdp } });
  channel.onopen();
  channel.onmessage({ data: grace.sent[0].slice().buffer });
  await settled();
  expect(channel.send).not.toHaveBeenCalled();
  Object.assign(connection, {
    localDescription: sdp(ADA),
    remoteDescription: sdp(GRACE)
  });
  apply();
  await settled();
  expect(errors).toEqual([]);
  expect(channel.send).toHaveBeenCalledOnce();
  expect(opened).toHaveBeenCalledOnce();
});

it('an offer of another route that nobody has answered is repeated on an open path, too', async () => {
  const [ada, grace] = [await end(), await end(GRACE, ADA)];
  ada.receive(grace.sent);
  expect(ada.path.isOpen).toBe(true);
  ada.path.tick(true);
  expect(ada.said).toEqual([]);
  const later = performance.now() + 4000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  ada.path.tick(true);
  expect(ada.said).toEqual([{ description: sdp(ADA) }]);
  ada.path.tick(true);
  expect(ada.said).toHaveLength(1);
});
