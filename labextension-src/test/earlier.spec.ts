// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EarlierVersions } from '../src/document/earlier';
import { evict } from '../src/document/eviction';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';

const SITE = 'a site';
const PATH = 'plan.txt';

/** A version of a document, which is called by its path. */
const of = (path: string) => ({
  site: SITE,
  document: path,
  path,
  contentType: 'file',
  format: 'text'
});

/** What is kept, the latest first. */
async function kept(versions = new EarlierVersions()): Promise<unknown[]> {
  const all = await versions.list(SITE);
  return Promise.all(all.map(version => versions.content(version)));
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

afterEach(() => {
  closeDocuments();
  vi.restoreAllMocks();
});

describe('a file before others change it', () => {
  /** Ada and Grace share a plan, each with a drive of her own. */
  async function shared() {
    const network = new Network();
    const [ada, grace] = [0, 1].map(number => {
      const drive = new TextDrive(new TextFiles({ [PATH]: 'the plan: ' }));
      const room = enterRoom(new Browser(number, network, 'earlier', new Map()));
      const isAda = number === 0; // she saves, and in one browser
      const wishes = { autosave: () => isAda };
      return { drive, ...openDocument(drive, PATH, room, wishes) };
    });
    await settle(network);
    return { ada, grace, network };
  }

  it('is kept however often one saves, and takes no checkpoint that the person made', async () => {
    const { ada, grace, network } = await shared();
    const checkpoint = vi.spyOn(ada.drive, 'createCheckpoint');
    for (let turn = 0; turn < 20; turn++) {
      grace.model.updateSource(0, 0, `${turn}, `);
      await settle(network);
      await ada.provider.save();
      ada.model.setSource(''); // much is gone
      await settle(network);
      await ada.provider.save();
    }
    expect(checkpoint).not.toHaveBeenCalled();
    const all = await kept();
    expect(all.at(-1)).toBe('the plan: ');
    expect(all).toHaveLength(1); // one knows what one removes oneself
  });

  it('is kept once more before others remove much of it, whoever wrote that', async () => {
    const { ada, grace, network } = await shared();
    const save = async ({ model }: typeof ada, text: string) => {
      model.setSource(text);
      await settle(network);
      await ada.provider.save();
    };
    await save(grace, 'plan');
    await save(ada, 'plan to write a long text');
    await save(grace, 'plan to write another text');
    await save(grace, 'gone');
    await save(ada, 'a text as long as those before');
    await save(grace, 'gone');
    expect(await kept()).toEqual([
      'a text as long as those before',
      'plan to write another text',
      'the plan: '
    ]);
  });

  it('is written all the same where the browser refuses to keep it', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { ada, grace, network } = await shared();
    vi.spyOn(EarlierVersions.prototype, 'keep').mockRejectedValue(
      new DOMException('', 'QuotaExceededError')
    );
    grace.model.updateSource(0, 0, 'hers, ');
    await settle(network);
    await ada.provider.save();
    expect(ada.drive.files.text(PATH)).toBe('hers, the plan: ');
    expect(warn.mock.calls.flat()).toContain(`“${PATH}” as it was could not be kept.`);
  });
});

describe('of the versions of a document', () => {
  it('the first stays, and so do the latest five', async () => {
    const versions = new EarlierVersions();
    for (let number = 0; number < 20; number++) {
      await versions.keep(of(PATH), `version ${number}`);
      await versions.keep(of('other.txt'), `other ${number % 2}`);
    }
    const all = (await kept(versions)) as string[];
    expect(all.filter(content => content.startsWith('version'))).toEqual(
      [19, 18, 17, 16, 15, 0].map(number => `version ${number}`)
    );
  });

  it('two that follow each other and are the same are one', async () => {
    const versions = new EarlierVersions();
    for (const content of ['one', 'one', 'two', 'two', 'one']) {
      await versions.keep(of(PATH), content);
    }
    expect(await kept(versions)).toEqual(['one', 'two', 'one']);
  });

  it('the oldest go where all would take too much space, first ones last', async () => {
    const versions = new EarlierVersions(50);
    await versions.keep(of('a.txt'), 'first of a');
    await versions.keep(of('b.txt'), 'first of b');
    await versions.keep(of('a.txt'), 'next of a');
    await versions.keep(of('b.txt'), 'next of b');
    await versions.keep(of('b.txt'), 'last of b');
    expect(await kept(versions)).toEqual([
      'last of b',
      'next of b',
      'first of b',
      'first of a'
    ]);
    await versions.keep(of('c.txt'), 'c, which is as long as half');
    expect(await kept(versions)).toEqual(['c, which is as long as half', 'first of b']);
    await versions.keep(of('d.txt'), 'd'.repeat(100));
    expect(await kept(versions)).toEqual(['d'.repeat(100)]);
  });

  it('a site has its own', async () => {
    const versions = new EarlierVersions();
    await versions.keep({ ...of(PATH), site: 'another' }, 'theirs');
    await versions.keep(of(PATH), 'ours');
    expect(await kept(versions)).toEqual(['ours']);
  });

  it('none is there, and nothing is made, only by looking', async () => {
    expect(await kept()).toEqual([]);
    expect(await indexedDB.databases()).toEqual([]);
  });

  it('none is taken for a room’s history where space is looked for', async () => {
    await new EarlierVersions().keep(of(PATH), 'ours');
    expect(await evict(0)).toBe(0);
    expect(await kept()).toEqual(['ours']);
  });
});
