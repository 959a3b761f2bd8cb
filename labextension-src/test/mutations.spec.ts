// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { MUTATIONS } from './mutations/mutations';

// That a test fails without a rule is shown by `doit mutations`, in minutes, and by the
// portions `mutations-…` of `doit check_all`. This finds in a moment that they would have
// nothing to switch off, as a rule was worded anew.
it('each rule of documents is where `doit mutations` switches it off', () => {
  const lost = MUTATIONS.filter(({ module, find, replace }) => {
    const source = readFileSync(`src/document/${module}.ts`, 'utf8');
    return source.split(find).length !== 2 || replace === find;
  });
  expect(lost.map(({ rule }) => rule)).toEqual([]);
});
