// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { MUTATIONS } from './mutations/mutations';

it('each rule of documents can be switched off', () => {
  const lost = MUTATIONS.filter(({ module, find }) => {
    const source = readFileSync(`src/document/${module}.ts`, 'utf8');
    return source.split(find).length !== 2;
  });
  expect(lost.map(({ rule }) => rule)).toEqual([]);
});
