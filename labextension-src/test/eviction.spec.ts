// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import type { YFile } from '@jupyter/ydoc';
import { IDBFactory } from 'fake-indexeddb';
import * as idb from 'lib0/indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { evict } from '../src/document/eviction';
import { RoomStore } from '../src/document/store';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom, type Page } from './simulator/page';
import { breathe, calm } from './simulator/world';
import { documentOf, lineageOf } from './support/ids';

const PATH = 'file.txt';

/** A text that takes space. */
const LARGE = 'x'.repeat(10_000);

let site: Map<string, unknown>;

/** What tabs hold, as the browser's own locks. */
class HeldLocks {
  async request(
    name: string,
    options: { mode?: string; ifAvailable?: boolean },
    work: (lock: object | null) => unknown
  ): Promise<unknown> {
    if (options.ifAvailable) {
      return work(this._held.get(name) ? null : {});
    }
    this._held.set(name, (this._held.get(name) ?? 0) + 1);
    try {
      return await work({});
    } finally {
      this._held.set(name, this._held.get(name)! - 1);
    }
  }

  private readonly _held = new Map<string, number>();
}

/** Open the file in a room; each room has a browser of its own here. */
async function open(browser: Browser): Promise<Page> {
  browser.open(0, PATH);
  const page = browser.tabs[0]!;
  await calm(browser.network, () => page.model !== null);
  return page;
}

async function close(browser: Browser): Promise<void> {
  await breathe();
  browser.close(0, 'close');
  await breathe();
}

/** What a page shows, in short. */
function shown({ content }: Page): string {
  return (content as string).replace(LARGE, 'large ');
}

function type(page: Page, text: string): void {
  (page.model as unknown as YFile).updateSource(0, 0, text);
}

async function names(): Promise<string[]> {
  return (await indexedDB.databases()).map(({ name }) => name!);
}

function room(number: number): Browser {
  const browser = new Browser(number, new Network(), 'run', site);
  browser.drive.set(PATH, `hello ${number}`);
  return browser;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  site = new Map();
  const locks = new HeldLocks();
  // documents take turns by the simulator's locks
  vi.stubGlobal('navigator', { locks });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('when this browser keeps too much', () => {
  it('the room that was not used for longest goes first, and its file begins another history', async () => {
    const rooms = [room(0), room(1)];
    const databases: string[][] = [];
    for (const [number, browser] of rooms.entries()) {
      vi.spyOn(Date, 'now').mockReturnValue(1000 * (2 - number));
      const page = await open(browser);
      type(page, LARGE);
      await page.save();
      await close(browser);
      databases.push((await names()).filter(name => !databases.flat().includes(name)));
    }
    const total = await evict(Infinity);
    expect(total).toBeGreaterThan(2 * LARGE.length);
    expect(await names()).toEqual(databases.flat());
    expect(await evict(total - 1)).toBeLessThan(total);
    const left = await names();
    const gone = databases.flat().filter(name => !left.includes(name));
    expect(gone).toHaveLength(1);
    expect(databases[1]).toContain(gone[0]);
    for (const [number, browser] of rooms.entries()) {
      expect(shown(await open(browser))).toBe(`large hello ${number}`);
      expect(browser.drive.all).toEqual([PATH]);
    }
  });

  it('what was not saved stays, and so does what some tab has open', async () => {
    const unsaved = room(0);
    const page = await open(unsaved);
    await page.save();
    type(page, LARGE);
    await close(unsaved);
    const isOpen = room(1);
    await (await open(isOpen)).save();
    const before = await names();
    await evict(-1);
    expect(await names()).toEqual(before);
    expect(shown(await open(unsaved))).toBe('large hello 0');
  });

  it('a document stays as long as a copy of another history of it is to be kept', async () => {
    const browser = room(0);
    const page = await open(browser);
    type(page, LARGE);
    await page.save();
    await close(browser);
    const bases = (await names()).find(name => name.endsWith('/bases'))!;
    const db = await idb.openDB(bases, () => undefined);
    const [records] = idb.transact(db, ['bases']);
    const keys = (await idb.getAllKeys(records)) as string[];
    for (const key of keys) {
      const base = (await idb.get(records, key)) as unknown as object;
      if ('lineage' in base) {
        await idb.put(
          records,
          { ...base, orphans: [lineageOf('orphan')] } as never,
          key
        );
      }
    }
    db.close();
    const before = await names();
    await evict(-1);
    expect(await names()).toEqual(before);
  });

  it('a history that is still to be kept as a copy stays, and one that nothing refers to goes', async () => {
    const store = new RoomStore('room');
    await store.setBase(documentOf('document'), {
      lineage: lineageOf('l'),
      digests: [],
      orphans: [lineageOf('orphan')]
    });
    for (const history of ['orphan', 'forgotten'].map(lineageOf)) {
      await (
        await store.keep(history, new Y.Doc({ guid: history }))
      )();
    }
    await breathe();
    await evict(-1);
    const left = await names();
    expect(left.some(name => name.endsWith(lineageOf('orphan')))).toBe(true);
    expect(left.some(name => name.endsWith(lineageOf('forgotten')))).toBe(false);
  });
});

describe('a page looks for space', () => {
  it.each([
    ['after a while, as what it keeps takes some', true],
    ['never where it keeps nothing, as on a server', false]
  ])('%s', async (_, isKept) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const looked = vi.spyOn(indexedDB, 'databases').mockResolvedValue([]);
    const entered = enterRoom(room(0), undefined, isKept);
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await breathe();
    entered.dispose();
    expect(looked).toHaveBeenCalledTimes(isKept ? 1 : 0);
  });
});
