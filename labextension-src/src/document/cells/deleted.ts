// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import type { IItemId } from './ids';

/**
 * Where a transaction keeps what it deletes, as it was before any `UndoManager` saw it.
 */
const DELETED = Symbol('deleted');

/**
 * Note what a transaction deletes; to be called before its observers.
 *
 * An `UndoManager` adds to it what earlier transactions have deleted, when it puts
 * several together to one step: it merges lists whose members it shares
 * (`sortAndMergeDeleteSet` in
 * https://github.com/yjs/yjs/blob/v13.6.7/src/utils/DeleteSet.js).
 */
export function noteDeleted({ deleteSet, meta }: Y.Transaction): void {
  const deleted = Y.createDeleteSet();
  deleteSet.clients.forEach((ranges, client) => {
    deleted.clients.set(
      client,
      ranges.map(({ clock, len }) => ({ clock, len }))
    );
  });
  meta.set(DELETED, deleted);
}

/**
 * Whether a transaction has deleted something.
 */
export function isDeletedIn(
  { deleteSet, meta }: Y.Transaction,
  { client, clock }: IItemId
): boolean {
  const deleted = (meta.get(DELETED) as typeof deleteSet | undefined) ?? deleteSet;
  return Y.isDeleted(deleted, Y.createID(client, clock));
}
