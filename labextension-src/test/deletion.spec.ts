// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FileMover } from '../src/document/handwork';
import { Handwork } from '../src/document/handwork';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';

// as on plain HTTP, where digests are made in step
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

const PATH = 'notes/plan.txt';
const COPY = 'notes/plan (my copy).txt';

let runs = 0;

/** People in a room, on the servers that are given. */
function people(...folders: TextFiles[]) {
  const network = new Network();
  const run = `deletion ${runs++}`;
  const pages = folders.map((folder, number) =>
    page(folder, new Browser(number, network, run, new Map()))
  );
  return { pages, settle: () => settle(network) };
}

/** A page of somebody, who opens and closes the document there. */
function page(folder: TextFiles, browser: Browser) {
  const room = enterRoom(browser, undefined, false);
  const drive = new TextDrive(folder);
  const owner = {};
  const ids = new Map<string, string>();
  const manager = {
    documentId: (path: string) => ids.get(path) ?? null,
    identify: (path: string, id: string) => void ids.set(path, id),
    deleted: (path: string) => void ids.delete(path),
    entered: Promise.resolve(),
    isShared: () => true,
    isWithdrawn: () => false,
    isOnPurpose: () => true,
    room: { kind: 'named', name: 'room' },
    username: 'Ada',
    watch: () => ({ isDisposed: false, dispose: () => undefined }),
    sharingChanged: new Signal(owner)
  };
  const mover = {
    rename: (path: string, to: string) => {
      folder.move(path, to);
      return Promise.resolve({ path: to });
    },
    delete: (path: string) => {
      folder.delete(path);
      ids.delete(path); // as the page does when Jupyter has deleted something
      return Promise.resolve();
    }
  } as FileMover;
  const rooms = { current: room, ready: Promise.resolve(), changed: new Signal(owner) };
  new Handwork(mover, rooms, manager as never, undefined, true);
  const asked: { by: string; keep: () => void; isOver: boolean }[] = [];
  const open = () => {
    const opened = openDocument(drive, PATH, room, {
      manager,
      rooms: rooms as never,
      isDriveShared: true,
      isRequested: false,
      relocated: (from, to) =>
        drive.fileChanged.emit({
          type: 'rename',
          oldValue: { path: from },
          newValue: { path: to }
        }),
      gone: (_, by, keep) => {
        const question = { by, keep, isOver: false };
        asked.push(question);
        return () => {
          question.isOver = true;
        };
      }
    });
    return { ...opened, told: opened.tell };
  };
  /** The questions that are not answered yet. */
  const questions = () => asked.filter(({ isOver }) => !isOver);
  return { open, mover, questions, room };
}

/** The pages go out of sight: they save what there is to save, at once. */
function hide(): void {
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
});

afterEach(() => {
  closeDocuments();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Ada and Grace, on one server, show a document; Ada deletes it, and her page closes it. */
async function deleted(what = PATH) {
  const folder = new TextFiles({ [PATH]: 'the plan ' });
  const { pages, settle } = people(folder, folder, folder);
  const [ada, grace, joan] = pages;
  const [hers, graces] = [ada.open(), grace.open()];
  await settle();
  graces.model.updateSource(0, 0, 'before ');
  for (let turn = 0; turn < 3; turn++) {
    await settle(); // what one has saved the others look at
    hide();
  }
  await settle();
  expect(folder.text(PATH)).toBe('before the plan ');
  expect(hers.model.dirty || graces.model.dirty).toBe(false);
  await ada.mover.delete(what);
  hers.provider.dispose();
  await settle();
  return { ada, folder, grace, joan, settle, ...graces };
}

describe('a file of a server that somebody in the room deletes', () => {
  it.each([PATH, 'notes'])(
    'stays away, whatever happens (%s), until another has chosen',
    async what => {
      const { folder, grace, model, settle, told } = await deleted(what);
      expect(grace.questions()).toMatchObject([{ by: 'Ada' }]);
      expect(told).not.toHaveBeenCalled(); // that theirs stays
      expect(model.dirty).toBe(true);
      model.updateSource(0, 0, 'after ');
      hide();
      await settle();
      expect(folder.text(PATH)).toBeNull();
      expect(model.dirty).toBe(true);
      expect(model.getSource()).toBe('after before the plan ');
    }
  );

  it('is there again, the same document for everybody, when another keeps it', async () => {
    const { ada, folder, grace, model, settle } = await deleted();
    model.updateSource(0, 0, 'after ');
    grace.questions()[0].keep();
    await settle();
    expect(folder.text(PATH)).toBe('after before the plan ');
    expect(grace.questions()).toEqual([]);
    expect(model.dirty).toBe(false);
    const anew = ada.open();
    await settle();
    anew.model.updateSource(0, 0, 'Ada ');
    await settle();
    hide();
    await settle();
    expect(model.getSource()).toBe('Ada after before the plan ');
    expect(folder.text(PATH)).toBe('Ada after before the plan ');

    // and can be deleted once more
    await ada.mover.delete(PATH);
    anew.provider.dispose();
    await settle();
    expect(grace.questions()).toMatchObject([{ by: 'Ada' }]);
    expect(folder.text(PATH)).toBeNull();
  });

  it('is there again when another saves it by hand', async () => {
    const { folder, grace, model, provider } = await deleted();
    await provider.save();
    expect(folder.text(PATH)).toBe('before the plan ');
    expect(grace.questions()).toEqual([]);
    expect(model.dirty).toBe(false);
  });

  it('stays away when another closes it, and its name is free', async () => {
    const { folder, grace, joan, provider, settle } = await deleted();
    const [before] = Object.keys(await grace.room.places.at('notes'));
    provider.dispose();
    await settle();
    expect(folder.text(PATH)).toBeNull();
    folder.put(PATH, 'new ');
    const anew = joan.open();
    await settle();
    expect(anew.model.getSource()).toBe('new ');
    const again = grace.open();
    await settle();
    expect(again.model.getSource()).toBe('new ');
    expect(Object.keys(await joan.room.places.at('notes'))).not.toEqual([before]);
  });

  it('is not asked about any more where another has kept it', async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder, folder, folder);
    const [hers, graces, joans] = pages.map(one => one.open());
    const [ada, grace, joan] = pages;
    await settle();
    await ada.mover.delete(PATH);
    hers.provider.dispose();
    await settle();
    expect([grace, joan].map(one => one.questions().length)).toEqual([1, 1]);
    graces.model.updateSource(0, 0, 'after ');
    joan.questions()[0].keep();
    await settle();
    hide();
    await settle();
    expect([grace, joan].map(one => one.questions().length)).toEqual([0, 0]);
    expect(folder.text(PATH)).toBe('after the plan ');
    expect(graces.model.dirty || joans.model.dirty).toBe(false);
  });

  it('does not replace what somebody has made in its place, and is kept as a copy', async () => {
    const { folder, grace, kept, provider, reopen, settle } = await deleted();
    folder.put(PATH, 'something new ');
    grace.questions()[0].keep();
    await settle();
    expect(folder.text(PATH)).toBe('something new ');
    expect(folder.text(COPY)).toBe('before the plan ');
    expect(kept).toHaveBeenCalledWith(PATH, COPY, false);
    expect(reopen).toHaveBeenCalledWith(PATH);
    provider.dispose();
    const anew = grace.open();
    await settle();
    expect(anew.model.getSource()).toBe('something new ');
  });

  it('is left by who deletes it before their tab is closed', async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder, folder);
    const [ada, grace] = pages;
    ada.open();
    grace.open();
    await settle();
    await ada.mover.delete(PATH);
    await settle();
    expect(await ada.room.places.at(PATH)).toEqual({}); // a file there is a new one
    expect(ada.questions()).toEqual([]);
    expect(grace.questions()).toHaveLength(1);
  });

  it('stays with those who have a server of their own', async () => {
    const folders = [
      new TextFiles({ [PATH]: 'the plan ' }),
      new TextFiles({ [PATH]: 'the plan ' })
    ];
    const { pages, settle } = people(...folders);
    const [hers, graces] = pages.map(one => one.open());
    await settle();
    await pages[0].mover.delete(PATH);
    hers.provider.dispose();
    await settle();
    expect(graces.told).toHaveBeenCalledWith(PATH, { what: 'deleted', by: 'Ada' });
    expect(pages[1].questions()).toEqual([]);
    expect(graces.model.dirty).toBe(false);
  });

  it('is not brought back by a page that comes, or is reloaded', async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder, folder, folder);
    const [ada, , joan] = pages;
    const [hers, graces] = [ada.open(), pages[1].open()];
    await settle();
    await ada.mover.delete(PATH);
    hers.provider.dispose();
    graces.model.updateSource(0, 0, 'after ');
    await settle();
    const guest = joan.open();
    await settle();
    hide();
    await settle();
    expect(guest.model.getSource()).toBe('after the plan ');
    expect(folder.text(PATH)).toBeNull();
    expect(joan.questions()).toMatchObject([{ by: 'Ada' }]);
    expect(guest.model.dirty).toBe(true);
  });
});

describe('a file of a server that somebody deletes without having opened it', () => {
  it('is asked about where it is open', async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder, folder, folder);
    const [ada, grace, joan] = pages;
    [grace, joan].forEach(one => one.open());
    await settle();
    await ada.mover.delete(PATH);
    await settle();
    expect([grace, joan].map(one => one.questions())).toMatchObject([
      [{ by: 'Ada' }],
      [{ by: 'Ada' }]
    ]);
  });

  it('is not told of where nobody shares it', async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder);
    await pages[0].mover.delete(PATH);
    await settle();
    expect(pages[0].room.directory.doc.toJSON()).toMatchObject({ deleted: {} });
  });
});

describe('a file of a server that is not there any more', () => {
  const shown = async () => {
    const folder = new TextFiles({ [PATH]: 'the plan ' });
    const { pages, settle } = people(folder, folder);
    const [hers, graces] = pages.map(one => one.open());
    await settle();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return { folder, pages, settle, hers, graces };
  };

  it('is not written by the next save, and everybody is asked', async () => {
    const { folder, graces, pages, settle } = await shown();
    folder.paths().forEach(path => folder.delete(path));
    graces.model.updateSource(0, 0, 'after ');
    hide();
    await settle();
    expect(folder.text(PATH)).toBeNull();
    vi.advanceTimersByTime(2000);
    await settle();
    expect(pages.map(one => one.questions())).toMatchObject([
      [{ by: '' }],
      [{ by: '' }]
    ]);
    hide();
    await settle();
    expect(folder.text(PATH)).toBeNull();
  });

  it('was moved, if somebody in the room says so then, and is saved there', async () => {
    const { folder, graces, hers, pages, settle } = await shown();
    folder.move(PATH, 'notes/idea.txt');
    graces.model.updateSource(0, 0, 'after ');
    hide();
    await settle();
    folder.move('notes/idea.txt', PATH);
    await pages[0].mover.rename(PATH, 'notes/idea.txt');
    await settle();
    vi.advanceTimersByTime(2000);
    hide();
    await settle();
    expect(pages.map(one => one.questions())).toEqual([[], []]);
    expect(folder.paths()).toEqual(['notes/idea.txt']);
    expect(folder.text('notes/idea.txt')).toBe('after the plan ');
    expect(graces.provider.path).toBe('notes/idea.txt');
    expect(hers.model.getSource()).toBe('after the plan ');
  });
});
