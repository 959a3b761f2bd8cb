// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { RoomStore } from '../src/document/store';
import type { DocumentId, Lineage } from '../src/room/ids';

describe('what a browser keeps of a room', () => {
  it('is there after a reload: histories and bases', async () => {
    const before = new RoomStore('site/room');
    const doc = new Y.Doc();
    const release = await before.keep('lineage', doc);
    doc.getText('source').insert(0, 'hello');
    await before.setBase('document' as DocumentId, {
      lineage: 'lineage' as Lineage,
      digests: ['d']
    });
    await release();
    await before.dispose();

    const after = new RoomStore('site/room');
    const again = new Y.Doc();
    const releaseAgain = await after.keep('lineage', again);
    expect(again.getText('source').toJSON()).toBe('hello');
    expect(await after.base('document' as DocumentId)).toEqual({
      lineage: 'lineage' as Lineage,
      digests: ['d']
    });
    expect(await after.base('other' as DocumentId)).toBeNull();
    await releaseAgain();
    await after.dispose();
  });

  it('is told apart by room and by lineage', async () => {
    const doc = new Y.Doc();
    await (
      await new RoomStore('site/room 1').keep('a', doc)
    )();
    doc.getText('source').insert(0, 'not kept any more');
    for (const [room, lineage] of [
      ['site/room 1', 'b'],
      ['site/room 2', 'a'],
      ['site/room 1', 'a']
    ]) {
      const other = new Y.Doc();
      await (
        await new RoomStore(room).keep(lineage, other)
      )();
      expect(other.getText('source').toJSON()).toBe('');
    }
  });

  it('is refused as long as it is for any document that has a history open', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const store = new RoomStore('site/full');
    const docs = [new Y.Doc(), new Y.Doc()];
    const releases = [];
    for (const doc of docs) {
      releases.push(await store.keep('lineage', doc));
    }
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no space', 'QuotaExceededError');
    });
    docs.forEach((doc, number) => doc.getText('source').insert(0, `${number}`));
    await vi.waitUntil(() => store.isRefused);
    await releases[1]();
    expect(store.isRefused).toBe(true);
    await releases[0]();
    expect(store.isRefused).toBe(false);
    add.mockRestore();
    warn.mockRestore();
    await store.dispose();
  });

  it('is nothing where the browser refuses, and nothing breaks', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    try {
      const store = new RoomStore('site/refused');
      const release = await store.keep('lineage', new Y.Doc());
      await store.setBase('document' as DocumentId, {
        lineage: 'l' as Lineage,
        digests: ['d']
      });
      // as long as the page is there
      expect(await store.base('document' as DocumentId)).toEqual({
        lineage: 'l' as Lineage,
        digests: ['d']
      });
      expect(
        await new RoomStore('site/refused').base('document' as DocumentId)
      ).toBeNull();
      await release();
      expect(warn).toHaveBeenCalledTimes(2); // once for each store
    } finally {
      open.mockRestore();
      warn.mockRestore();
    }
  });
});
