// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { expect, test } from 'vitest';

import { shareUrl } from '../src/room/address';
import { serverPlace, staticPlace } from '../src/room/place';

const place = serverPlace('https://hub.example.org/user/ada/');
const HUB = 'https://hub.example.org/user/ada';
const ROOM = { kind: 'named', name: 'r1' } as const;

test.each([
  ['lab/tree/a/b%20c.txt?room=r', ['a/b c.txt']],
  ['lab/workspaces/auto-k/tree/a.txt', ['a.txt']],
  ['doc/tree/a.txt', ['a.txt']],
  ['notebooks/a%25.ipynb', ['a%.ipynb']],
  ['edit/a.txt', ['a.txt']],
  ['lab', []],
  ['tree/folder', []]
])('the address %s names documents', (rest, paths) => {
  expect(place.pathsOf(new URL(`${HUB}/${rest}`))).toEqual(paths);
});

test.each([
  ['lab/workspaces/x/tree/old.txt', 'a/b c.txt', 'lab/tree/a/b%20c.txt?room=r1'],
  ['lab', 'a.ipynb', 'lab/tree/a.ipynb?room=r1'],
  ['notebooks/old.ipynb', 'a.txt', 'edit/a.txt?room=r1'],
  ['edit/old.txt', 'a.ipynb', 'notebooks/a.ipynb?room=r1'],
  ['lab/tree/old.txt', null, 'lab?room=r1']
])('from %s, %s is shared at %s', (page, path, expected) => {
  expect(shareUrl(`${HUB}/${page}?token=secret`, path, ROOM, null, place)).toBe(
    `${HUB}/${expected}`
  );
});

test.each([
  [place, 'lab/workspaces/x/tree/a/old.txt', 'lab/workspaces/x/tree/b%20c/new%25.txt'],
  [place, 'edit/a/old.txt?room=r', 'edit/b%20c/new%25.txt?room=r'],
  [place, 'notebooks/other.ipynb', 'notebooks/other.ipynb'],
  [place, 'lab', 'lab'],
  [
    staticPlace,
    'edit/?path=a/old.txt&path=other.txt&room=r',
    'edit/?room=r&path=b+c%2Fnew%2525.txt&path=other.txt'
  ],
  [staticPlace, 'edit/?path=other.txt', 'edit/?path=other.txt']
])('%# the address %s follows a renamed file', (way, before, after) => {
  const page = new URL(`${HUB}/${before}`);
  way.follow(page, 'a/old.txt', 'b c/new%.txt');
  expect(page.href).toBe(`${HUB}/${after}`);
});
