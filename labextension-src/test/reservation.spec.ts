// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { beforeEach, describe, expect, it } from 'vitest';

import { Directory } from '../src/document/directory';
import { Reservation } from '../src/document/reservation';
import type { DocumentRoom } from '../src/document/room';
import { RoomStore } from '../src/document/store';
import { documentOf, lineageOf } from './support/ids';

const DOCUMENT = documentOf('document');
const [ONE, TWO] = ['one', 'two'].map(lineageOf);
const [OURS, OWN, THEIRS] = ['ours', 'own', 'theirs'].map(lineageOf);

let stores = 0;
let room: DocumentRoom;

/** What a tab asks with. */
const tab = () => new Reservation(room, DOCUMENT);

beforeEach(() => {
  const store = new RoomStore(`reservation/${stores++}`);
  room = { store, directory: new Directory() } as unknown as DocumentRoom;
});

describe('tabs that open a document at the same instant', () => {
  it('open one history, also when their files differ', async () => {
    const decided = await Promise.all([tab().decide(ONE), tab().decide(TWO)]);
    expect(decided.map(({ lineage }) => lineage)).toEqual([ONE, ONE]);
  });

  it('open one history, also when the room’s is not to be had', async () => {
    room.directory.register(DOCUMENT, THEIRS);
    const [one, two] = [tab(), tab()];
    expect((await one.decide(OWN)).lineage).toBe(THEIRS);
    expect((await two.decide(OWN)).lineage).toBe(THEIRS);
    expect(await one.confirm(THEIRS, OWN)).toBe(true);
    // what has arrived there is not shown beside what was begun here
    expect(await two.confirm(THEIRS, THEIRS)).toBe(false);
    expect((await two.decide(OWN)).lineage).toBe(OWN);
  });

  it('open the room’s once one of them has got it, and begin none of their own', async () => {
    room.directory.register(DOCUMENT, THEIRS);
    const [one, two] = [tab(), tab()];
    await one.decide(OWN, 'file');
    await two.decide(OWN, 'file');
    expect(await one.confirm(THEIRS, THEIRS)).toBe(true);
    expect(await two.confirm(THEIRS, OWN)).toBe(false);
    expect((await two.decide(OWN, 'file')).lineage).toBe(THEIRS);
  });

  it('leave what is remembered as it is', async () => {
    const base = { lineage: OURS, digests: ['digest'] };
    await room.store.setBase(DOCUMENT, base);
    expect(await tab().decide(OWN)).toEqual({
      base,
      lineage: OURS
    });
    expect(await tab().confirm(OURS, OURS)).toBe(true);
    expect(await room.store.base(DOCUMENT)).toEqual(base);
  });
});
