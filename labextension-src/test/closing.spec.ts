// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { Signal } from '@lumino/signaling';
import { YFile } from '@jupyter/ydoc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { documentFormat } from '../src/document/format';
import type { DocumentRoom } from '../src/document/room';
import { makeSeed } from '../src/document/seed';
import type { IRoomLink } from '../src/peer/link';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { breathe, settle } from './simulator/world';
import { closeDocuments, openDocument } from './support/document';
import { lineageOf } from './support/ids';
import { TextDrive, TextFiles } from './support/drive';

const PATH = 'plan.txt';

let runs = 0;

/** Two people in a room of their own, and the links that the second one has. */
function people() {
  const network = new Network();
  const run = `closing ${runs++}`;
  const [theirs, room] = [0, 1].map(number =>
    enterRoom(new Browser(number, network, run, new Map()))
  );
  const links: IRoomLink[] = [];
  const { connect } = room;
  Object.assign(room, {
    connect: (options: Parameters<typeof connect>[0]) => {
      const link = connect(options);
      links.push(link);
      return link;
    }
  });
  const isOver = () => links.every(link => link.isDisposed);
  return { isOver, links, network, room, theirs };
}

/** Somebody shares a plan, and is away by the time that is given back. */
async function sharedAndAway(room: DocumentRoom, network: Network) {
  const drive = new TextDrive(new TextFiles({ [PATH]: 'the host’s ' }));
  const { provider } = openDocument(drive, PATH, room);
  await settle(network);
  provider.dispose();
  await settle(network);
  return drive;
}

afterEach(() => {
  closeDocuments();
  vi.restoreAllMocks();
});

describe('a guest who closes a document while waiting for others', () => {
  it('waits no more: no file appears in their drive later', async () => {
    const { isOver, network, room, theirs } = people();
    const host = await sharedAndAway(theirs, network);
    const drive = new TextDrive();
    const { provider } = openDocument(drive, PATH, room);
    await settle(network);
    expect(isOver()).toBe(false);
    provider.dispose();
    expect(isOver()).toBe(true);

    openDocument(host, PATH, theirs);
    await settle(network);
    expect(drive.files.paths()).toEqual([]);
    expect(isOver()).toBe(true);
  });

  it('can open it again at once, and gets it when they come', async () => {
    const { network, room, theirs } = people();
    const host = await sharedAndAway(theirs, network);
    const drive = new TextDrive();
    const first = openDocument(drive, PATH, room);
    await settle(network);
    first.provider.dispose();
    const again = openDocument(drive, PATH, room);
    const shared = openDocument(host, PATH, theirs);
    await settle(network);
    await again.provider.ready;
    shared.model.updateSource(0, 0, 'again, ');
    await settle(network);
    expect(again.model.source).toBe('again, the host’s ');
    expect(first.model.source).toBe('');
  });
});

describe('a guest whose other tab has opened another history meanwhile', () => {
  it('opens the same in both, and not what has arrived', async () => {
    const { network, room, theirs } = people();
    const { model } = openDocument(new TextDrive(), PATH, room);
    await settle(network);
    const file = { path: PATH, contentType: 'file', format: 'text' };
    const documentId = await room.places.resolve(file, null);
    const lineage = lineageOf('the other tab’s');
    const format = documentFormat('file', new YFile())!;
    const { digest, update } = await makeSeed(format, 'of the other tab');
    const state = { digest, update };
    await room.store.setBase(documentId, { lineage, digests: [], state });
    await sharedAndAway(theirs, network);
    expect(model.source).toBe('of the other tab');
  });
});

describe('who closes a document while the room’s version is fetched', () => {
  it('leaves nothing behind, and opens that version next time', async () => {
    const { isOver, network, room, theirs } = people();
    const host = await sharedAndAway(theirs, network);
    const drive = new TextDrive(new TextFiles({ [PATH]: 'mine ' }));
    const first = openDocument(drive, PATH, room);
    const shared = openDocument(host, PATH, theirs);
    for (let turn = 0; turn < 100 && isOver(); turn++) {
      await breathe(); // until it is asked for
    }
    expect(isOver()).toBe(false);
    first.provider.dispose();
    expect(isOver()).toBe(true);

    const again = openDocument(drive, PATH, room);
    await settle(network);
    expect(again.model.source).toBe('the host’s ');
    expect(shared.model.source).toBe('the host’s ');
    expect(drive.files.paths().sort()).toEqual(['plan (my copy).txt', PATH]);
  });
});

describe('who takes a document out of the room while it opens', () => {
  it('joins nothing from then on, whenever that is', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const { isOver, links, network, room } = people();
      const sharing = { isShared: true, sharingChanged: new Signal<object, void>({}) };
      const drive = new TextDrive(new TextFiles({ [PATH]: 'mine' }));
      const { model, provider } = openDocument(drive, PATH, room, {
        manager: {
          isShared: () => sharing.isShared,
          sharingChanged: sharing.sharingChanged
        }
      });
      const meeting = settle(network); // goes on while it opens
      await breathe(turns);
      const before = links.length;
      sharing.isShared = false;
      sharing.sharingChanged.emit();
      expect(isOver()).toBe(true);
      await meeting;
      await settle(network);
      await provider.ready;
      expect(links).toHaveLength(before);
      expect(model.source).toBe('mine');
      expect(provider.isPrivate).toBe(true);
    }
  });
});

describe('who closes a document while it opens', () => {
  /** Count what is begun of a room and a drive from now on. */
  const watch = (room: DocumentRoom, drive: TextDrive) => {
    const begun: string[] = [];
    const count = (what: string, owner: object, name: string) => {
      const method = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
      Object.assign(owner, {
        [name]: (...args: unknown[]) => {
          begun.push(what);
          return Reflect.apply(method, owner, args);
        }
      });
    };
    count('connects', room, 'connect');
    count('waits for the room', room, 'settled');
    count('keeps', room.store, 'keep'); // what is being noted may be finished
    ['get', 'save'].forEach(name => count(`${name} of the drive`, drive, name));
    return begun;
  };

  it.each(['with a file', 'without a file', 'that the browser keeps'])(
    'begins nothing any more, whenever that is: %s',
    async what => {
      for (let turns = 0; turns < 60; turns++) {
        const { isOver, network, room, theirs } = people();
        const holderAway = () => () => undefined;
        const hasFile = what !== 'without a file';
        const drive = new TextDrive(new TextFiles(hasFile ? { [PATH]: 'mine' } : {}));
        if (what === 'that the browser keeps') {
          const before = openDocument(drive, PATH, room);
          await settle(network);
          before.provider.dispose();
          await settle(network);
        }
        const host = new TextDrive(new TextFiles({ [PATH]: 'the host’s' }));
        openDocument(host, PATH, theirs, { holderAway });
        const { model, provider } = openDocument(drive, PATH, room, { holderAway });
        const meeting = settle(network); // goes on while it opens
        await breathe(turns);
        if (provider.isOpen) {
          await meeting;
          break; // it has opened before
        }
        provider.dispose();
        const source = model.source;
        const begun = watch(room, drive);
        await meeting;
        await settle(network);
        expect({ turns, begun }).toEqual({ turns, begun: [] });
        expect(isOver()).toBe(true);
        expect(model.source).toBe(source);
        closeDocuments();
      }
    }
  );
});

describe('a page that is in a topic', () => {
  it('can’t join it once more before it has left', async () => {
    const { room } = people();
    const join = () => {
      const doc = new Y.Doc();
      const awareness = new Awareness(doc);
      return room.connect({ session: room.session, subject: 'one', doc, awareness });
    };
    const link = join();
    expect(join).toThrow('already');
    link.dispose();
    join().dispose();
  });
});
