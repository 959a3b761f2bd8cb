// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { PromiseDelegate } from '@lumino/coreutils';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { Directory } from '../src/document/directory';
import type { FileMover } from '../src/document/handwork';
import { Handwork } from '../src/document/handwork';
import { exclusively } from '../src/document/lock';
import type { IMovableFile } from '../src/document/places';
import { kindOf } from '../src/document/kind';
import { DocumentPlaces } from '../src/document/places';
import type { DocumentRoom } from '../src/document/room';
import { RoomStore } from '../src/document/store';
import type { DocumentId } from '../src/room/ids';
import { roomKeys } from '../src/room/keys';
import { Browser } from './simulator/browser';
import { Drive } from './simulator/drive';
import { TEXT_FILE } from './simulator/kinds';
import { Network } from './simulator/network';
import { breathe, calm } from './simulator/world';
import { lineageOf } from './support/ids';

// as on plain HTTP, where digests are made in step
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

const keys = roomKeys(new Uint8Array(32));
const A = { path: 'a.txt', contentType: 'file', format: 'text' };
const B = { ...A, path: 'b.txt' };
const idOf = (file: typeof A, generation = 0) =>
  keys.documentId({ ...file, generation });

let stores = 0;

/** A person: a drive, and what their browser knows of the room. */
function person(files: Record<string, string>, site: Record<string, string> = {}) {
  const drive = new Drive(new Map(Object.entries(site)));
  Object.entries(files).forEach(([path, content]) => drive.set(path, content));
  const store = new RoomStore(`places/${stores++}`);
  const directory = new Directory();
  const others = { here: true };
  const withdrawn = new Set<string>();
  const places = new DocumentPlaces({
    keys,
    directory,
    store,
    settled: () => Promise.resolve(),
    isShown: () => Promise.resolve(others.here)
  });
  const mover: FileMover = {
    rename: (path, to) => {
      drive.rename(path, to);
      // as JupyterLite moves what is in a folder
      const inside = drive.files.filter(([one]) => one.startsWith(`${path}/`));
      const moved = inside.map(([one]) =>
        mover.rename(one, to + one.slice(path.length))
      );
      return Promise.all(moved).then(() => ({ path: to }) as never);
    },
    delete: path => Promise.resolve(drive.delete(path))
  };
  const room = { store, places } as unknown as DocumentRoom;
  const handwork = new Handwork(
    mover,
    { current: room, ready: Promise.resolve() },
    {
      entered: Promise.resolve(),
      isShared: () => false,
      isWithdrawn: path => withdrawn.has(path),
      room: { kind: 'named', name: 'room' },
      username: 'Ada'
    }
  );
  const file = (path: string): IMovableFile & { path: string } => {
    const here = {
      path,
      exists: (one: string) => Promise.resolve(drive.get(one) !== null),
      isAsShipped: (one: string) =>
        Promise.resolve(drive.get(one) === drive.shipped(one)),
      move: (from: string, to: string) => {
        drive.rename(from, to);
        return Promise.resolve();
      },
      follow: (to: string) => {
        here.path = to;
      }
    };
    return here;
  };
  /** Open a file in the room. */
  const open = async (
    at: typeof A,
    hint: string | null = null,
    isRequested = false
  ) => {
    const id = await places.resolve(at, hint as DocumentId, isRequested);
    const opened = file(at.path);
    opened.follow(await places.enter(id, opened, kindOf(at)));
    return { id, file: opened };
  };
  return { drive, store, directory, places, mover, handwork, open, others, withdrawn };
}

type IPerson = ReturnType<typeof person>;

/** Exchange what two people know of the room. */
function meet(one: IPerson, two: IPerson): void {
  const [a, b] = [one.directory.doc, two.directory.doc];
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
}

describe('a document that a peer says is called as a file of mine', () => {
  it.each(['places', 'directory', '../x', `${idOf(A)}/x`])(
    'is none where its id is “%s”, so that the file opens',
    async id => {
      const warn = vi.spyOn(console, 'warn').mockReturnValue();
      const ada = person({ 'b.txt': 'text' });
      const evil = new Y.Doc();
      evil.getMap('titles').set(id, { path: 'b.txt', kind: 'file/text' });
      Y.applyUpdate(ada.directory.doc, Y.encodeStateAsUpdate(evil));
      const opened = await ada.open(B);
      expect(opened.id).toBe(idOf(B));
      expect(await ada.store.base(opened.id)).toBeNull();
      expect((await ada.open(B)).id).toBe(idOf(B));
      warn.mockRestore();
    }
  );
});

describe('a document that somebody renames', () => {
  it('is renamed in the drives of the others, and keeps its id', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    const [hers, theirs] = [await ada.open(A), await grace.open(A)];
    expect(hers.id).toBe(theirs.id);
    await ada.mover.rename('a.txt', 'b.txt');
    meet(ada, grace);
    const news = await grace.places.keepUp(theirs.id, theirs.file);
    expect(theirs.file.path).toBe('b.txt');
    expect(news).toEqual([{ what: 'renamed', from: 'a.txt', name: 'b.txt' }]);
    expect(grace.drive.files).toEqual([['b.txt', 'text']]);
    expect((await grace.open(B)).id).toBe(hers.id);
    expect(await grace.places.keepUp(theirs.id, theirs.file)).toEqual([]);
  });

  it('replaces nothing: it gets a name of its own where the new one is taken', async () => {
    const ada = person({ 'a.txt': 'text' });
    const grace = person({ 'a.txt': 'text', 'b.txt': 'mine', 'b (shared).txt': 'too' });
    await ada.open(A);
    const { id, file } = await grace.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    meet(ada, grace);
    await grace.places.keepUp(id, file);
    expect(new Map(grace.drive.files as [string, string][])).toEqual(
      new Map([
        ['b.txt', 'mine'],
        ['b (shared).txt', 'too'],
        ['b (shared 2).txt', 'text']
      ])
    );
    // and the others keep the name that Ada gave it
    meet(ada, grace);
    expect(ada.directory.title(id)?.path).toBe('b.txt');
  });

  it('is followed, and nothing more, where people have one drive', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    await ada.open(A);
    const { id, file } = await grace.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    grace.drive.rename('a.txt', 'b.txt'); // it is the same
    meet(ada, grace);
    const open = Object.assign(file, { isShared: true });
    await grace.places.keepUp(id, open);
    expect(open.path).toBe('b.txt');
    expect(grace.drive.files).toEqual([['b.txt', 'text']]);
  });

  it('comes home in the place of what the site ships there', async () => {
    const site = { 'a.txt': 'text' };
    const [ada, grace] = [person({}, site), person({}, site)];
    await ada.open(A);
    const { id, file } = await grace.open(A);
    for (const [from, to] of [
      ['a.txt', 'b.txt'],
      ['b.txt', 'a.txt']
    ]) {
      await ada.mover.rename(from, to);
      meet(ada, grace);
      await grace.places.keepUp(id, file);
      expect(file.path).toBe(to);
    }
    expect((await grace.open(A)).id).toBe(id);
  });

  it('goes with its folder, and each tab follows', async () => {
    const inside = { ...A, path: 'folder/a.txt' };
    const ada = person({ folder: '', 'folder/a.txt': 'text' });
    const { id, file } = await ada.open(inside);
    const other = await ada.open(inside); // another tab
    await ada.mover.rename('folder', 'moved');
    expect(ada.directory.title(id)?.path).toBe('moved/a.txt');
    file.follow('moved/a.txt');
    expect(await ada.places.keepUp(id, other.file)).toEqual([]);
    expect(other.file.path).toBe('moved/a.txt');
  });

  it('is where its links lead, also in a drive that has something else there', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    const [guest, other] = [person({}), person({ 'a.txt': 'mine', 'b.txt': 'mine' })];
    meet(ada, guest);
    meet(ada, other);
    expect(await guest.open(A, id)).toMatchObject({ id, file: { path: 'b.txt' } });
    const here = await other.open(A, id);
    expect(here).toMatchObject({ id, file: { path: 'b (shared).txt' } });
  });

  it('is where an address leads that has its old name, until something new has it', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    const guest = person({});
    meet(ada, guest);
    expect((await guest.open(A, null, true)).id).toBe(id);
    const late = person({});
    ada.directory.register(idOf(A, 1), lineageOf('lineage'));
    meet(ada, late);
    expect((await late.open(A, null, true)).id).toBe(idOf(A, 1));
  });

  it('is not told to the room when it was taken out of it', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    ada.withdrawn.add('a.txt');
    await ada.mover.rename('a.txt', 'secret.txt');
    expect(ada.directory.title(id)).toBeNull();
    expect((await ada.open({ ...A, path: 'secret.txt' })).id).toBe(id);
  });

  it('is not followed to places that nobody should write to', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    await ada.open(A);
    const { id, file } = await grace.open(A);
    for (const path of ['../b.txt', '.b.txt', 'drive:b.txt', 'b%2ftxt', 5]) {
      ada.directory.rename(id, { path: path as string, kind: 'file/text' });
      meet(ada, grace);
      await grace.places.keepUp(id, file);
      expect(file.path).toBe('a.txt');
    }
  });
});

describe('a file that is moved while it is open', () => {
  it('is told about, also if the room is only being entered', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    const ready = new PromiseDelegate<void>();
    const rooms: { current: DocumentRoom | null; ready: Promise<void> } = {
      current: null,
      ready: ready.promise
    };
    const mover: FileMover = {
      rename: (path, to) => {
        ada.drive.rename(path, to);
        return Promise.resolve({ path: to } as never);
      },
      delete: path => Promise.resolve(ada.drive.delete(path))
    };
    new Handwork(mover, rooms, {
      entered: Promise.resolve(),
      isShared: () => true,
      isWithdrawn: () => false,
      room: { kind: 'named', name: 'room' },
      username: 'Ada'
    });
    const moving = mover.rename('a.txt', 'b.txt');
    await breathe();
    rooms.current = { store: ada.store, places: ada.places } as unknown as DocumentRoom;
    ready.resolve();
    await moving;
    expect(ada.directory.title(id)?.path).toBe('b.txt');
    expect((await ada.open(B)).id).toBe(id);
  });

  it('is moved later if it can’t be now, and does not stand twice', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    await ada.open(A);
    const { id, file } = await grace.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    meet(ada, grace);
    const full = Object.assign(
      { ...file },
      {
        move: () => Promise.reject(new Error('no space')),
        follow: () => undefined
      }
    );
    await expect(grace.places.keepUp(id, full)).rejects.toThrow('no space');
    await grace.places.keepUp(id, file);
    expect(file.path).toBe('b.txt');
    expect(grace.drive.files).toEqual([['b.txt', 'text']]);
  });

  it('is not saved meanwhile', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    const saved = new PromiseDelegate<void>();
    const saving = exclusively(ada.store.lockName(id), () => saved.promise);
    const moving = ada.mover.rename('a.txt', 'b.txt');
    await breathe();
    expect(ada.drive.get('b.txt')).toBeNull();
    saved.resolve();
    await saving;
    await moving;
    expect(ada.drive.files).toEqual([['b.txt', 'text']]);
  });

  it('is saved by another tab where it is, before that has heard of it', async () => {
    const network = new Network();
    const ada = new Browser(0, network, `tabs ${stores++}`, new Map());
    const { path } = TEXT_FILE;
    ada.drive.set(path, TEXT_FILE.file('text'));
    ada.open(0, path);
    ada.open(1, path);
    const [one, other] = ada.pages;
    await calm(network, () => one.model !== null && other.model !== null);
    await one.handwork.rename(path, 'b.txt');
    TEXT_FILE.type(other, 'word', 0);
    await other.save();
    expect(other.path).toBe('b.txt');
    expect(ada.drive.files).toEqual([['b.txt', 'word text ']]);
    [0, 1].forEach(tab => ada.close(tab, 'close'));
  });
});

describe('a new file of an old name', () => {
  it('is a new document after a rename, the same one in two halves of a room', async () => {
    const ada = person({ 'a.txt': 'text' });
    const { id } = await ada.open(A);
    await ada.mover.rename('a.txt', 'b.txt');
    ada.drive.set('a.txt', 'new');
    const [grace, joan] = [person({ 'a.txt': 'new' }), person({ 'a.txt': 'other' })];
    meet(ada, grace);
    meet(ada, joan);
    const ids = [await ada.open(A), await grace.open(A), await joan.open(A)];
    expect(ids.map(one => one.id)).toEqual(Array(3).fill(idOf(A, 1)));
    expect(id).toBe(idOf(A));
  });

  it('is a new document after a deletion, also for those who come later', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    await ada.open(A);
    const { id, file } = await grace.open(A);
    await ada.mover.delete('a.txt');
    ada.drive.set('a.txt', 'new');
    const anew = await ada.open(A);
    expect(anew.id).not.toBe(id);
    meet(ada, grace);
    // who has the old one keeps it, and is told once
    const news = await grace.places.keepUp(id, file);
    expect(news).toEqual([{ what: 'deleted', by: 'Ada' }]);
    expect(await grace.places.keepUp(id, file)).toEqual([]);
    expect((await grace.open(A)).id).toBe(id);
    const late = person({});
    meet(ada, late);
    expect((await late.open(A)).id).toBe(anew.id);
    // and a link to the new one does not replace the old one
    const linked = await grace.open(A, anew.id);
    expect(linked).toMatchObject({ id: anew.id, file: { path: 'a (shared).txt' } });
  });

  it('is what others see as long as only one person has deleted it', async () => {
    const [ada, late] = [person({ 'a.txt': 'text' }), person({})];
    const { id } = await ada.open(A);
    await ada.mover.delete('a.txt');
    meet(ada, late);
    expect((await late.open(A)).id).toBe(id);

    // but not when nobody else was there to keep it
    ada.others.here = false;
    ada.drive.set('b.txt', 'text');
    const gone = await ada.open(B);
    await ada.mover.delete('b.txt');
    meet(ada, late);
    expect((await late.open(B)).id).not.toBe(gone.id);
  });

  it('is not the same document as notebook and as text', async () => {
    const ada = person({ 'a.ipynb': 'text' });
    const notebook = { path: 'a.ipynb', contentType: 'notebook', format: 'json' };
    const text = { ...A, path: 'a.ipynb' };
    const { id } = await ada.open(notebook);
    expect((await ada.open(text, id)).id).toBe(idOf(text));
  });
});

describe('a name that somebody says many documents have had', () => {
  it('is given to a new one with few steps, the same for everybody', async () => {
    const [ada, grace] = [person({ 'a.txt': 'text' }), person({ 'a.txt': 'text' })];
    const ids = Array.from({ length: 2000 }, (_, generation) =>
      keys.documentId({ ...A, generation })
    );
    ada.directory.doc.transact(() => ids.forEach(id => ada.directory.retire(id)));
    meet(ada, grace);
    const derive = vi.spyOn(keys, 'documentId');
    const [mine, yours] = [await ada.open(A), await grace.open(A)];
    expect(derive.mock.calls.length).toBeLessThan(400);
    derive.mockRestore();
    expect(mine.id).toBe(yours.id);
    expect(mine.id).toBe(keys.documentId({ ...A, generation: 2000 }));
  });
});
