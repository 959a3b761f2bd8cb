// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it, vi } from 'vitest';
import * as encoding from 'lib0/encoding';
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  writeSyncStep1
} from 'y-protocols/sync';
import * as Y from 'yjs';

import type { IPage } from './browsers';
import {
  betweenTabs,
  blocked,
  connectionsOf,
  crashedTab,
  deliveries,
  published,
  sent
} from './browsers';
import { connected, everybodyHas, open, pages, quiet, WAIT } from './meeting';
import { OUTBOX_LIMIT_BYTES } from '../../src/peer/wire/outbox';
import { MESSAGE_SYNC } from '../../src/peer/progress';
import { roomState } from '../../src/room/status';

async function openAll(count: number): Promise<IPage[]> {
  for (let i = 0; i < count; i++) {
    await open(`page ${i}`);
  }
  return pages;
}

describe('pages in a room', () => {
  it.each([2, 4, 8])(
    'send one message per other page for each edit: %i pages',
    async n => {
      await openAll(n);
      await connected(n - 1);
      await quiet();
      sent.length = 0;
      pages[0].type('once');
      await everybodyHas('once');
      await quiet();
      const messages = sent.filter(({ frame }) => frame.kind === 'message');
      expect(messages).toHaveLength(n - 1);
    }
  );

  it('are in each topic once: to join it again is an error at once', async () => {
    const ada = await open('Ada');
    expect(() => ada.share('subject')).toThrow('already');
    const other = ada.share('other');
    expect(() => ada.share('other')).toThrow('already');
    other.dispose();
    ada.share('other').dispose();
  });

  it('send a newcomer what they have once, and not each of them', async () => {
    await openAll(6);
    await connected(5);
    const text = 'many words '.repeat(20_000);
    pages[0].type(text);
    await everybodyHas(text);
    await quiet();
    sent.length = 0;
    const newcomer = await open('newcomer');
    await everybodyHas(text);
    await connected(6);
    const received = sent
      .filter(({ page }) => page !== 'newcomer')
      .reduce((sum, { bytes }) => sum + bytes, 0);
    expect(received).toBeGreaterThan(text.length);
    expect(received).toBeLessThan(1.5 * text.length);
    newcomer.type('later');
    await everybodyHas(`${text}later`);
  });

  it('form a mesh with a number of deliveries that grows as their square', async () => {
    const counts: number[] = [];
    for (const n of [4, 8]) {
      await openAll(n);
      await connected(n - 1);
      await quiet();
      counts.push(deliveries.length);
      pages.forEach(page => page.link.dispose());
      pages.length = 0;
      await quiet();
      deliveries.length = 0;
    }
    // stock: 130 and 1,044, eight times as many for twice the pages
    expect(counts[1] / counts[0]).toBeLessThan(5);
  });

  it('pass on what somebody wrote to those who can’t reach them, once', async () => {
    blocked.add('page 0>page 3');
    await openAll(4);
    await vi.waitFor(() => {
      expect(pages.map(page => page.link.state.connected)).toEqual([2, 3, 3, 2]);
    }, WAIT);
    await quiet();
    sent.length = 0;
    pages[0].type('a');
    await everybodyHas('a');
    pages[3].type('b');
    await everybodyHas('ab');
    await vi.waitFor(() => {
      for (const page of pages) {
        expect([...page.link.people.values()].sort()).toEqual(pages.map(p => p.name));
      }
    }, WAIT);
  });

  it('see who leaves go at once, and nobody else', async () => {
    await openAll(3);
    await connected(2);
    await quiet();
    const [gone] = pages.splice(0, 1);
    gone.link.dispose();
    await vi.waitFor(() => {
      for (const page of pages) {
        expect([...page.link.people.values()].sort()).toEqual(['page 1', 'page 2']);
        expect(page.link.state.connected).toBe(1);
      }
    }, WAIT);
    deliveries.length = 0;
    await new Promise(resolve => setTimeout(resolve, 2200)); // y-webrtc announces after 2 s
    // stock needed 273, and had a ghost a minute later
    expect(deliveries).toHaveLength(0);
    expect(pages.map(page => page.link.state.announced)).toEqual([0, 0]);
  });

  it('that lose somebody at the same time forget them at once', async () => {
    await openAll(3);
    await connected(2);
    await quiet();
    const [gone] = pages.splice(0, 1);
    gone.crash();
    // each hears from the other, at first, that the lost one is still there
    await vi.waitFor(
      () => {
        for (const page of pages) {
          expect([...page.link.people.values()].sort()).toEqual(['page 1', 'page 2']);
        }
      },
      { timeout: 20_000, interval: 50 }
    );
    gone.link.dispose();
  }, 30_000);

  it('meet again at once when one speaks of a connection that is no more', async () => {
    await openAll(2);
    await connected(1);
    connectionsOf('page 1').forEach(connection => connection.hangUp());
    await vi.waitFor(() => expect(pages[1].link.state.connected).toBe(0), WAIT);
    // page 0 has not noticed, and looks for another route
    connectionsOf('page 0').forEach(connection => connection.onnegotiationneeded?.());
    await connected(1);
    pages[0].type('again');
    await everybodyHas('again');
  });

  it('answer what is asked in the same packet in which a topic is opened', async () => {
    const [, grace] = await openAll(2);
    await connected(1);
    const link = grace.share('other');
    await quiet();
    sent.length = 0;
    const question = encoding.createEncoder();
    encoding.writeVarUint(question, MESSAGE_SYNC);
    writeSyncStep1(question, new Y.Doc());
    grace.hear([
      { kind: 'open', channel: 99, topic: 'other' },
      { kind: 'message', channel: 99, data: encoding.toUint8Array(question) }
    ]);
    await vi.waitFor(() => {
      const kinds = sent.flatMap(({ frame, page }) =>
        page === grace.name && frame.kind === 'message'
          ? [[...frame.data.subarray(0, 2)]]
          : []
      );
      expect(kinds).toContainEqual([MESSAGE_SYNC, messageYjsSyncStep1]);
      expect(kinds).toContainEqual([MESSAGE_SYNC, messageYjsSyncStep2]);
    }, WAIT);
    link.dispose();
  });

  it('give up who does not read, and begin anew', async () => {
    const [ada, grace] = await openAll(2);
    await connected(1);
    const [{ channel }] = connectionsOf('page 0');
    channel!.bufferedAmount = Infinity;
    const large = new Uint8Array(OUTBOX_LIMIT_BYTES / 4 - 1000);
    for (let i = 0; i < 5; i++) {
      ada.say(large);
    }
    expect(ada.link.state.connected).toBe(0);
    await connected(1);
    ada.type('again');
    await everybodyHas('again');
    expect(grace.link.state.synced).toBe(true);
  });

  it('keep their own presence when they leave, and have it when they come back', async () => {
    await openAll(2);
    await connected(1);
    const [{ awareness, doc, link }] = pages;
    const before = awareness.getLocalState();
    let isDestroyed = false;
    doc.on('destroy', () => (isDestroyed = true));
    link.dispose();
    expect(awareness.getLocalState()).toEqual(before);
    expect(isDestroyed).toBe(false);
  });

  it('that hold another secret are strangers: nothing is exchanged', async () => {
    const ada = await open('Ada');
    const eve = await open('Eve', 'Eve', 2);
    ada.type('secret');
    await quiet();
    expect(eve.text).toBe('');
    expect(sent.filter(({ frame }) => frame.kind !== 'proof')).toEqual([]);
    expect([...ada.link.people.values()]).toEqual(['Ada']);
    expect(ada.link.state).toMatchObject({ connected: 0, wrongKey: false });
  });

  it('sync the tabs of one browser without a network, and count them', async () => {
    await open('one tab', 'browser');
    await open('other tab', 'browser');
    await vi.waitFor(() => {
      expect(pages.map(page => page.link.state.tabs)).toEqual([1, 1]);
      expect(pages.map(page => page.link.state.synced)).toEqual([true, true]);
    }, WAIT);
    pages[0].type('tab');
    await everybodyHas('tab');
    await quiet();
    expect(sent.filter(({ frame }) => frame.kind === 'message')).toEqual([]);
  });

  for (const delay of [0, 4, 8, 20, 100]) {
    it(`are tabs of one browser, and no strangers, also where the server told of them ${delay} ms before, and alone as soon as one goes`, async () => {
      betweenTabs.delay = delay;
      const stays = await open('one tab', 'browser');
      const goes = await open('other tab', 'browser');
      await vi.waitFor(() => {
        expect(pages.map(page => page.link.state.tabs)).toEqual([1, 1]);
      }, WAIT);
      await quiet();
      for (const { link } of pages) {
        expect(link.state).toMatchObject({ announced: 0, connected: 0, synced: true });
        expect(await link.peerDetails()).toHaveLength(1);
        await vi.waitFor(() => {
          expect(roomState(true, [link.state], 0)).toBe('alone');
        }, WAIT);
      }
      goes.crash(); // what a page says by the server while it goes may be lost
      goes.link.dispose();
      await vi.waitFor(() => expect(stays.link.state.tabs).toBe(0), WAIT);
      expect(stays.link.state).toMatchObject({ announced: 0, connected: 0 });
      expect(roomState(true, [stays.link.state], 0)).toBe('alone');
    });
  }

  it('ask the other tabs of their browser for what they lack, and are asked', async () => {
    const kept = new Y.Doc();
    kept.getText('text').insert(0, 'many words '.repeat(20_000));
    const state = Y.encodeStateAsUpdate(kept); // both tabs find it in the store
    const first = await open('first', 'browser', 1, 'never', state);
    first.type('from the first, ');
    kept.getArray('new').push(['from the other']);
    const newer = Y.encodeStateAsUpdate(kept);
    await open('other', 'browser', 1, 'never', newer);
    await everybodyHas(first.text);
    await vi.waitFor(() => {
      expect(first.doc.getArray('new').toJSON()).toEqual(['from the other']);
      expect(pages.map(page => page.link.state.synced)).toEqual([true, true]);
    }, WAIT);
    const bytes = published.reduce((sum, message) => sum + message.bytes, 0);
    expect(bytes).toBeLessThan(state.length / 10);
  });

  it('do not wait for ever for a tab that crashed before it said what it has', async () => {
    const [ada, grace] = await openAll(2);
    await connected(1);
    crashedTab(ada.name);
    expect(ada.link.state).toMatchObject({ tabs: 1, connected: 1, synced: false });
    await new Promise<void>(resolve => {
      ada.link.stateChanged.connect(({ state }) => state.synced && resolve());
    });
    grace.type('still here');
    await everybodyHas('still here');
    expect(ada.link.state).toMatchObject({ tabs: 1, connected: 1, synced: true });
  }, 20_000);

  it('are in step with nobody where the only other one is a tab that crashed', async () => {
    const [ada] = await openAll(1);
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    crashedTab(ada.name);
    const changed = vi.fn(() => ada.link.state);
    ada.link.stateChanged.connect(changed);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(changed).toHaveBeenCalled();
    expect(ada.link.state).toMatchObject({ tabs: 1, connected: 0, synced: false });
  });

  it('bring tabs of two browsers in step, with one message from each tab', async () => {
    await open('a1', 'a');
    await open('a2', 'a');
    await open('b1', 'b');
    await vi.waitFor(() => {
      expect(pages.map(page => page.link.state.connected)).toEqual([1, 1, 2]);
    }, WAIT);
    await quiet();
    sent.length = 0;
    pages[0].type('x');
    await everybodyHas('x');
    await quiet();
    expect(sent.filter(({ frame }) => frame.kind === 'message')).toHaveLength(1);
  });

  it('settle at once when the server says that nobody is there', async () => {
    const page = await open('alone');
    await page.link.settled();
    expect(page.link.state).toMatchObject({ connected: 0, signaling: 'open' });
  });

  it('arrive with all that was written before, in several parts', async () => {
    const ada = await open('Ada');
    const cells = ada.doc.getArray<Y.Text>('cells');
    for (let i = 0; i < 300; i++) {
      cells.push([new Y.Text(`${i} `.repeat(2000))]); // Yjs would make one of bare texts
    }
    const grace = await open('Grace');
    await vi.waitFor(() => {
      expect(grace.doc.getArray('cells').length).toBe(300);
      expect(grace.link.state.synced).toBe(true);
      expect(grace.link.state.progress).toBeNull();
    }, WAIT);
    ada.type('small');
    await everybodyHas('small');
  });
});
