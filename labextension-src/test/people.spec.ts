// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { Identity, initials } from '../src/people/identity';
import { shareable } from '../src/people/presence';
import { personOf } from '../src/room/person';

const NOTHING = { username: null, usercolor: null };

describe('an identity', () => {
  it('always exists, and is remembered by the browser', () => {
    localStorage.clear();
    const before = new Identity(localStorage, NOTHING);
    const after = new Identity(localStorage, NOTHING);
    expect(before.user.name).toMatch(/^Anonymous \w+$/);
    expect(before.user.color).toMatch(/^var\(--jp-collaborator-color[1-7]\)$/);
    expect(after.person).toEqual(before.person);
  });

  it('is one person in two tabs, with a user name for each', () => {
    localStorage.clear();
    const one = new Identity(localStorage, NOTHING).user.username;
    const two = new Identity(localStorage, NOTHING).user.username;
    expect(one).not.toBe(two);
    expect(personOf(one)).toBe(personOf(two));
  });

  it('is what the person wishes', () => {
    const identity = new Identity(null, { username: 'Ada L', usercolor: 'e65100' });
    expect(identity.user).toMatchObject({
      name: 'Ada L',
      display_name: 'Ada L',
      initials: 'AL',
      color: '#e65100'
    });
  });

  it('is a new one when the storage holds nonsense', () => {
    localStorage.setItem('@jupyterlite/webrtc-docprovider:person', '{"id": 5}');
    expect(new Identity(localStorage, NOTHING).user.name).toMatch(/^Anonymous/);
  });

  it.each([
    ['Ada Lovelace', 'AL'],
    ['Augusta Ada King', 'AK'],
    ['ada', 'a'],
    ['😀 smile', '😀s'],
    ['', '']
  ])('of %j has the initials %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('presence', () => {
  const isShared = (path: string) => path === 'shared.ipynb';

  it('never names a private document', () => {
    const state = {
      user: { name: 'Ada' },
      current: 'notebook:private.ipynb',
      documents: ['private.ipynb', 'shared.ipynb'],
      layout: 'private.ipynb'
    };
    expect(JSON.stringify(shareable(state, isShared))).not.toContain('private');
    expect(shareable(state, isShared)).toEqual({
      user: { name: 'Ada' },
      current: null,
      documents: ['shared.ipynb']
    });
  });

  it('names the shared document in front', () => {
    const state = { current: 'notebook:shared.ipynb' };
    expect(shareable(state, isShared)?.current).toBe('notebook:shared.ipynb');
  });

  it('is absent while there is none', () => {
    expect(shareable(null, isShared)).toBeNull();
  });
});
