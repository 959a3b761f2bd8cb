// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FileMover } from '../src/document/handwork';
import { Handwork } from '../src/document/handwork';
import { DocumentRooms } from '../src/document/rooms';
import { roomKeys } from '../src/room/keys';
import type { IWebRtcManager } from '../src/tokens';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';

/** Nothing can be loaded while the network is away. */
const network = vi.hoisted(() => ({ isAway: true }));

vi.mock('../src/document/room', async original => {
  if (network.isAway) {
    throw new Error('The network is away.');
  }
  return original();
});

// or no advancing of clocks would be enough
beforeAll(() => vi.importActual('../src/document/room'));

beforeEach(() => {
  network.isAway = true;
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  closeDocuments();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The network comes back. */
async function comeBack(rooms: DocumentRooms): Promise<void> {
  network.isAway = false;
  await vi.waitFor(() => expect(rooms.current).not.toBeNull(), 5000);
  await vi.advanceTimersByTimeAsync(60_000);
}

describe('while the code of a room is missing', () => {
  /** A page in a room with somebody who has a plan. */
  const page = async () => {
    const session = {
      keys: roomKeys(new Uint8Array(32)),
      name: 'r',
      signalingUrls: [],
      iceServers: []
    };
    const manager = {
      session: session as unknown as IWebRtcManager['session'],
      sessionChanged: new Signal<object, null>({}),
      watch: () => ({ dispose: () => undefined })
    };
    const rooms = new DocumentRooms(
      manager as unknown as IWebRtcManager,
      'site',
      false
    );
    await rooms.ready;
    expect(rooms.current).toBeNull();
    return { manager, rooms };
  };

  it('who has the file opens it at once', async () => {
    const { manager, rooms } = await page();
    const drive = new TextDrive(new TextFiles({ 'plan.txt': 'mine' }));
    const { model, provider } = openDocument(drive, 'plan.txt', null, { rooms });
    await vi.advanceTimersByTimeAsync(100);
    await provider.ready;
    expect(model.source).toBe('mine');
    manager.session = null;
    manager.sessionChanged.emit(null);
  });

  it('who leaves the room is told that there is no such file, and who closes the document waits no more', async () => {
    const { manager, rooms } = await page();
    const drive = new TextDrive();
    const left = openDocument(drive, 'plan.txt', null, { rooms }).provider;
    const closed = openDocument(drive, 'plan.txt', null, { rooms }).provider;
    const settled = vi.fn();
    closed.ready.then(settled, settled);
    await vi.advanceTimersByTimeAsync(100);
    closed.dispose();
    manager.session = null;
    manager.sessionChanged.emit(null);
    await expect(left.ready).rejects.toThrow('not there');
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).not.toHaveBeenCalled();
  });

  it('a guest waits, and the room hears what was done to files, once it has come', async () => {
    const { manager, rooms } = await page();
    const guest = openDocument(new TextDrive(), 'plan.txt', null, { rooms });
    const settled = vi.fn();
    guest.provider.ready.then(settled, settled);
    const moved: string[][] = [];
    const mover: FileMover = {
      rename: async (from, to) => {
        moved.push([from, to]);
        return { path: to } as Contents.IModel;
      },
      delete: async path => void moved.push([path])
    };
    new Handwork(mover, rooms, {
      ...manager,
      entered: Promise.resolve(),
      isShared: path => path === 'a.txt' || path === 'b.txt',
      isWithdrawn: () => false,
      room: { kind: 'none' },
      username: 'Ada'
    });
    await mover.rename('a.txt', 'b.txt');
    await mover.delete('b.txt');
    expect(moved).toEqual([['a.txt', 'b.txt'], ['b.txt']]);
    const told: unknown[] = [];
    rooms.changed.connect(() => {
      const { places } = rooms.current!;
      vi.spyOn(places, 'moved').mockImplementation(async (from, to, isTold) => {
        told.push([from, to, isTold('a.txt'), isTold('c.txt')]);
      });
      vi.spyOn(places, 'deleted').mockImplementation(async (path, by, isTold) => {
        told.push([path, by, isTold('b.txt'), isTold('c.txt')]);
      });
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(settled).not.toHaveBeenCalled(); // nobody knows that there is no such file
    expect(guest.waiting).not.toHaveBeenCalled(); // nobody was asked yet
    await comeBack(rooms);
    expect(settled).not.toHaveBeenCalled();
    expect(guest.waiting).toHaveBeenCalledOnce();
    expect(told).toEqual([
      ['a.txt', 'b.txt', true, false],
      ['b.txt', 'Ada', true, false]
    ]);
    rooms.current!.dispose();
  });
});
