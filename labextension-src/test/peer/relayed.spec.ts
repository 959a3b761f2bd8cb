// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { blocked, connectionsOf, cutAll, sent, server, unblock } from './browsers';
import { connected, everybodyHas, open, pages, quiet, WAIT } from './meeting';

describe('pages that find no direct path', () => {
  const openRelayed = async (names: string[], mode: 'auto' | 'always' = 'auto') => {
    for (const name of names) {
      await open(name, name, 1, mode);
    }
    return pages;
  };
  const relayed = (counts: number[]) =>
    vi.waitFor(
      () => expect(pages.map(page => page.link.state.relayed)).toEqual(counts),
      WAIT
    );
  it.each(['npm’s server', 'our server'])('meet by way of %s', async name => {
    server.isBinary = name === 'our server';
    blocked.add('Ada>Grace');
    const [ada, grace] = await openRelayed(['Ada', 'Grace']);
    ada.type('before');
    await connected(1);
    await relayed([1, 1]);
    await everybodyHas('before');
    grace.type(', after');
    await everybodyHas('before, after');
    expect(sent).toEqual([]);
    expect([...ada.link.people.values()].sort()).toEqual(['Ada', 'Grace']);
  });

  it('or want none, describe none', async () => {
    const [ada] = await openRelayed(['Ada', 'Grace'], 'always');
    await connected(1);
    ada.type('hidden');
    await everybodyHas('hidden');
    await relayed([1, 1]);
    expect(sent).toEqual([]);
  });

  it('and want no relay either, stay apart', async () => {
    blocked.add('Ada>Grace');
    const ada = await open('Ada', 'Ada', 1, 'never');
    const grace = await open('Grace', 'Grace', 1, 'auto');
    ada.type('private');
    await quiet();
    expect(grace.text).toBe('');
    expect(ada.link.state).toMatchObject({ connected: 0, announced: 1 });
  });

  it('go on directly once there is one, and by the relay when it is cut', async () => {
    blocked.add('Ada>Grace');
    const [ada, grace] = await openRelayed(['Ada', 'Grace']);
    await connected(1);
    await relayed([1, 1]);
    const words = Array.from({ length: 40 }, (_, i) => `${i} `);
    const typing = (async () => {
      for (const [i, word] of words.entries()) {
        (i % 2 ? ada : grace).type(word);
        await new Promise(resolve => setTimeout(resolve, 5));
        if (i === 10) {
          unblock();
        } else if (i === 20) {
          await relayed([0, 0]);
          cutAll(true);
        } else if (i === 30) {
          await relayed([1, 1]);
          cutAll(false);
        }
      }
    })();
    await typing;
    await relayed([0, 0]);
    await vi.waitFor(() => {
      expect(ada.text).toBe(grace.text);
      expect(ada.text.split(' ').sort()).toEqual(words.join('').split(' ').sort());
    }, WAIT);
    expect(sent.some(({ frame }) => frame.kind === 'message')).toBe(true);
  });

  it('keep the path that is cut, however often they are looked at meanwhile', async () => {
    const [ada, grace] = await openRelayed(['Ada', 'Grace']);
    await connected(1);
    await relayed([0, 0]);
    cutAll(true);
    await relayed([1, 1]);
    for (let i = 0; i < 40; i++) {
      document.dispatchEvent(new Event('visibilitychange'));
      ada.type(`${i} `);
      await vi.waitFor(() => expect(grace.text).toBe(ada.text), WAIT);
    }
    expect(connectionsOf('Ada')).toHaveLength(1);
    cutAll(false);
    await relayed([0, 0]);
  });

  it('go on by the relay when a browser has given up, and stay connected', async () => {
    blocked.add('Ada>Grace');
    const [ada, grace] = await openRelayed(['Ada', 'Grace']);
    await connected(1);
    await relayed([1, 1]);
    const lost = vi.fn();
    for (const { link } of pages) {
      link.stateChanged.connect(() => {
        if (!link.state.connected) {
          lost();
        }
      });
    }
    connectionsOf('Grace').forEach(connection => connection.fail());
    ada.type('more ');
    await everybodyHas('more ');
    grace.type('and more');
    await everybodyHas('more and more');
    await relayed([1, 1]);
    expect(lost).not.toHaveBeenCalled();
  });

  it('go on by the relay when a browser has given up the path that there was', async () => {
    const [ada, grace] = await openRelayed(['Ada', 'Grace']);
    await connected(1);
    await relayed([0, 0]);
    ada.type('before ');
    await everybodyHas('before ');
    connectionsOf('Grace').forEach(connection => connection.fail());
    grace.type('after ');
    await everybodyHas('before after ');
    await relayed([1, 1]);
    ada.type('it');
    await everybodyHas('before after it');
  });

  it('tell each other when they leave', async () => {
    const [ada, grace] = await openRelayed(['Ada', 'Grace'], 'always');
    await connected(1);
    grace.link.dispose();
    await vi.waitFor(() => {
      expect(ada.link.state.connected).toBe(0);
      expect([...ada.link.people.values()]).toEqual(['Ada']);
    }, WAIT);
  });

  it('send what is large, and small things before it', async () => {
    server.isBinary = true;
    const [ada, grace] = await openRelayed(['Ada', 'Grace'], 'always');
    await connected(1);
    const noise = Array.from({ length: 800 }, () => bytesToHex(randomBytes(500)));
    ada.doc.getMap('large').set('noise', noise.join(''));
    ada.awareness.setLocalStateField('cursor', 7); // presence waits for no bulk
    await vi.waitFor(() => {
      const state = grace.awareness.getStates().get(ada.awareness.clientID);
      expect(state?.cursor).toBe(7);
    }, WAIT);
    expect(grace.doc.getMap('large').has('noise')).toBe(false);
    await vi.waitFor(
      () => expect(grace.doc.getMap('large').get('noise')).toBe(noise.join('')),
      WAIT
    );
  });

  it('send what is written while they answer before the rest of their answer', async () => {
    server.isBinary = true;
    const earlier = new Y.Doc();
    for (let i = 0; i < 800; i++) {
      earlier.getArray('cells').push([new Y.Text(bytesToHex(randomBytes(500)))]);
    }
    const ada = await open('Ada', 'Ada', 1, 'always');
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(earlier));
    const grace = await open('Grace', 'Grace', 1, 'always');
    const cells = grace.doc.getArray('cells');
    let before = Infinity;
    grace.doc.on('update', () => {
      before = Math.min(before, grace.text ? cells.length : Infinity);
    });
    grace.doc.once('update', () => ada.type('meanwhile'));
    await vi.waitFor(() => expect(cells.length).toBe(800), WAIT);
    await everybodyHas('meanwhile');
    expect(before).toBeLessThan(800);
  });
});
