// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { copyPath, decideOpening } from '../src/document/opening';

describe('a document opens', () => {
  const base = { lineage: 'b', digests: ['d'] };

  it.each([
    ['s', null, null, { from: 'seed', lineage: 's' }],
    ['s', null, 's', { from: 'seed', lineage: 's' }],
    ['s', null, 'c', { from: 'room', lineage: 'c' }],
    ['s', base, null, { from: 'store', lineage: 'b' }],
    ['s', base, 'b', { from: 'store', lineage: 'b' }],
    ['s', base, 'c', { from: 'store', lineage: 'b' }]
  ])(
    'with the seed %s, the base %j and the choice %s: %j',
    (seed, known, chosen, opening) => {
      expect(decideOpening(seed, known, chosen)).toEqual(opening);
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
