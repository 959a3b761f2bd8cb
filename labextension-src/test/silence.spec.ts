// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { YFile } from '@jupyter/ydoc';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import type { Page } from './simulator/page';
import { breathe, calm } from './simulator/world';

const PATH = 'file.txt';

/** Longer than a document waits for anything in the store. */
const LONG = 60_000;

/**
 * A browser that does not answer, until it is told to.
 */
class SilentFactory extends IDBFactory {
  constructor(private readonly _answering: IDBFactory) {
    super();
  }

  override open(name: string) {
    const asked: Partial<IDBOpenDBRequest> = {};
    this._asked.push(() => {
      const request = this._answering.open(name);
      for (const event of ['onsuccess', 'onerror', 'onupgradeneeded'] as const) {
        request[event] = said => (asked[event] as (said: Event) => void)?.(said);
      }
    });
    return asked as ReturnType<IDBFactory['open']>;
  }

  async answer(): Promise<void> {
    for (let asked = this._asked.shift(); asked; asked = this._asked.shift()) {
      asked();
      await breathe();
    }
  }

  private readonly _asked: (() => void)[] = [];
}

let answering: IDBFactory;
let silent: SilentFactory;
let network: Network;
let ada: Browser;
let warn: ReturnType<typeof vi.spyOn>;

/** Open the file in a tab, and wait for what takes time. */
async function open(browser = ada): Promise<Page> {
  browser.open(0, PATH);
  const page = browser.tabs[0]!;
  for (let turn = 0; turn < 9 && !page.model; turn++) {
    await calm(network, () => page.model !== null);
    await vi.advanceTimersByTimeAsync(LONG);
  }
  return page;
}

async function close(browser = ada): Promise<void> {
  browser.close(0, 'close');
  await breathe();
}

function type(page: Page, word: string): void {
  const model = page.model as unknown as YFile;
  const { length } = model.getSource();
  model.updateSource(length, length, ` ${word}`);
}

function words(content: unknown): string[] {
  return (content as string).split(' ').sort();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  answering = new IDBFactory();
  globalThis.indexedDB = answering;
  silent = new SilentFactory(answering);
  network = new Network();
  ada = new Browser(0, network, 'run', new Map());
  ada.drive.set(PATH, 'hello');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('where the browser never answers', () => {
  it('a document opens, is shared, and is not saved, since a reload would take that for another’s', async () => {
    globalThis.indexedDB = silent;
    const page = await open();
    expect(page.content).toBe('hello');
    expect(page.isRefused).toBe(true);
    expect(warn).toHaveBeenCalled();
    const grace = new Browser(1, network, 'run', new Map());
    const other = await open(grace);
    type(page, 'shared');
    await calm(network, () => true);
    expect(other.content).toBe('hello shared');
    await expect(page.save()).rejects.toThrow('does not keep');
    expect(ada.drive.get(PATH)).toBe('hello');
  });

  it('a guest gets the document', async () => {
    const shared = await open();
    const grace = new Browser(1, network, 'run', new Map());
    globalThis.indexedDB = silent;
    const page = await open(grace);
    expect(page.content).toBe(shared.content);
    expect(grace.drive.get(PATH)).toBe('hello');
  });
});

describe('when the browser answers late', () => {
  it('what it keeps comes together with what was typed meanwhile, each once', async () => {
    type(await open(), 'before');
    await close();
    globalThis.indexedDB = silent;
    const page = await open();
    expect(page.content).toBe('hello');
    type(page, 'meanwhile');
    await silent.answer();
    await calm(network, () => true);
    expect(words(page.content)).toEqual(['before', 'hello', 'meanwhile']);
    expect(page.isRefused).toBe(false);
    await page.save();
    await close();
    globalThis.indexedDB = answering;
    const again = await open();
    expect(words(again.content)).toEqual(['before', 'hello', 'meanwhile']);
    expect(ada.drive.all).toEqual([PATH]);
  });

  it('what it keeps of a history that is not open is kept as a copy', async () => {
    const first = await open();
    type(first, 'saved');
    await first.save();
    type(first, 'not-saved');
    await close();
    globalThis.indexedDB = silent;
    const page = await open();
    expect(page.content).toBe('hello saved');
    type(page, 'meanwhile');
    await silent.answer();
    await calm(network, () => true);
    await page.save();
    await close();
    globalThis.indexedDB = answering;
    const again = await open();
    expect(again.content).toBe('hello saved meanwhile');
    expect(ada.drive.files).toEqual([
      [PATH, 'hello saved meanwhile'],
      ['file (my copy).txt', 'hello saved not-saved']
    ]);
    await close();
    await open();
    expect(ada.drive.all).toHaveLength(2);
  });
});

describe('where the storage is full', () => {
  it('a document opens, and is kept and saved once there is space', async () => {
    const full = () => {
      throw new DOMException('no space', 'QuotaExceededError');
    };
    const first = await open();
    type(first, 'before');
    await first.save();
    await close();
    const { IDBObjectStore } = await import('fake-indexeddb');
    const refusals = (['add', 'put'] as const).map(method =>
      vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(full)
    );
    const page = await open();
    expect(page.content).toBe('hello before');
    type(page, 'full');
    await breathe();
    expect(page.isRefused).toBe(true);
    await expect(page.save()).rejects.toThrow('does not keep');
    refusals.forEach(refusal => refusal.mockRestore());
    await vi.advanceTimersByTimeAsync(LONG);
    await breathe();
    expect(page.isRefused).toBe(false);
    await page.save();
    expect(ada.drive.get(PATH)).toBe('hello before full');
    await close();
    expect((await open()).content).toBe('hello before full');
    expect(ada.drive.all).toEqual([PATH]);
  });

  it('what was changed without the room is not overwritten, but kept beside it once there is space', async () => {
    const first = await open();
    type(first, 'before');
    await close(); // it was not saved
    ada.drive.set(PATH, 'something else');
    const set = vi.spyOn(ada.drive, 'set').mockImplementation(() => {
      throw new DOMException('no space', 'QuotaExceededError');
    });
    const page = await open();
    expect(page.content).toBe('hello before');
    await expect(page.save()).rejects.toThrow('no space');
    set.mockRestore();
    await page.save();
    expect(ada.drive.files).toEqual([
      [PATH, 'hello before'],
      ['file (my copy).txt', 'something else']
    ]);
  });
});
