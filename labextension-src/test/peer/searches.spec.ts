// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { expect, it } from 'vitest';

import { Searches } from '../../src/peer/searches';

/** Let searches go on as soon as they are due, and return when they began, in seconds. */
function begin(searches: Searches, until: number, isLost = false, from = 0): number[] {
  const begun: number[] = [];
  for (let now = from; now <= until; now += 1000) {
    if (searches.isDue(now, isLost)) {
      searches.wanted(now);
      searches.described(`v=0\r\na=ice-ufrag:${now}\r\n`, now);
      begun.push(now / 1000);
    }
  }
  return begun;
}

it('who never had a route looks for one less and less often', () => {
  expect(begin(new Searches(), 3600_000)).toEqual([0, 4, 17, 66, 259, 1028]);
});

it('who has lost a route looks more often', () => {
  const searches = new Searches();
  expect(begin(searches, 60_000, true)).toEqual([0, 4, 11, 24, 49]);
  searches.found();
  expect(begin(searches, 120_000, true, 100_000)[0]).toBe(100);
});

it('in another network, it is looked for soon, whatever failed before', () => {
  const searches = new Searches();
  begin(searches, 3600_000);
  searches.renewed();
  expect(begin(searches, 3660_000, false, 3601_000)).toEqual([3601, 3614]);
});

it('a search that the other end began counts, a description that is repeated does not', () => {
  const searches = new Searches();
  searches.described('v=0\r\na=ice-ufrag:a\r\n', 1000);
  expect(searches.isDue(3000, false)).toBe(false);
  for (let i = 0; i < 100; i++) {
    searches.described('v=0\r\na=ice-ufrag:a\r\n', 4000);
  }
  expect(searches.isDue(4001, false)).toBe(true);
  expect(searches.areTooMany).toBe(false);
});

it('a connection is worth twelve of them in vain', () => {
  const searches = new Searches();
  expect(begin(searches, 36_000_000, true).length).toBeGreaterThan(12);
  expect(searches.areTooMany).toBe(true);
  searches.found();
  expect(searches.areTooMany).toBe(false);
  for (let i = 0; i < 12; i++) {
    searches.described(`v=0\r\na=ice-ufrag:again-${i}\r\n`, 0);
    searches.renewed();
  }
  expect(searches.areTooMany).toBe(false);
  searches.described('v=0\r\na=ice-ufrag:one more\r\n', 0);
  expect(searches.areTooMany).toBe(true);
});
