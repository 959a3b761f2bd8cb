// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { YFile } from '@jupyter/ydoc';
import { expect, it } from 'vitest';
import type * as Y from 'yjs';

import { cutAll, openPage } from './peer/browsers';
import { fetchIfThere } from '../src/document/arrival';
import { documentFormat } from '../src/document/format';
import { hasContent } from '../src/document/state';
import { DocumentRoom } from '../src/document/room';
import { makeSeed } from '../src/document/seed';
import { RoomLink } from '../src/peer/link';
import type { Lineage } from '../src/room/ids';
import { roomKeys } from '../src/room/keys';

/** The room of `openPage`, where the names of topics are the topics. */
const SESSION = {
  name: 'room',
  keys: {
    ...roomKeys(new Uint8Array(32).fill(1)),
    topic: (subject: string) => subject
  },
  signalingUrls: ['ws://signaling'],
  iceServers: [],
  iceTransportPolicy: 'all',
  relay: 'never'
} as const;

/** What `openPage` shares. */
const HISTORY = 'subject';

const MANAGER = { watch: () => ({ isDisposed: false, dispose: () => undefined }) };

const FORMAT = documentFormat('file', new YFile())!;

it.each([
  ['is taken once all of it is here', false],
  ['is not taken when only a part of it has arrived in time', true]
])('a history that is fetched from others %s', async (_, isCut) => {
  const { update } = await makeSeed(FORMAT, 'the beginning ');
  const host = await openPage('host', 'host', 1, 'never', update);
  const text = host.doc.getText('source');
  for (let i = 0; i < 300; i++) {
    text.insert(0, `${i} `.repeat(2000)); // so that it is sent in several parts
  }
  let fetched: Y.Doc | null = null;
  const room = new DocumentRoom(SESSION, MANAGER, `arrival ${isCut}`, options => {
    const { doc, subject } = options;
    if (subject === HISTORY) {
      fetched = doc;
      doc.on('update', () => isCut && hasContent(doc) && cutAll(true));
    }
    return new RoomLink(options);
  });
  const fetch = { room, manager: MANAGER, format: FORMAT };
  const arrival = await fetchIfThere(
    fetch,
    HISTORY as Lineage,
    new AbortController().signal
  );
  expect(hasContent(fetched!)).toBe(true);
  expect(fetched!.getText('source').length === text.length).toBe(!isCut);
  expect(arrival?.lineage ?? null).toBe(isCut ? null : HISTORY);
  room.dispose();
  host.link.dispose();
});
