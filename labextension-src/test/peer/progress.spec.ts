// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as encoding from 'lib0/encoding';
import { ObservableV2 } from 'lib0/observable';
import { messageYjsSyncStep2, writeSyncStep1 } from 'y-protocols/sync';
import { expect, it } from 'vitest';
import * as Y from 'yjs';

import type { Peer } from '../../src/peer/peer';
import { MESSAGE_SYNC, Progress } from '../../src/peer/progress';

/** Have a peer say that it has what a document has. */
function watched(theirs: Y.Doc) {
  const progress = new Progress(new Y.Doc());
  const peer = new ObservableV2<Record<string, (value?: unknown) => void>>();
  progress.watch(peer as unknown as Peer);
  peer.emit('connect', []);
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_SYNC);
  writeSyncStep1(encoder, theirs);
  peer.emit('data', [encoding.toUint8Array(encoder)]);
  return { peer, progress };
}

it('presence and small edits that pass a large message leave its progress as it is', () => {
  const theirs = new Y.Doc();
  theirs.getMap('cell').set('output', 'much');
  const { peer, progress } = watched(theirs);
  expect(progress.fraction).toBe(0);
  peer.emit('progress', [{ received: 40_000, total: 100_000 }]);
  peer.emit('data', [Uint8Array.of(1, 0)]);
  expect(progress.fraction).toBe(0.4);
  peer.emit('data', [new Uint8Array(100_000)]);
  expect(progress.fraction).toBe(0);
});

it('nothing is missing of who has answered', () => {
  const theirs = new Y.Doc();
  theirs.getMap('cell').set('output', 'much');
  const { peer, progress } = watched(theirs);
  peer.emit('data', [Uint8Array.of(MESSAGE_SYNC, messageYjsSyncStep2, 0)]);
  expect(progress.fraction).toBeNull();
});
