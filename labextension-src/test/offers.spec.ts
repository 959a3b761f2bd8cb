// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { offers } from '../src/people/offers';
import { isPlainPath } from '../src/room/path';

describe('a path that somebody sent', () => {
  it.each(['a.ipynb', 'folder/b c.txt', 'é/😀.txt', 'a..b', 'x%2e%2e'])(
    'is taken: %j',
    path => {
      expect(isPlainPath(path)).toBe(true);
    }
  );

  it.each([
    ...['', '/', '/etc/x', '../x', 'a/../x', 'a//b', 'a/', './x', 'a/ /b'],
    ...['.hidden', 'a/.git/config', 'RTC:x', 'a\\b', 'a\nb', 'a\u202egpj.exe'],
    ...['x'.repeat(1025), 5, null, ['a']]
  ])('is not taken: %j', path => {
    expect(isPlainPath(path)).toBe(false);
  });
});

describe('what others share', () => {
  const list = (...states: unknown[]) =>
    offers(new Map(states.map((s, i) => [i, s])) as never, 0, path => path === 'mine');

  it('is listed once and in order, without what is mine', () => {
    expect(
      list(
        { documents: ['own'] },
        { documents: ['b', 'mine', 'a'] },
        { documents: ['a', '../evil'] }
      )
    ).toEqual(['a', 'b']);
  });

  it('survives whatever a peer writes', () => {
    const many = Array.from({ length: 9999 }, (_, i) => `${i}`);
    expect(list(null, null, { documents: 5 }, { documents: {} }, {})).toEqual([]);
    expect(list({}, { documents: many }).length).toBe(50);
  });
});
