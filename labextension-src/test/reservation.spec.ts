// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { beforeEach, describe, expect, it } from 'vitest';

import { Directory } from '../src/document/directory';
import { Reservation } from '../src/document/reservation';
import type { DocumentRoom } from '../src/document/room';
import { RoomStore } from '../src/document/store';

let stores = 0;
let room: DocumentRoom;

/** What a tab asks with. */
const tab = () => new Reservation(room, 'document');

beforeEach(() => {
  const store = new RoomStore(`reservation/${stores++}`);
  room = { store, directory: new Directory() } as unknown as DocumentRoom;
});

describe('tabs that open a document at the same instant', () => {
  it('open one history, also when their files differ', async () => {
    const decided = await Promise.all([tab().decide('one'), tab().decide('two')]);
    expect(decided.map(({ lineage }) => lineage)).toEqual(['one', 'one']);
  });

  it('open one history, also when the room’s is not to be had', async () => {
    room.directory.register('document', 'theirs');
    const [one, two] = [tab(), tab()];
    expect((await one.decide('own')).lineage).toBe('theirs');
    expect((await two.decide('own')).lineage).toBe('theirs');
    expect(await one.confirm('theirs', 'own')).toBe(true);
    // what has arrived there is not shown beside what was begun here
    expect(await two.confirm('theirs', 'theirs')).toBe(false);
    expect((await two.decide('own')).lineage).toBe('own');
  });

  it('open the room’s once one of them has got it, and begin none of their own', async () => {
    room.directory.register('document', 'theirs');
    const [one, two] = [tab(), tab()];
    await one.decide('own', 'file');
    await two.decide('own', 'file');
    expect(await one.confirm('theirs', 'theirs')).toBe(true);
    expect(await two.confirm('theirs', 'own')).toBe(false);
    expect((await two.decide('own', 'file')).lineage).toBe('theirs');
  });

  it('leave what is remembered as it is', async () => {
    const base = { lineage: 'ours', digests: ['digest'] };
    await room.store.setBase('document', base);
    expect(await tab().decide('own')).toEqual({ base, lineage: 'ours' });
    expect(await tab().confirm('ours', 'ours')).toBe(true);
    expect(await room.store.base('document')).toEqual(base);
  });
});
