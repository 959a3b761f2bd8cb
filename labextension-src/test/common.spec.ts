// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { YFile } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { Directory } from '../src/document/directory';
import { DriveBase } from '../src/document/drive';
import { DriveFile } from '../src/document/file';
import { documentFormat } from '../src/document/format';
import type { DocumentRoom } from '../src/document/room';
import { makeSeed } from '../src/document/seed';
import { Sightings } from '../src/document/sightings';
import { RoomStore } from '../src/document/store';
import type { DocumentId, Lineage } from '../src/room/ids';
import { TextDrive, TextFiles } from './support/drive';

const PATH = 'plan.txt';
const COPY = 'plan (my copy).txt';

let stores = 0;
const opened: Sightings[] = [];

/** A drive of a server that makes something else of what it is given. */
class HookedDrive extends TextDrive {
  constructor(files: TextFiles, made: (text: string) => string) {
    super(files, true);
    const { save } = this;
    this.save = (path, model) => {
      this.saves++;
      return save(path, { ...model, content: made(model.content as string) });
    };
  }

  saves = 0;
}

/** A page of somebody in the room that has the file open. */
async function open(drive: TextDrive) {
  const model = new YFile();
  model.awareness.setLocalStateField('user', {}); // as every page does
  const format = documentFormat('file', model)!;
  const kept = vi.fn();
  const file = new DriveFile({
    drive: drive as unknown as Contents.IDrive,
    site: 'a server',
    path: PATH,
    contentType: 'file',
    format: 'text',
    canonical: content => format.canonical(content),
    isForeign: () => false,
    isShared: true,
    keepVersion: () => Promise.resolve(),
    shipped: () => Promise.resolve(null),
    rename: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    relocated: () => undefined,
    isOpen: () => false,
    kept
  });
  const store = new RoomStore(`common/${stores++}`);
  const sightings = new Sightings(model.awareness);
  opened.push(sightings);
  const base = new DriveBase({
    room: { store, directory: new Directory() } as unknown as DocumentRoom,
    documentId: 'd' as DocumentId,
    lineage: 'l' as Lineage,
    model,
    format,
    drive: file,
    sightings,
    lineageOf: canonical => Promise.resolve(`lineage of ${canonical}` as Lineage)
  });
  const type = (words: string) =>
    model.updateSource(model.source.length, model.source.length, words);
  /** Open it as the room has it, or begin with the file. */
  const enter = async (company?: YFile) => {
    const content = await file.load();
    if (company) {
      meet(company, model);
      await base.opened(content);
    } else {
      const seed = await makeSeed(format, format.canonical(content));
      Y.applyUpdate(model.ydoc, seed.update);
      await base.begun(format.canonical(content), seed.update, true);
    }
  };
  return { base, enter, kept, model, type };
}

/** Let two pages have what the other has. */
function meet(...[one, other]: [YFile, YFile]): void {
  for (const [from, to] of [
    [one, other],
    [other, one]
  ]) {
    Y.applyUpdate(to.ydoc, Y.encodeStateAsUpdate(from.ydoc));
    applyAwarenessUpdate(
      to.awareness,
      encodeAwarenessUpdate(from.awareness, [...from.awareness.getStates().keys()]),
      'network'
    );
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  opened.splice(0).forEach(one => one.dispose());
  vi.useRealTimers();
});

/** What takes time, without waiting for that. */
async function soon<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise(resolve => setImmediate(resolve));
  }
  return work;
}

describe('a drive that makes something else of what is written', () => {
  /** Two people in the room, of whom one has written. */
  async function written() {
    const files = new TextFiles({ [PATH]: 'the plan' });
    const drive = new HookedDrive(files, text => text.replace(/ \[.*?\]/g, ''));
    const [ada, grace] = [await open(drive), await open(drive)];
    await soon(ada.enter());
    meet(ada.model, grace.model);
    await soon(grace.enter(ada.model));
    ada.type(', done [output]');
    meet(ada.model, grace.model);
    await soon(ada.base.save());
    meet(ada.model, grace.model);
    return { ada, drive, files, grace };
  }

  it('has nobody’s own saves taken for somebody else’s', async () => {
    const { ada, files, grace } = await written();
    expect(files.text(PATH)).toBe('the plan, done');
    await soon(grace.base.save());
    grace.type(' [more]');
    meet(ada.model, grace.model);
    await soon(grace.base.save());
    meet(ada.model, grace.model);
    await soon(ada.base.save());
    expect(files.paths()).toEqual([PATH]);
    for (const { kept, model } of [ada, grace]) {
      expect(kept).not.toHaveBeenCalled();
      expect(model.source).toBe('the plan, done [output] [more]');
    }
  });

  it('is not written to again and again by those who show the same', async () => {
    const { ada, drive, grace } = await written();
    const { saves } = drive;
    for (let round = 0; round < 4; round++) {
      for (const page of [grace, ada]) {
        await soon(page.base.save());
        meet(ada.model, grace.model);
      }
    }
    expect(drive.saves).toBe(saves);
  });

  it('is written to by who comes, and has something to add', async () => {
    const { ada, drive, files, grace } = await written();
    const joan = await open(drive);
    meet(ada.model, joan.model);
    await soon(joan.enter(ada.model));
    expect(joan.kept).not.toHaveBeenCalled();
    joan.type(' and more');
    await soon(joan.base.save());
    expect(files.text(PATH)).toBe('the plan, done and more');
    meet(ada.model, joan.model);
    meet(ada.model, grace.model);
    await soon(grace.base.save());
    expect(files.paths()).toEqual([PATH]);
  });

  it('is written to when the user wants it', async () => {
    const { ada, drive } = await written();
    const { saves } = drive;
    await soon(ada.base.save(true));
    expect(drive.saves).toBe(saves + 1);
  });
});

describe('what was found in one’s drive is kept as a copy', () => {
  it('of one’s own, if one came with it', async () => {
    const [adas, graces] = ['the plan', 'my own plan'].map(
      text => new TextDrive(new TextFiles({ [PATH]: text }), true)
    );
    const [ada, grace] = [await open(adas), await open(graces)];
    await soon(ada.enter());
    meet(ada.model, grace.model);
    await soon(grace.enter(ada.model));
    expect(graces.files.text(COPY)).toBe('my own plan');
    expect(grace.kept).toHaveBeenCalledExactlyOnceWith(PATH, COPY, false);
  });

  it('of somebody else’s, if it was written meanwhile', async () => {
    const drive = new TextDrive(new TextFiles({ [PATH]: 'the plan' }), true);
    const ada = await open(drive);
    await soon(ada.enter());
    ada.type(', mine');
    drive.files.put(PATH, 'another plan');
    await soon(ada.base.save());
    expect(drive.files.text(COPY)).toBe('another plan');
    expect(ada.kept).toHaveBeenCalledExactlyOnceWith(PATH, COPY, true);
  });
});
