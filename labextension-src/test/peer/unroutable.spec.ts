// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { roomState } from '../../src/room/status';
import type { IPage } from './browsers';
import {
  blocked,
  connectionsOf,
  deaf,
  deliveries,
  interruptServer,
  made,
  openPage,
  sent
} from './browsers';
import { Clock } from './clock';

/** How long a lesson and a day of school take, in milliseconds. */
const LESSON = 20 * 60_000;
const DAY = 8 * 60 * 60_000;

/**
 * How often a connection may look for a route, at either end, in vain: each time takes
 * some UDP sockets, of which Chromium has some 6,000, and gives none back before it is
 * closed.
 */
const MOST_SEARCHES = 12;

/** How often the connections of a page looked for a route, that are there now. */
const searchesOf = (page: string) =>
  connectionsOf(page).reduce((sum, { searches }) => sum + searches, 0);

let pages: IPage[] = [];

async function open(...args: Parameters<typeof openPage>): Promise<IPage> {
  const page = await openPage(...args);
  pages.push(page);
  return page;
}

let clock: Clock;

beforeEach(() => {
  clock = new Clock();
  clock.install();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(async () => {
  pages.forEach(page => page.link.dispose());
  await clock.pass(100);
  clock.remove();
  pages = [];
  blocked.clear();
  made.clear();
  deaf.clear();
  sent.length = deliveries.length = 0;
  vi.restoreAllMocks();
});

describe('a page without a route to others', () => {
  it('makes one connection to each, and meets who can be reached within 5 s', async () => {
    const ada = await open('Ada');
    for (let i = 0; i < 120; i++) {
      blocked.add(`Ada>classmate ${i}`);
      deaf.add(`classmate ${i}`); // what they do with each other is of no concern here
      await open(`classmate ${i}`);
    }
    await clock.pass(LESSON);
    expect(made.get('Ada')).toBeLessThan(150);
    expect(searchesOf('Ada')).toBeLessThanOrEqual(7 * 120);
    expect(ada.link.state).toMatchObject({
      connected: 0,
      unroutable: 120,
      connectionsMade: made.get('Ada')
    });
    ada.type('hello');
    const grace = await open('Grace');
    await clock.pass(5000);
    expect(ada.link.state.connected).toBe(1);
    expect(grace.text).toBe('hello');
  }, 60_000);

  it.each([
    ['in another network', 5000, () => window.dispatchEvent(new Event('online'))],
    ['when signaling is back', 15_000, () => interruptServer(false)],
    ['without knowing why', 60 * 60_000, () => undefined]
  ])(
    'finds one later, with the connection that it has: %s',
    async (_, patience, change) => {
      blocked.add('Ada>Grace');
      const ada = await open('Ada');
      await open('Grace');
      await clock.pass(LESSON);
      expect(ada.link.state).toMatchObject({ connected: 0, unroutable: 1 });
      blocked.clear();
      interruptServer(change.toString().includes('interrupt'));
      await clock.pass(4000);
      change();
      await clock.pass(patience);
      expect(ada.link.state).toMatchObject({ connected: 1, unroutable: 0 });
      expect([...made.values()]).toEqual([1, 1]);
    }
  );

  it.each([
    ['is looked at and left', new Event('visibilitychange'), document],
    ['changes networks', new Event('online'), window]
  ])(
    'takes few sockets of the browser, however often it %s, in a day',
    async (_, event, target) => {
      blocked.add('Ada>Grace');
      const ada = await open('Ada');
      await open('Grace');
      for (let passed = 0; passed < DAY; passed += 60_000) {
        target.dispatchEvent(event);
        await clock.pass(60_000);
        expect(searchesOf('Ada')).toBeLessThanOrEqual(MOST_SEARCHES);
      }
      expect(ada.link.state).toMatchObject({ connected: 0, announced: 1 });
      expect(made.get('Ada')).toBeLessThan(DAY / 60_000 / 2);
    },
    60_000
  );

  it('takes no more sockets because another document is opened', async () => {
    blocked.add('Ada>Grace');
    const ada = await open('Ada');
    await open('Grace');
    await clock.pass(LESSON);
    const before = searchesOf('Ada');
    for (let i = 0; i < 10; i++) {
      const other = ada.share(`other ${i}`);
      await clock.pass(10_000);
      other.dispose();
    }
    expect(searchesOf('Ada')).toBe(before);
    expect(made.get('Ada')).toBe(1);
  });

  it('takes few sockets where the other one looks all the time', async () => {
    blocked.add('Ada>Grace');
    await open('Ada');
    await open('Grace');
    for (let i = 0; i < LESSON / 10_000; i++) {
      connectionsOf('Grace').forEach(connection => connection.restartIce());
      await clock.pass(10_000);
      expect(searchesOf('Ada')).toBeLessThanOrEqual(MOST_SEARCHES);
    }
  });

  it('keeps its connections while the signaling server is away', async () => {
    blocked.add('Ada>Grace');
    const ada = await open('Ada');
    await open('Grace');
    await clock.pass(30_000);
    for (let i = 0; i < 5; i++) {
      interruptServer(true);
      await clock.pass(300_000);
      interruptServer(false);
      await clock.pass(60_000);
    }
    expect(ada.link.state).toMatchObject({ connected: 0, unroutable: 1 });
    // the network may be another one each time, which is worth a few searches
    expect(made.get('Ada')).toBeLessThan(3);
    expect(searchesOf('Ada')).toBeLessThanOrEqual(MOST_SEARCHES);
  });

  it('forgets at once who leaves, and soon who crashes', async () => {
    const ada = await open('Ada');
    for (const name of ['Grace', 'Alan']) {
      blocked.add(`Ada>${name}`).add(`Grace>${name}`);
      await open(name);
    }
    await clock.pass(LESSON);
    expect(ada.link.state.announced).toBe(2);
    pages[1].link.dispose();
    await clock.pass(100);
    expect(ada.link.state.announced).toBe(1);
    pages[2].crash();
    await clock.pass(90_000);
    expect(ada.link.state.announced).toBe(0);
  });

  it('meets at once who opens the document again', async () => {
    blocked.add('Ada>Grace');
    const ada = await open('Ada');
    const grace = await open('Grace');
    await clock.pass(LESSON);
    blocked.clear();
    grace.reopen();
    await clock.pass(5000);
    expect(ada.link.state.connected).toBe(1);
    expect(grace.link.state.connected).toBe(1);
  });

  it('tries again less and less often with who does not answer', async () => {
    const ada = await open('Ada');
    const eve = await open('Eve');
    await clock.pass(1000);
    for (let i = 0; i < LESSON / 1000; i++) {
      eve.announce('nobody');
      await clock.pass(1000);
    }
    expect(ada.link.state.connected).toBe(1);
    expect(made.get('Ada')).toBeLessThan(12);
  });
});

describe('a page that nobody answers', () => {
  it('knows after a second that nobody is here', async () => {
    const ada = await open('Ada');
    await clock.pass(1500);
    expect(ada.link.state.isAsking).toBe(false);
    expect(roomState(true, [ada.link.state], 0)).toBe('alone');
    await open('Grace');
    await clock.pass(100);
    pages[1].link.dispose();
    await clock.pass(100);
    expect(roomState(true, [ada.link.state], 0)).toBe('alone');
  });
});

describe('a page that leaves', () => {
  it('waits for nobody any more, whom it had met or looked for', async () => {
    const ada = await open('Ada');
    await open('Grace');
    blocked.add('Ada>Joan');
    await open('Joan');
    await clock.pass(20_000);
    for (const name of ['Kim', 'Lise']) {
      blocked.add('Ada>Lise');
      await open(name);
    }
    await clock.pass(100);
    expect(ada.link.state).toMatchObject({ connected: 2, announced: 2 });
    for (const { awareness, link } of pages) {
      link.dispose();
      awareness.destroy();
    }
    await clock.pass(100);
    expect(clock.pending).toEqual([]);
  });
});

describe('somebody who announces pages that do not exist', () => {
  it('does not use up what the browser allows', async () => {
    const ada = await open('Ada');
    const eve = await open('Eve');
    await clock.pass(1000);
    for (let i = 0; i < 300; i++) {
      for (let j = 0; j < 5; j++) {
        eve.announce(`nobody ${i} ${j}`);
      }
      await clock.pass(1000);
    }
    expect(made.get('Ada')).toBeLessThan(400);
    expect(ada.link.state.announced).toBeLessThan(700);
    expect(ada.link['_met'].size).toBeLessThanOrEqual(ada.link.state.announced);
  }, 60_000);
});
