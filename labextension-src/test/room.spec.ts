// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import { readSiteConfig, resolveSignalingUrl } from '../src/room/config';
import { namedRoomSecret, roomKeys } from '../src/room/keys';
import { peopleOf, personOf, tabUsername } from '../src/room/person';
import { defaultRoomPrefix, readPageRequest } from '../src/room/request';
import { SharedDocuments } from '../src/room/sharing';
import type { ILinkState } from '../src/room/status';
import { roomState } from '../src/room/status';

describe('what a page is asked for', () => {
  it('is read from the address', () => {
    expect(
      readPageRequest(
        '?path=a%20b.ipynb&path=c.txt&room=r&username=Ada&usercolor=e65100'
      )
    ).toEqual({
      link: null,
      room: 'r',
      username: 'Ada',
      usercolor: 'e65100',
      paths: ['a b.ipynb', 'c.txt']
    });
  });

  it.each(['', '?room=', '?room=%20', '?usercolor=red', '?usercolor=12345'])(
    'is nothing in %j',
    search => {
      expect(readPageRequest(search)).toEqual({
        link: null,
        room: null,
        username: null,
        usercolor: null,
        paths: []
      });
    }
  );

  it('may have a path with a percent sign', () => {
    expect(readPageRequest('?path=100%25.txt').paths).toEqual(['100%.txt']);
  });
});

describe('the default prefix of rooms', () => {
  it('is the same for all names of this machine', () => {
    const prefixes = ['localhost', '127.0.0.1', '[::1]'].map(host =>
      defaultRoomPrefix(`http://${host}:8000/`)
    );
    expect(new Set(prefixes)).toEqual(new Set(['http://localhost:8000/']));
  });

  it('tells the sites of one origin apart', () => {
    expect(defaultRoomPrefix('https://user.github.io/one')).toBe(
      'https://user.github.io/one/'
    );
    expect(defaultRoomPrefix('https://user.github.io/two/')).toBe(
      'https://user.github.io/two/'
    );
  });
});

describe('a signaling URL', () => {
  it.each([
    ['wss://x.org/a', 'https://site.org/p/lab/', 'wss://x.org/a'],
    ['WSS://x.org', 'https://site.org/', 'WSS://x.org'],
    ['wss://x.org:99999', 'https://site.org/', null],
    ['/p/signaling', 'https://site.org/p/lab/', 'wss://site.org/p/signaling'],
    ['/signaling', 'http://localhost:8000/lab/', 'ws://localhost:8000/signaling'],
    ['./signaling', 'http://localhost/lab/', 'ws://localhost/lab/signaling'],
    ['http://x.org', 'http://localhost/', null],
    ['ws://', 'http://localhost/', null]
  ])('%s on %s is %s', (url, page, expected) => {
    expect(resolveSignalingUrl(url, page)).toBe(expected);
  });
});

describe('the configuration of a site', () => {
  const read = (options: { [name: string]: string }) =>
    readSiteConfig(name => options[name] ?? '', 'https://site.org/lab/');

  it('is empty by default', () => {
    expect(read({})).toEqual({
      collaborative: false,
      signalingUrls: null,
      roomPrefix: null,
      iceServers: null,
      iceTransportPolicy: 'all',
      relay: 'auto',
      warnings: []
    });
  });

  it('keeps an explicit empty list of servers', () => {
    const config = read({ fullWebRtcSignalingUrls: '[]', webRtcIceServers: '[]' });
    expect(config.signalingUrls).toEqual([]);
    expect(config.iceServers).toEqual([]);
  });

  it('ignores mistakes, with a warning that names them', () => {
    const config = read({
      collaborative: 'yes',
      fullWebRtcSignalingUrls: '["http://x", 5, "ws://y"]',
      webRtcIceServers: '{"urls": "stun:z"}'
    });
    expect(config.collaborative).toBe(false);
    expect(config.signalingUrls).toEqual(['ws://y']);
    expect(config.iceServers).toBeNull();
    expect(config.warnings.join()).toMatch(/"http:\/\/x".*5.*webRtcIceServers/);
  });

  it('uses the relay where there is no other way, unless said otherwise', () => {
    const relay = (text: string) => read({ webRtcRelay: text });
    expect(relay('never')).toMatchObject({ relay: 'never', warnings: [] });
    expect(relay('always')).toMatchObject({ relay: 'always', warnings: [] });
    expect(relay('Never').relay).toBe('auto');
    expect(relay('Never').warnings.join()).toMatch(
      /Never is neither auto, never nor always/
    );
  });

  it('hides IP addresses when told so, or when told so in a way that means nothing', () => {
    const policy = (text: string) => read({ webRtcIceTransportPolicy: text });
    expect(policy('all').iceTransportPolicy).toBe('all');
    expect(policy('relay')).toMatchObject({
      iceTransportPolicy: 'relay',
      warnings: []
    });
    expect(policy('Relay').iceTransportPolicy).toBe('relay');
    expect(policy('Relay').warnings.join()).toMatch(/Relay is neither all nor relay/);
  });

  it('falls through when every server is a mistake', () => {
    expect(read({ fullWebRtcSignalingUrls: '["http://x"]' }).signalingUrls).toBeNull();
  });
});

describe('the keys of a room', () => {
  it('are the same with and without WebCrypto, and differ for each room', async () => {
    const secret = await namedRoomSecret('prefix', 'room');
    const subtle = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
    try {
      expect(await namedRoomSecret('prefix', 'room')).toEqual(secret);
    } finally {
      Object.defineProperty(globalThis, 'crypto', subtle);
    }
    expect(await namedRoomSecret('prefix', 'other')).not.toEqual(secret);
    expect(await namedRoomSecret('other', 'room')).not.toEqual(secret);
  }, 30_000);

  it('never change: pages of two versions must meet', async () => {
    const keys = roomKeys(await namedRoomSecret('https://example.org/', 'demo'));
    const document = {
      path: 'a.txt',
      contentType: 'file',
      format: 'text',
      generation: 0
    };
    expect({
      peer: Buffer.from(keys.peerKey).toString('hex'),
      signaling: Buffer.from(keys.signalingKey).toString('hex'),
      topic: keys.topic('presence'),
      document: keys.documentId(document)
    }).toMatchInlineSnapshot(`
      {
        "document": "3dcd7eac2c0c9c1616772728012c14d7bdd04b119c2e340485195a022e0292da",
        "peer": "b8b331aaba0709135b9c1243b6c0138db4190b89f70a9a583186befaff45ae38",
        "signaling": "e94abe8c6ff2e2823b6b6efd6594db3c0c1d4962a1ec967b3cf996b9b6bc133b",
        "topic": "f0c9ac8d45cf045c028d1a5207c91704769840ba2fee2eec48c21398a3835851",
      }
    `);
  });

  it('give another topic and document id to another subject', async () => {
    const keys = roomKeys(new Uint8Array(32));
    expect(keys.topic('a')).not.toBe(keys.topic('b'));
    const name = { path: 'a', contentType: 'file', format: 'text', generation: 0 };
    const names = [
      name,
      { ...name, path: 'b' },
      { ...name, format: 'json' },
      { ...name, generation: 1 }
    ];
    expect(new Set(names.map(n => keys.documentId(n))).size).toBe(names.length);
  });
});

describe('the documents that a tab shares', () => {
  it('are remembered over a reload, in their room', () => {
    sessionStorage.clear();
    const before = new SharedDocuments(sessionStorage, 'room 1');
    before.add('folder/a.txt');
    before.add('b.txt');
    before.rename('folder', 'renamed');
    const after = new SharedDocuments(sessionStorage, 'room 1');
    expect(after.has('renamed/a.txt')).toBe(true);
    expect(after.has('b.txt')).toBe(true);
    expect(after.has('folder/a.txt')).toBe(false);
    expect(new SharedDocuments(sessionStorage, 'room 2').has('b.txt')).toBe(false);
  });

  it('a renamed document is as private as before', () => {
    const { sessionStorage } = window;
    const shared = new SharedDocuments(sessionStorage, 'room 3');
    shared.keepPrivate('folder/copy.txt');
    shared.add('folder/out.txt');
    shared.remove('folder/out.txt');
    shared.rename('folder', 'elsewhere');
    shared.rename('elsewhere/copy.txt', 'mine.txt');
    shared.rename('elsewhere/out.txt', 'out.txt');
    expect(shared.isPrivate('mine.txt')).toBe(true);
    expect(shared.isPrivate('folder/copy.txt')).toBe(false);
    expect(shared.isWithdrawn('out.txt')).toBe(true);
    expect(new SharedDocuments(sessionStorage, 'room 3').isPrivate('mine.txt')).toBe(
      true
    );
  });

  it('are none when the storage holds nonsense or is absent', () => {
    sessionStorage.setItem('@jupyterlite/webrtc-docprovider:shared:x', '{"a"');
    expect(new SharedDocuments(sessionStorage, 'x').has('a')).toBe(false);
    expect(new SharedDocuments(null, 'x').has('a')).toBe(false);
  });
});

describe('the people in an awareness', () => {
  it('are counted by person, not by tab', () => {
    const user = (tab: string) => ({
      user: { username: tabUsername('ada', tab), name: 'Ada' }
    });
    expect(
      peopleOf(
        new Map<number, object>([
          [1, user('1')],
          [2, user('2')],
          [3, { user: { username: 'server', display_name: 'Grace' } }]
        ]) as never
      )
    ).toEqual(
      new Map([
        ['ada', 'Ada'],
        ['server', 'Grace']
      ])
    );
    expect(personOf(tabUsername('ada', '1'))).toBe('ada');
  });

  it('survive whatever a peer writes', () => {
    const states = new Map<number, unknown>([
      [1, null],
      [2, {}],
      [3, { user: null }],
      [4, { user: 'x' }],
      [5, { user: { username: 5 } }],
      [6, { user: { username: 'x', name: {} } }]
    ]);
    expect(peopleOf(states as never)).toEqual(new Map([['x', '']]));
  });
});

describe('the state of a room', () => {
  const link = (state: Partial<ILinkState>): ILinkState => ({
    signaling: 'open',
    announced: 0,
    connected: 0,
    synced: false,
    ...state
  });

  it.each([
    ['off', false, [link({ connected: 1 })], 1],
    ['connecting', true, [], 0],
    ['connecting', true, [link({ signaling: 'pending' })], 0],
    ['unreachable', true, [link({ signaling: 'closed' })], 0],
    ['alone', true, [link({})], 0],
    ['alone', true, [link({ signaling: 'none' })], 0],
    ['alone', true, [link({}), link({ signaling: 'closed' })], 0],
    ['connecting', true, [link({ announced: 1 })], 0],
    ['connecting', true, [link({ isAsking: true })], 0],
    ['connecting', true, [link({ signaling: 'closed', announced: 1 })], 0],
    ['syncing', true, [link({ connected: 1 })], 1],
    ['connected', true, [link({ connected: 1, synced: true })], 1],
    ['connected', true, [link({ signaling: 'closed', connected: 1, synced: true })], 1],
    ['alone', true, [link({ synced: true })], 0]
  ] as const)(
    'is %s (in a room: %s, %j, %i people)',
    (expected, inRoom, links, people) => {
      expect(roomState(inRoom, links, people)).toBe(expected);
    }
  );
});
