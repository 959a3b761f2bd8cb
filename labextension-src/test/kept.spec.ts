// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import * as idb from 'lib0/indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';

import { CellOperations } from '../src/document/cells/operations';
import { RoomStore } from '../src/document/store';
import type { DocumentId, Lineage } from '../src/room/ids';
import { seedOf } from './simulator/notebooks';
import { stubCompression, stubSlowCompression } from './support/compression';
import { storedBytes } from './support/stored';

const ROOM = 'site/room';

/** Longer than anything in the store waits. */
const LONG = 60_000;

let number = 0;
let history = '';

/** Let the simulated IndexedDB do what it was asked. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** What a browser that starts again finds. */
async function found(): Promise<string> {
  const doc = new Y.Doc();
  await (
    await new RoomStore(ROOM).keep(history, doc)
  )();
  return doc.getText('source').toJSON();
}

async function entries(): Promise<number> {
  const db = await idb.openDB(`jupyterlite-webrtc/${ROOM}/${history}`, () => undefined);
  const [updates] = idb.transact(db, ['updates'], 'readonly');
  const count = await idb.count(updates);
  db.close();
  return count;
}

/** A browser whose storage is full, until it is told otherwise. */
function fill() {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const full = () => {
    throw new DOMException('no space', 'QuotaExceededError');
  };
  const refusals = (['add', 'put'] as const).map(method =>
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(full)
  );
  return () => refusals.forEach(refusal => refusal.mockRestore());
}

/** Let some turns of the simulated IndexedDB go by. */
async function turn(turns: number): Promise<void> {
  for (let number = 0; number < turns; number++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Tabs of one browser that have the history open, and don't hear of each other. */
async function tabs(count: number) {
  const store = new RoomStore(ROOM);
  const docs = Array.from({ length: count }, () => new Y.Doc());
  const releases = await Promise.all(docs.map(doc => store.keep(history, doc)));
  await breathe();
  return {
    docs,
    type: (tab: number, text: string) => docs[tab].getText('source').insert(0, text),
    /** How many bytes the browser keeps of it. */
    stored: () => storedBytes(name => name.endsWith(history)),
    release: async (tab?: number) => {
      await Promise.all(
        tab === undefined ? releases.map(end => end()) : [releases[tab]()]
      );
      await breathe();
    }
  };
}

/** A tab that has a notebook open. */
async function openNotebook() {
  const notebook = new YNotebook();
  Object.defineProperty(notebook, 'dirty', { value: false, writable: true });
  const guard = new CellOperations({ notebook, rescued: () => undefined });
  const release = await new RoomStore(ROOM).keep(history, notebook.ydoc);
  return { notebook, release, guard };
}

/** Two of them, with a notebook of two cells. */
async function notebooks() {
  const opened = [await openNotebook(), await openNotebook()];
  const seed = seedOf([
    { id: 'one', cell_type: 'code', source: 'one' },
    { id: 'two', cell_type: 'code', source: 'two' }
  ]);
  opened.forEach(({ notebook }) => Y.applyUpdate(notebook.ydoc, seed));
  await breathe();
  return opened;
}

/** What a tab finds that opens it again, parted by what was typed. */
async function sources(): Promise<string[]> {
  const { notebook, release } = await openNotebook();
  const found = notebook.cells.map(cell => cell.getSource()).join('\n');
  await release();
  return found.split(' typed');
}

/** The end of what is being compressed: it has been written, or given up. */
async function finished(): Promise<void> {
  const counts = vi.spyOn(IDBObjectStore.prototype, 'count');
  await vi.waitFor(() => expect(counts).toHaveBeenCalled());
  counts.mockRestore();
  await breathe();
}

/** The end of all tabs: what was not committed then is not there afterwards. */
class Crash {
  constructor() {
    const { transaction } = IDBDatabase.prototype;
    const started = (one: IDBTransaction) => {
      this._open.add(one);
      one.addEventListener('complete', () => {
        this._open.delete(one);
        this._written += this._added.get(one) ?? 0;
      });
    };
    const { add } = IDBObjectStore.prototype;
    const noted = (one: IDBTransaction, value: unknown) => {
      if (value instanceof Uint8Array) {
        this._added.set(one, 1); // a key
      }
    };
    this._spies.push(
      vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
        this: IDBDatabase,
        ...args
      ) {
        const one = transaction.apply(this, args);
        started(one);
        return one;
      }),
      vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
        this: IDBObjectStore,
        value: unknown
      ) {
        noted(this.transaction, value);
        return add.call(this, value);
      })
    );
  }

  /**
   * Let it happen, and the browser start again.
   *
   * @param release - Closes what the tabs had open.
   * @returns How many keys had been written, and how many there are afterwards.
   */
  async after(
    release: () => Promise<void>
  ): Promise<{ written: number; kept: number }> {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    this._spies.push(
      vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
        throw new DOMException('The page has ended.', 'InvalidStateError');
      })
    );
    this._open.forEach(one => one.abort());
    const written = this._written;
    await breathe();
    this._spies.reverse().forEach(spy => spy.mockRestore());
    await release();
    return { written, kept: (await found()).length };
  }

  private readonly _spies: { mockRestore(): void }[] = [];
  private readonly _open = new Set<IDBTransaction>();
  private readonly _added = new Map<IDBTransaction, number>();
  private _written = 0;
}

/** The locks of a browser: several may have what they share, one what it has alone. */
class WebLocks {
  async request(
    name: string,
    { mode = 'exclusive' }: { mode?: LockMode },
    work: (lock: object) => Promise<unknown>
  ): Promise<unknown> {
    if (mode === 'shared') {
      return work({});
    }
    const before = this._queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => work({}));
    this._queues.set(name, mine);
    return mine;
  }

  private readonly _queues = new Map<string, Promise<unknown>>();
}

beforeEach(() => {
  history = `history ${number++}`;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a history that the browser keeps', () => {
  it('may be one that y-indexeddb began', async () => {
    const before = new Y.Doc();
    const persistence = new IndexeddbPersistence(
      `jupyterlite-webrtc/${ROOM}/${history}`,
      before
    );
    await persistence.whenSynced;
    before.getText('source').insert(0, 'of old');
    await persistence.destroy();
    expect(await found()).toBe('of old');
  });

  it('is told of when the storage is full, and whole once there is space', async () => {
    const store = new RoomStore(ROOM);
    const told: boolean[] = [];
    store.isRefusedChanged.connect((_, isRefused) => told.push(isRefused));
    const doc = new Y.Doc();
    const release = await store.keep(history, doc);
    const text = doc.getText('source');
    text.insert(0, 'before, ');
    await breathe();
    const free = fill();
    text.insert(text.length, 'while it is full, ');
    text.insert(text.length, 'still, ');
    await breathe();
    expect(told).toEqual([true]);
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    expect(told).toEqual([true]);
    expect(await found()).toBe('before, ');
    free();
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    expect(told).toEqual([true, false]);
    text.insert(text.length, 'and after');
    await breathe();
    expect(await found()).toBe('before, while it is full, still, and after');
    expect(await entries()).toBe(2); // what there was before does not take space twice
    await release();
  });

  it('is whole also if somebody types just when there is space again', async () => {
    const store = new RoomStore(ROOM);
    const doc = new Y.Doc();
    const release = await store.keep(history, doc);
    const text = doc.getText('source');
    const free = fill();
    text.insert(0, 'while it is full, ');
    await breathe();
    free();
    const { add } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementationOnce(function (
      this: IDBObjectStore,
      value: unknown
    ) {
      const request = add.call(this, value);
      text.insert(text.length, 'and meanwhile'); // not in what is being written
      return request;
    });
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    await release();
    expect(await found()).toBe('while it is full, and meanwhile');
  });

  it('is written a few times when a kernel prints for long, and whole when closed then', async () => {
    const store = new RoomStore(ROOM);
    const doc = new Y.Doc();
    const release = await store.keep(history, doc);
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const text = doc.getText('source');
    for (let line = 0; line < 100; line++) {
      text.insert(text.length, `line ${line}\n`);
    }
    await breathe();
    text.insert(text.length, 'and ');
    text.insert(text.length, 'the end');
    await release();
    await breathe();
    const written = transaction.mock.calls.filter(([, mode]) => mode === 'readwrite');
    transaction.mockRestore();
    expect(written.length).toBeLessThan(10);
    expect(await found()).toBe(text.toJSON());
  });

  it('is made one update when it has become many, with what other tabs wrote', async () => {
    const store = new RoomStore(ROOM);
    const [one, two] = [new Y.Doc(), new Y.Doc()];
    const releases = [await store.keep(history, one), await store.keep(history, two)];
    // a large one is made one only once nobody types
    one.getText('source').insert(0, 'a'.repeat(200_000));
    await breathe();
    for (let i = 0; i < 600; i++) {
      one.getText('source').insert(0, 'a');
    }
    two.getText('source').insert(0, 'b');
    await breathe();
    expect(await entries()).toBeGreaterThan(600);
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    expect(await entries()).toBe(1);
    one.getText('source').insert(0, 'c');
    await breathe();
    const content = await found();
    expect([...content].sort().join('')).toBe(`${'a'.repeat(200_600)}bc`);
    await Promise.all(releases.map(release => release()));
  });

  it('is made one also while somebody types without a rest', async () => {
    const { type, release, stored } = await tabs(1);
    for (let key = 0; key < 2000; key++) {
      type(0, 'a');
      if (key % 10 === 0) {
        await breathe(); // and no second goes by
        // a key takes some thirty bytes: one whole, half of it, and fifty of them
        expect(await stored()).toBeLessThan(1.6 * key + 60 * 30);
      }
    }
    await release();
    expect(await found()).toBe('a'.repeat(2000));
  });

  it('is made one by one of the tabs, and by another once that one is gone', async () => {
    vi.stubGlobal('navigator', { locks: new WebLocks() });
    const { docs, type, release, stored } = await tabs(3);
    const cleared = vi.spyOn(IDBObjectStore.prototype, 'getAllKeys');
    const typeAll = async () => {
      cleared.mockClear();
      for (let key = 0; key < 200; key++) {
        type(key % 3, 'a');
        docs.forEach(doc =>
          docs.forEach(other => Y.applyUpdate(doc, Y.encodeStateAsUpdate(other)))
        );
        await breathe();
      }
      return cleared.mock.calls.length;
    };
    // each writes what all do, and all of it counts
    expect(await typeAll()).toBeLessThanOrEqual((3 * 200) / 50);
    expect(await stored()).toBeLessThan(1.2 * 200 + 60 * 30);
    await release(0);
    expect(await typeAll()).toBeLessThanOrEqual((2 * 200) / 50);
    expect(await stored()).toBeLessThan(1.2 * 400 + 60 * 30);
    await release();
    expect(await found()).toBe('a'.repeat(400));
  });

  it('is whole whenever a page ends, in which tab ever somebody has typed', async () => {
    const event = fc.record({
      tab: fc.nat(1),
      keys: fc.integer({ min: 1, max: 80 }),
      turns: fc.nat(12)
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 6 }),
        fc.nat(60),
        fc.boolean(),
        async (events, turns, isCompressed) => {
          history = `history ${number++}`;
          vi.unstubAllGlobals();
          if (isCompressed) {
            stubCompression();
          }
          const crash = new Crash();
          const { type, release } = await tabs(2);
          let typed = 0;
          for (const { tab, keys, turns: pause } of events) {
            for (let key = 0; key < keys; key++) {
              type(tab, 'a');
            }
            typed += keys;
            await turn(pause);
          }
          await turn(turns);
          const { written, kept } = await crash.after(release);
          expect(kept).toBeGreaterThanOrEqual(written);
          expect(kept).toBeLessThanOrEqual(typed);
        }
      ),
      { numRuns: 120 }
    );
  });

  it('is compressed, and comes back as it was', async () => {
    stubCompression();
    const { type, release, stored } = await tabs(1);
    for (let key = 0; key < 400; key++) {
      type(0, 'ab'[key % 2]);
      await breathe();
    }
    await vi.waitFor(async () => expect(await stored()).toBeLessThan(50 * 30));
    await release();
    expect(await found()).toBe('ba'.repeat(200));
  });

  it('is whole where a page ends at any time while it is made one', async () => {
    for (let turns = 0; turns < 150; turns++) {
      history = `history ${number++}`;
      const crash = new Crash();
      const { type, release } = await tabs(1);
      for (let key = 0; key < 60; key++) {
        type(0, 'a');
      }
      await turn(turns);
      const { written, kept } = await crash.after(release);
      expect(kept).toBeGreaterThanOrEqual(written);
    }
  });

  it('is whole where there are no locks, and two tabs make one of it at once', async () => {
    const { end, hasBegun } = stubSlowCompression();
    const { type, release } = await tabs(2);
    for (let tab = 0; tab < 2; tab++) {
      for (let key = 0; key < 60; key++) {
        type(tab, 'a');
        await breathe();
      }
      expect(hasBegun()).toBe(true);
    }
    // the second tab has made one of both's
    await vi.waitFor(async () => expect(await entries()).toBeLessThan(60));
    end();
    await finished();
    await release();
    expect(await found()).toBe('a'.repeat(120));
  });

  it('holds what another tab writes while all is compressed', async () => {
    vi.stubGlobal('navigator', { locks: new WebLocks() }); // it is the first tab's turn
    const { end, hasBegun } = stubSlowCompression();
    const { type, release } = await tabs(2);
    for (let key = 0; key < 60; key++) {
      type(0, 'a');
      await breathe();
    }
    expect(hasBegun()).toBe(true);
    type(1, 'b');
    await breathe();
    end();
    await finished();
    await release();
    expect([...(await found())].sort().join('')).toBe(`${'a'.repeat(60)}b`);
  });

  it('holds what one tab typed into a cell that another removed', async () => {
    const [typing, removing] = await notebooks();
    typing.notebook.getCell(0).updateSource(3, 3, ' typed');
    await breathe();
    removing.notebook.deleteCell(0);
    await breathe();
    // both tabs end before they hear of each other
    await Promise.all([typing.release(), removing.release()]);
    expect(await sources()).toHaveLength(2);
  });

  it('holds that also where all was made one when the cell was removed', async () => {
    vi.stubGlobal('navigator', { locks: new WebLocks() }); // it is the first tab's turn
    const { end, hasBegun } = stubSlowCompression();
    const [typing, removing] = await notebooks();
    typing.notebook.getCell(0).updateSource(3, 3, ' typed');
    for (let key = 0; !hasBegun(); key++) {
      typing.notebook.getCell(1).updateSource(0, 0, '.');
      await breathe();
      expect(key).toBeLessThan(100);
    }
    removing.notebook.deleteCell(0);
    await breathe();
    end();
    await finished();
    await Promise.all([typing.release(), removing.release()]);
    expect(await sources()).toHaveLength(2);
  });
});

describe('what the browser remembers of the drive', () => {
  it('is told of when it can’t be written', async () => {
    const store = new RoomStore(ROOM);
    await store.setBase(history as DocumentId, {
      lineage: 'l' as Lineage,
      digests: ['d']
    });
    const free = fill();
    expect(
      await store.setBase(history as DocumentId, {
        lineage: 'm' as Lineage,
        digests: ['e']
      })
    ).toBe(false);
    expect(store.isRefused).toBe(true);
    // this page goes by what is the case; another one finds what was written
    expect(await store.base(history as DocumentId)).toMatchObject({
      lineage: 'm' as Lineage
    });
    expect(await new RoomStore(ROOM).base(history as DocumentId)).toMatchObject({
      lineage: 'l' as Lineage
    });
    free();
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    expect(store.isRefused).toBe(false);
    expect(await new RoomStore(ROOM).base(history as DocumentId)).toMatchObject({
      lineage: 'm' as Lineage
    });
  });
});
