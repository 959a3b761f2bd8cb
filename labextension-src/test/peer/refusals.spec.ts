// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { RouteError } from '../../src/peer/errors';
import { Refusals } from '../../src/peer/refusals';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('a page that was looked for in vain is remembered until it is there, or for a while', () => {
  const refusals = new Refusals();
  const pair = { isOpen: false, isInitiator: true };
  for (const page of ['ada', 'grace']) {
    refusals.closed(page, new RouteError('none'), pair);
  }
  refusals.opened('ada');
  refusals.tick();
  expect(refusals.isUnroutable('ada')).toBe(false);
  expect(refusals.isUnroutable('grace')).toBe(true);
  vi.advanceTimersByTime(3600_000); // it may have reloaded, and has another id since
  refusals.tick();
  expect(refusals.isUnroutable('grace')).toBe(false);
});
