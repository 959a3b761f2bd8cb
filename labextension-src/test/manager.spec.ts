// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it } from 'vitest';

import { readSiteConfig } from '../src/room/config';
import { WebRtcManager } from '../src/room/manager';
import { serverPlace, staticPlace } from '../src/room/place';
import { readPageRequest } from '../src/room/request';

const SITE = 'https://site.org/';
const PAGE = `${SITE}lab/index.html`;
const NOTEBOOK = { path: 'a.ipynb', contentType: 'notebook', format: 'json' };
const TEXT = { path: 'b.txt', contentType: 'file', format: 'text' };

/**
 * Load a page of the site in the same tab.
 */
function load(address = PAGE, place = staticPlace): WebRtcManager {
  const { search, hash } = new URL(address);
  const options: { [name: string]: string } = {
    collaborative: 'true',
    fullWebRtcSignalingUrls: '[]'
  };
  return new WebRtcManager({
    config: readSiteConfig(name => options[name] ?? '', PAGE),
    request: readPageRequest(search, hash),
    settings: null,
    pageUrl: PAGE,
    place,
    site: SITE,
    clearAddress: () => undefined,
    defaultPrefix: SITE,
    storage: sessionStorage,
    restored: Promise.resolve(),
    person: () => ({ id: 'ada', name: 'Ada', color: 'red' }),
    trans: nullTranslator.load('')
  });
}

describe('a page without a room', () => {
  beforeEach(() => sessionStorage.clear());

  it('enters a room of its own when a document is shared, without a reload', () => {
    const manager = load();
    expect(manager.session).toBeNull();
    expect(manager.shareUrl('a.ipynb')).toBeNull();
    const sessions: unknown[] = [];
    manager.sessionChanged.connect((_, session) => sessions.push(session));
    manager.share(NOTEBOOK);
    expect(sessions).toEqual([manager.session]);
    expect(manager.session).not.toBeNull();
    expect(manager.sharedPaths).toEqual(['a.ipynb']);
    expect(manager.roomName).toBeNull();
    manager.share(TEXT);
    expect(sessions.length).toBe(1);
  });

  it('leaves it, and shares nothing any more', () => {
    const manager = load();
    manager.share(NOTEBOOK);
    const url = manager.shareUrl('a.ipynb');
    manager.leave();
    expect(manager.session).toBeNull();
    expect(manager.status.state).toBe('off');
    expect(manager.sharedPaths).toEqual([]);
    expect(manager.isShared('a.ipynb')).toBe(false);
    expect(load().session).toBeNull();
    manager.share(NOTEBOOK); // a new room: who has the old link is not in it
    expect(manager.shareUrl('a.ipynb')).not.toBe(url);
  });
});

describe('a page in the room of a link', () => {
  let url: string;

  beforeEach(() => {
    sessionStorage.clear();
    const host = load();
    host.share(NOTEBOOK);
    url = host.shareUrl('a.ipynb')!;
    sessionStorage.clear(); // another browser
  });

  it('shares the document that it came for, and nothing else that is opened', () => {
    const guest = load(url);
    expect(guest.sharedPaths).toEqual(['a.ipynb']);
    guest.opened('private.txt');
    guest.opened('a.ipynb');
    expect(guest.sharedPaths).toEqual(['a.ipynb']);
    expect(guest.isShared('private.txt')).toBe(false);
  });

  it('meets those who made the link', () => {
    const guest = load(url);
    const other = load(url);
    expect(guest.session?.keys.topic('x')).toBe(other.session?.keys.topic('x'));
  });

  it('passes on the same link, also after a rename and a reload', () => {
    const guest = load(url);
    expect(guest.shareUrl('a.ipynb')).toBe(url);
    const id = guest.session!.keys.documentId({ ...NOTEBOOK, generation: 0 });
    expect(guest.documentId('a.ipynb')).toBe(id);
    guest.renamed('a.ipynb', 'renamed.ipynb');
    expect(guest.shareUrl('renamed.ipynb')).toBe(
      url.replace('a.ipynb', 'renamed.ipynb')
    );
    expect(load().sharedPaths).toEqual(['renamed.ipynb']);
    expect(load().documentId('renamed.ipynb')).toBe(id);
    expect(load().shareUrl('renamed.ipynb')).toBe(guest.shareUrl('renamed.ipynb'));
  });

  it('shares no longer what somebody took out, also when it is opened again', () => {
    const guest = load(url);
    guest.share(TEXT);
    guest.unshare('a.ipynb');
    guest.opened('a.ipynb');
    expect(guest.sharedPaths).toEqual(['b.txt']);
    expect(load().sharedPaths).toEqual(['b.txt']);
  });

  it('shares nothing of before when somebody left and comes again', () => {
    const guest = load(url);
    guest.share(TEXT);
    guest.leave();
    expect(load(url).sharedPaths).toEqual(['a.ipynb']);
  });

  it('looks for others until it has met some, and no longer after a reload', () => {
    const guest = load(url);
    expect(guest.isNewcomer).toBe(true);
    const people = new Map([['ada', 'Ada']]);
    const stateChanged = new Signal<object, void>({});
    const state = {
      signaling: 'open',
      announced: 0,
      connected: 0,
      synced: true
    } as const;
    guest.watch({ state, people, stateChanged });
    expect(guest.isNewcomer).toBe(true); // oneself
    people.set('grace', 'Grace');
    stateChanged.emit();
    people.delete('grace');
    stateChanged.emit();
    expect(guest.isNewcomer).toBe(false);
    expect(load().isNewcomer).toBe(false);
  });

  it('is in no room and says so when the link was cut', () => {
    const guest = load(url.slice(0, -3));
    expect(guest.status.state).toBe('wrong-key');
    expect(guest.session).toBeNull();
    guest.opened('a.ipynb');
    expect(guest.sharedPaths).toEqual([]);
    guest.share(NOTEBOOK);
    expect(guest.status.state).not.toBe('wrong-key');
  });

  it('stores nothing from which others of this site could learn the link', () => {
    load(url);
    const [, secret] = url.split('#room=');
    const entries = Object.entries(sessionStorage) as Array<[string, string]>;
    expect(entries.filter(([key]) => key.includes(secret))).toEqual([]);
    expect(JSON.stringify({ ...localStorage })).not.toContain(secret);
  });
});

describe('a page in a named room', () => {
  beforeEach(() => sessionStorage.clear());

  it('shares what is opened, and passes the name on', () => {
    const manager = load(`${PAGE}?room=demo&path=a.ipynb`);
    manager.opened('a.ipynb');
    expect(manager.sharedPaths).toEqual(['a.ipynb']);
    expect(manager.shareUrl('a.ipynb')).toBe(`${PAGE}?path=a.ipynb&room=demo`);
    manager.leave();
    expect(manager.shareUrl('a.ipynb')).toBeNull();
  });

  it('has it told once that a document is shared by being opened', async () => {
    const manager = load(`${PAGE}?room=demo`);
    expect(manager.opened('restored.txt')).toBe(false);
    await Promise.resolve(); // the layout is restored
    expect(manager.opened('a.ipynb')).toBe(true);
    expect(manager.opened('a.ipynb')).toBe(false);
    manager.keepPrivate('copy.ipynb');
    expect(manager.opened('copy.ipynb')).toBe(false);
    expect(manager.sharedPaths).toEqual(['a.ipynb']);
    manager.leave();
    expect(manager.opened('b.ipynb')).toBe(false);
  });

  it('shares no longer what somebody took out, also when it is opened again', async () => {
    const manager = load(`${PAGE}?room=demo`);
    await Promise.resolve(); // the layout is restored
    manager.opened('a.ipynb');
    manager.unshare('a.ipynb');
    expect(manager.opened('a.ipynb')).toBe(false);
    const reloaded = load(`${PAGE}?room=demo`);
    await Promise.resolve();
    expect(reloaded.opened('a.ipynb')).toBe(false);
    reloaded.share(NOTEBOOK);
    reloaded.deleted('a.ipynb'); // what has that name next is another one
    expect(reloaded.opened('a.ipynb')).toBe(true);
  });

  it('shares after a reload what it shared, also where Lab took the name away', async () => {
    const place = serverPlace(SITE);
    const manager = load(`${PAGE}?room=demo`, place);
    manager.opened('restored.txt');
    await Promise.resolve(); // the layout is restored
    manager.opened('a.ipynb');
    const reloaded = load(PAGE, place);
    expect(reloaded.roomName).toBe('demo');
    expect(reloaded.sharedPaths).toEqual(['a.ipynb']);
    expect(reloaded.opened('restored.txt')).toBe(false);
    expect(load(`${PAGE}?room=other`, place).sharedPaths).toEqual([]);
    reloaded.leave();
    expect(load(PAGE, place).roomName).toBeNull();
  });
});
