// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { YFile } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { fetchIfThere } from '../src/document/arrival';
import { documentFormat } from '../src/document/format';
import { DocumentRoom } from '../src/document/room';
import { makeSeed } from '../src/document/seed';
import type { IRoomLink, RoomLink } from '../src/peer/link';
import { roomKeys } from '../src/room/keys';

const SESSION = {
  name: 'room',
  keys: roomKeys(new Uint8Array(32)),
  signalingUrls: [],
  iceServers: [],
  iceTransportPolicy: 'all',
  relay: 'never'
} as const;

const MANAGER = { watch: () => ({ isDisposed: false, dispose: () => undefined }) };

const FORMAT = documentFormat('file', new YFile())!;

/** A network that sends what a history began with, and then stalls, or not. */
async function network(isWhole: boolean) {
  const { update } = await makeSeed(FORMAT, 'the beginning ');
  return ({ doc, subject }: RoomLink.IOptions): IRoomLink => {
    if (subject === 'history') {
      Y.applyUpdate(doc, update);
    }
    const link = {
      state: { signaling: 'open', announced: 0, connected: 1, synced: false } as const,
      people: new Map<string, string>(),
      stateChanged: new Signal<object, void>({}),
      isDisposed: false,
      settled: () => Promise.resolve(isWhole),
      dispose: () => undefined
    };
    return link as unknown as IRoomLink;
  };
}

describe('a history that is fetched from others', () => {
  it.each([
    ['is taken once all of it is here', true],
    ['is not taken when only a part of it has arrived in time', false]
  ])('%s', async (_, isWhole) => {
    const connect = await network(isWhole);
    const room = new DocumentRoom(SESSION, MANAGER, `arrival ${isWhole}`, connect);
    const fetch = { room, manager: MANAGER, format: FORMAT };
    const arrival = await fetchIfThere(fetch, 'history');
    expect(arrival?.lineage ?? null).toBe(isWhole ? 'history' : null);
    room.dispose();
  });
});
