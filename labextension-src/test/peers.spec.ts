// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import type { IPeerDetails } from '../src/room/peers';
import { pathWords } from '../src/ui/peers';

const SEARCH = {
  local: ['host', 'srflx'],
  remote: [],
  failed: 2,
  silentServers: ['stun:a:3478'],
  refusingServers: ['turn:b:3478']
} as const;

const PEER: IPeerDetails = {
  id: 'a',
  name: 'Ada',
  path: null,
  latency: null,
  sent: 0,
  received: 0,
  search: SEARCH,
  isInStep: false
};

const shown = (peer: Partial<IPeerDetails>) =>
  pathWords({ ...PEER, ...peer }, nullTranslator.load('jupyterlab'));

it('a page that is not reached directly is shown with what was tried, and who refuses', () => {
  const tried =
    'this page offers local, public, the other one nothing; 2 ways failed; ' +
    'stun:a:3478 does not answer; turn:b:3478 refuses the name or password';
  expect(shown({})).toContain(`none: ${tried}`);
  expect(shown({ path: 'relay' })).toContain(
    `signaling server; no direct way: ${tried}`
  );
});

it('nothing was tried where only the relay is allowed', () => {
  expect(shown({ path: 'relay', search: null })).toBe('signaling server');
});

it('a direct way needs no explanation', () => {
  expect(shown({ path: 'direct' })).toBe('direct');
});
