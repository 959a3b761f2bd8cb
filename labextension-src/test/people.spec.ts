// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { Identity, initials } from '../src/people/identity';
import { shareable } from '../src/people/roompresence';
import { inkOn, roster } from '../src/people/roster';
import { personOf, tabUsername } from '../src/room/person';

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

  it('is what the person chose in the page, and again after a reload', () => {
    localStorage.clear();
    const identity = new Identity(localStorage, NOTHING);
    expect(identity.isUnasked).toBe(true);
    identity.choose({ name: ' Ada ', color: '#123456' });
    expect(identity.person).toMatchObject({ name: 'Ada', color: '#123456' });
    expect(identity.isUnasked).toBe(false);
    const after = new Identity(localStorage, NOTHING);
    expect(after.person).toEqual(identity.person);
    expect(after.isUnasked).toBe(false);
  });

  it('is asked for a name only once, and not when an address has one', () => {
    localStorage.clear();
    const wishes = { username: 'Ada', usercolor: null };
    expect(new Identity(localStorage, wishes).isUnasked).toBe(false);
    const identity = new Identity(localStorage, NOTHING);
    const { name } = identity.person;
    identity.choose({});
    expect(identity.person.name).toBe(name);
    expect(new Identity(localStorage, NOTHING).isUnasked).toBe(false);
  });

  it('is what the person chose, in this page also where an address has another', () => {
    localStorage.clear();
    const wishes = { username: 'Ada', usercolor: 'e65100' };
    const identity = new Identity(localStorage, wishes);
    identity.choose({ name: 'Grace' });
    expect(identity.person).toMatchObject({ name: 'Grace', color: '#e65100' });
    expect(new Identity(localStorage, wishes).person.name).toBe('Ada');
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

describe('the list of people', () => {
  const user = (person: string, tab: string, more: object) => ({
    user: { username: tabUsername(person, tab), ...more }
  });
  const list = (...states: unknown[]) =>
    roster(new Map(states.map((state, i) => [i, state])) as never, 'me', 'Somebody');

  it('has oneself first, then the others by name, each once', () => {
    const people = list(
      user('b', '1', { name: 'Zoe', color: '#fff' }),
      user('a', '1', { name: 'Ada Lovelace', color: 'var(--jp-collaborator-color2)' }),
      user('me', '1', { name: 'Me' }),
      user('b', '2', { name: 'Zoe', color: '#fff' })
    );
    expect(people.map(({ name, isMe }) => [name, isMe])).toEqual([
      ['Me', true],
      ['Ada Lovelace', false],
      ['Zoe', false]
    ]);
    expect(people[1]).toMatchObject({
      initials: 'AL',
      color: 'var(--jp-collaborator-color2)',
      ink: 'var(--jp-ui-font-color0)'
    });
  });

  it('survives whatever a peer writes, and loads nothing', () => {
    const people = list(
      null,
      { user: 'x' },
      { user: { username: 5, name: 'evil' } },
      { ...user('b', '2', {}), current: 'file:../evil' },
      user('a', '1', { name: 5, color: 'url(https://evil.example/)' }),
      user('b', '1', { name: 'x'.repeat(9999), color: {} })
    );
    expect(people.map(({ name }) => name.length)).toEqual([8, 64]);
    expect(JSON.stringify(people)).not.toContain('evil');
  });

  it.each([
    ['#ffffff', 'black'],
    ['#000', 'white'],
    ['#e65100', 'black'],
    ['#1d4ed8', 'white']
  ])('has letters that can be read on %s', (color, ink) => {
    expect(inkOn(color)).toBe(ink);
  });
});
