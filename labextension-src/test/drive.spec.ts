// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { YFile, YNotebook } from '@jupyter/ydoc';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { CellOperations } from '../src/document/cells/operations';
import { Directory } from '../src/document/directory';
import { DriveBase } from '../src/document/drive';
import type { IDocumentFormat } from '../src/document/format';
import { documentFormat } from '../src/document/format';
import type { DocumentRoom } from '../src/document/room';
import { contentDigest, makeSeed } from '../src/document/seed';
import { RoomStore } from '../src/document/store';
import type { DocumentId, Lineage } from '../src/room/ids';
import * as commands from './simulator/commands';
import { Drive, driveFile } from './simulator/drive';

const PATH = 'file.txt';
const COPY = 'file (my copy).txt';

const ALIVE = { isDead: false };

let stores = 0;

/** A browser with a file, and nothing of the room yet. */
function browser(content: string, site = new Map<string, unknown>()) {
  const drive = new Drive(site);
  if (!site.size) {
    drive.set(PATH, content);
  }
  return { drive, store: new RoomStore(`drive/${stores++}`) };
}

type IBrowser = ReturnType<typeof browser>;

function driveBase(
  { drive, store }: IBrowser,
  model: YDocument<DocumentChange>,
  format: IDocumentFormat,
  lineage: Lineage,
  keepUp?: () => Promise<void>
): DriveBase {
  return new DriveBase({
    room: { store, directory: new Directory() } as unknown as DocumentRoom,
    documentId: 'd' as DocumentId,
    lineage,
    model,
    format,
    drive: driveFile(drive, ALIVE, format, () => PATH),
    keepUp,
    lineageOf: canonical => Promise.resolve(`lineage of ${canonical}` as Lineage)
  });
}

/** An open document of the history that a content began, with what has come since. */
async function open(
  at: IBrowser,
  begun: string,
  lineage = 'l',
  keepUp?: () => Promise<void>
) {
  const model = new YFile();
  const format = documentFormat('file', model)!;
  const seed = await makeSeed(format, begun);
  Y.applyUpdate(model.ydoc, seed.update);
  const base = driveBase(at, model, format, lineage as Lineage, keepUp);
  return { model, base, begin: () => base.begun(begun, seed.update, true) };
}

/** Exchange what two documents hold. */
function meet(one: YFile, two: YFile): void {
  Y.applyUpdate(two.ydoc, Y.encodeStateAsUpdate(one.ydoc));
  Y.applyUpdate(one.ydoc, Y.encodeStateAsUpdate(two.ydoc));
}

describe('what was changed without the room', () => {
  it('is merged before a save', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    await base.save();
    model.updateSource(0, 0, 'room ');
    ada.drive.set(PATH, 'hello home ');
    await base.save();
    expect(model.getSource()).toBe('room hello home ');
    expect(ada.drive.get(PATH)).toBe('room hello home ');
    expect(ada.drive.files).toHaveLength(1);
  });

  it('is written by nobody else where the document is the same by then', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    await base.save();
    ada.drive.set(PATH, 'hello home ');
    const set = vi.spyOn(ada.drive, 'set');
    await base.save();
    expect(model.getSource()).toBe('hello home ');
    expect(set).not.toHaveBeenCalled();
    model.updateSource(0, 0, 'room ');
    await base.save();
    expect(ada.drive.get(PATH)).toBe('room hello home ');
    expect(ada.drive.files).toHaveLength(1);
  });

  it('stands once when two tabs merge it at the same time', async () => {
    const [one, two] = await Promise.all(
      [browser('hello '), browser('hello ')].map(async tab => {
        const opened = await open(tab, 'hello ');
        await opened.begin();
        await opened.base.save();
        return opened;
      })
    );
    one.model.updateSource(0, 0, 'room ');
    await Promise.all([one.base.opened('hello home '), two.base.opened('hello home ')]);
    meet(one.model, two.model);
    for (const { model } of [one, two]) {
      expect(model.getSource()).toBe('room hello home ');
    }
  });

  it('is rescued from a cell that was made another one meanwhile', async () => {
    const file = (source: string) => ({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'raw', id: 'one', metadata: {}, source }]
    });
    const ada = browser('');
    ada.drive.set(PATH, file('hello '));
    const model = new YNotebook();
    const guard = new CellOperations({ notebook: model, rescued: () => undefined });
    const format = documentFormat('notebook', model)!;
    const canonical = format.canonical(file('hello '));
    const seed = await makeSeed(format, canonical);
    Y.applyUpdate(model.ydoc, seed.update);
    const base = driveBase(ada, model, format, 'l' as Lineage);
    await base.begun(canonical, seed.update, true);
    await base.save();
    commands.retype(model, 0, 'raw');
    ada.drive.set(PATH, file('hello home '));
    await base.save();
    expect(model.cells.map(cell => cell.getSource())).toEqual(['hello home ']);
    expect(ada.drive.files).toHaveLength(1);
    guard.dispose();
  });

  it('is kept as a copy where what it was changed from is not known', async () => {
    const ada = browser('hello home ');
    const { base, model } = await open(ada, 'hello ');
    await base.opened('hello home ');
    expect(model.getSource()).toBe('hello ');
    expect(ada.drive.get(COPY)).toBe('hello home ');
  });
});

describe('another version of the site', () => {
  it('is never merged as part of somebody’s change', async () => {
    const site = new Map<string, unknown>([[PATH, 'hello ']]);
    const ada = browser('hello ', site);
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    await base.save();
    site.set(PATH, 'hello world ');
    ada.drive.set(PATH, 'hello world home ');
    await base.opened('hello world home ');
    expect(model.getSource()).toBe('hello ');
    expect(ada.drive.get(COPY)).toBe('hello world home ');
  });
});

describe('what the site ships', () => {
  it('does not count as nothing while that can’t be asked', async () => {
    const ada = browser('hello ', new Map([[PATH, 'hello ']]));
    const { base, begin } = await open(ada, 'hello ');
    const shipped = vi.spyOn(ada.drive, 'shipped').mockImplementation(() => {
      throw new TypeError('Failed to fetch');
    });
    vi.spyOn(console, 'warn').mockReturnValue();
    await begin();
    await base.save();
    expect((await ada.store.base('d' as DocumentId))?.shipped).toBeUndefined();
    shipped.mockRestore();
    await base.save();
    expect((await ada.store.base('d' as DocumentId))?.shipped).not.toBeUndefined();
    vi.restoreAllMocks();
  });
});

describe('a history that gives way', () => {
  it('is not kept if the room shows the same', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    model.updateSource(0, 0, 'same ');
    await base.superseded(
      'theirs' as Lineage,
      () => 'same hello ',
      () => true
    );
    expect(ada.drive.get(COPY)).toBeNull();
  });

  it('is not kept if it began with what the site shipped before', async () => {
    const site = new Map([[PATH, 'hello ']]);
    const ada = browser('hello ', site);
    // a page that is closed before it knows what the site ships
    const digest = await contentDigest('hello ');
    await ada.store.setBase('d' as DocumentId, {
      lineage: 'l' as Lineage,
      digests: [digest],
      origin: digest
    });
    site.set(PATH, 'hello again ');
    const { base } = await open(ada, 'hello ');
    await base.opened('hello again ');
    await base.superseded(
      'theirs' as Lineage,
      () => 'hello again ',
      () => false
    );
    expect(ada.drive.get(COPY)).toBeNull();
  });

  it('is not kept if it holds what the site ships', async () => {
    const ada = browser('hello ', new Map([[PATH, 'hello ']]));
    const { base, begin } = await open(ada, 'hello ');
    await begin();
    await base.superseded(
      'theirs' as Lineage,
      () => 'other',
      () => true // and somebody has removed that
    );
    expect(ada.drive.get(COPY)).toBeNull();
  });

  it('is kept by who has written into it on an earlier visit', async () => {
    const ada = browser('hello ', new Map([[PATH, 'hello ']]));
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    model.updateSource(0, 0, 'mine ');
    await base.authored();
    await base.save();
    const { base: later } = await open(ada, 'mine hello ');
    await later.opened('mine hello ');
    await later.superseded(
      'theirs' as Lineage,
      () => 'other',
      () => false
    );
    expect(ada.drive.files.map(([path]) => path)).toContain(COPY);
  });

  it('is kept once, as it is in the end', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    model.updateSource(0, 0, 'first ');
    const set = ada.drive.set.bind(ada.drive);
    ada.drive.set = (path, content) => {
      set(path, content);
      if (content === 'first hello ') {
        model.updateSource(0, 0, 'second '); // typed while it is kept
      }
    };
    await base.superseded(
      'theirs' as Lineage,
      () => 'other',
      () => true
    );
    const copies = ada.drive.files.filter(([path]) => path.includes('copy'));
    expect(copies).toEqual([[COPY, 'second first hello ']]);
  });

  it('leaves the copy of what could not be kept beside that of what was', async () => {
    const ada = browser('hello ');
    const giveWay = async (word: string) => {
      const { base, begin, model } = await open(ada, 'hello ');
      await begin();
      model.updateSource(0, 0, word);
      await base.superseded(
        'theirs' as Lineage,
        () => 'other',
        () => true
      );
    };
    const refused = vi.spyOn(ada.store, 'isRefused', 'get').mockReturnValue(true);
    await giveWay('unkept ');
    refused.mockRestore();
    await giveWay('kept ');
    const copies = ada.drive.files.filter(([path]) => path.includes('copy'));
    expect(copies.map(([, content]) => content).sort()).toEqual([
      'kept hello ',
      'unkept hello '
    ]);
  });
});

describe('a save', () => {
  it('remembers, until it is done, both what was there and what will be', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    const before = await ada.store.base('d' as DocumentId);
    model.updateSource(0, 0, 'room ');
    const set = ada.drive.set.bind(ada.drive);
    const during = new Promise(resolve => {
      ada.drive.set = (path, content) => {
        resolve(ada.store.base('d' as DocumentId));
        set(path, content);
      };
    });
    await base.save();
    const after = await ada.store.base('d' as DocumentId);
    expect(before?.digests).toHaveLength(1);
    expect(before?.state).not.toBeNull();
    expect(await during).toMatchObject({
      digests: [before!.digests[0], after!.digests[0]],
      state: null
    });
    expect(after?.digests).not.toEqual(before?.digests);
    expect(after?.state?.digest).toBe(after?.digests[0]);
  });

  it('tells for how long the page was busy, not for how long others were', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ', 'l', () => {
      now += 5000; // the file was renamed by somebody, and is moved
      return Promise.resolve();
    });
    await begin();
    model.updateSource(0, 0, 'room ');
    const set = ada.drive.set.bind(ada.drive);
    ada.drive.set = (path, content) => {
      now += 70;
      set(path, content);
    };
    expect(await base.save()).toMatchObject({ busy: 70 });
    clock.mockRestore();
  });

  it('writes nothing when another tab shows another history already', async () => {
    const ada = browser('hello ');
    const { base, begin, model } = await open(ada, 'hello ');
    await begin();
    model.updateSource(0, 0, 'old ');
    await ada.store.setBase('d' as DocumentId, {
      lineage: 'another' as Lineage,
      digests: []
    });
    expect(await base.save()).toBeNull();
    expect(ada.drive.get(PATH)).toBe('hello ');
    expect(await ada.store.base('d' as DocumentId)).toMatchObject({
      lineage: 'another' as Lineage
    });
  });
});

describe('a copy of a history that gave way', () => {
  async function giveWay(ada: IBrowser) {
    const { base, begin, model } = await open(ada, 'hello ', 'mine');
    await begin();
    model.updateSource(0, 0, 'mine ');
    await base.superseded(
      'theirs' as Lineage,
      () => 'other',
      () => true
    );
    expect(ada.drive.get(COPY)).toBe('mine hello ');
  }

  async function comeBack(ada: IBrowser) {
    const theirs = await open(ada, 'other', 'theirs');
    await theirs.base.superseded(
      'mine' as Lineage,
      () => 'mine hello ',
      () => false
    );
    const again = await open(ada, 'hello ', 'mine');
    await again.base.opened('hello ');
  }

  it('goes when the room comes back to that history', async () => {
    const ada = browser('hello ');
    await giveWay(ada);
    await comeBack(ada);
    expect(ada.drive.get(COPY)).toBeNull();
  });

  it('goes when the room shows the same, whatever history it is of', async () => {
    const ada = browser('hello ');
    await giveWay(ada);
    const theirs = await open(ada, 'mine hello ', 'theirs');
    await theirs.base.opened('hello ');
    expect(ada.drive.get(COPY)).toBeNull();
  });

  it('stays if somebody has changed it', async () => {
    const ada = browser('hello ');
    await giveWay(ada);
    ada.drive.set(COPY, 'changed');
    await comeBack(ada);
    expect(ada.drive.get(COPY)).toBe('changed');
  });
});
