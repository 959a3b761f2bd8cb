// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { copyPath, decideOpening } from '../src/document/opening';
import type { Lineage } from '../src/room/ids';

describe('a document opens', () => {
  const base = { lineage: 'b' as Lineage, digests: ['d'] };

  it.each([
    ['s', null, null, { from: 'seed', lineage: 's' as Lineage }],
    ['s', null, 's', { from: 'seed', lineage: 's' as Lineage }],
    ['s', null, 'c', { from: 'room', lineage: 'c' as Lineage }],
    ['s', base, null, { from: 'store', lineage: 'b' as Lineage }],
    ['s', base, 'b', { from: 'store', lineage: 'b' as Lineage }],
    ['s', base, 'c', { from: 'store', lineage: 'b' as Lineage }]
  ])(
    'with the seed %s, the base %j and the choice %s: %j',
    (seed, known, chosen, opening) => {
      expect(decideOpening(seed as Lineage, known, chosen as Lineage)).toEqual(opening);
    }
  );
});

describe('a copy is named', () => {
  it.each([
    ['a.ipynb', 1, 'a (my copy).ipynb'],
    ['folder.d/a.ipynb', 2, 'folder.d/a (my copy 2).ipynb'],
    ['a.tar.gz', 1, 'a (my copy).tar.gz'],
    ['.hidden', 1, '.hidden (my copy)'],
    ['folder/README', 3, 'folder/README (my copy 3)']
  ])('after %s, number %i, %s', (path, number, copy) => {
    expect(copyPath(path, number)).toBe(copy);
  });
});
