// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { applyUpdate } from './integrate';
import { UPDATE_BYTES } from './updates';

/**
 * How much may wait, in bytes: who sends more without what it builds on is handled as
 * Yjs does it.
 */
const MAX_WAITING = 4 * 1024 * 1024;

/**
 * Changes that wait for what they build on.
 */
interface IBacklog {
  changes: IChange[];
  size: number;
}

interface IChange {
  readonly update: Uint8Array;
  readonly origin: unknown;
  /** What it builds on that was not here when it was looked at last. */
  missing: Y.ID;
}

const backlogs = new WeakMap<Y.Doc, IBacklog>();

/**
 * Apply a change of somebody else once all that it builds on is here.
 *
 * Yjs by itself applies what a change deletes at once, and what it inserts when that
 * builds on nothing that is missing. Of what was moved nothing would be left, if its
 * author goes before the rest has come. Whoever lacks something asks for it all the same.
 *
 * @throws If the change can't be decoded.
 */
export function applyWhole(doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  const backlog = backlogs.get(doc) ?? { changes: [], size: 0 };
  backlogs.set(doc, backlog);
  const missing = findMissing(doc, update);
  if (missing && backlog.size + update.length <= MAX_WAITING) {
    backlog.changes.push({ update, origin, missing });
    backlog.size += update.length;
    return;
  }
  applyUpdate(doc, update, origin);
  for (let next = take(doc, backlog); next; next = take(doc, backlog)) {
    applyUpdate(doc, next.update, next.origin);
  }
}

/**
 * The next change that waits no longer.
 */
function take(doc: Y.Doc, backlog: IBacklog): IChange | undefined {
  const index = backlog.changes.findIndex(change => {
    if (!isHere(doc, change.missing)) {
      return false; // many may wait: none is decoded again in vain
    }
    const missing = findMissing(doc, change.update);
    change.missing = missing ?? change.missing;
    return missing === null;
  });
  const [change] = index < 0 ? [] : backlog.changes.splice(index, 1);
  backlog.size -= change?.update.length ?? 0;
  return change;
}

/**
 * Find something that a change builds on and that is not here; `null` if it inserts
 * nothing, or all is here. Large ones are states, of which each part comes after those
 * that it builds on.
 */
function findMissing({ store }: Y.Doc, update: Uint8Array): Y.ID | null {
  if (update.length >= UPDATE_BYTES) {
    return null;
  }
  const { structs } = Y.decodeUpdate(update);
  if (structs.some(one => !(one instanceof Y.Item) && !(one instanceof Y.GC))) {
    return null; // the state of somebody who lacks something, too, and skips it
  }
  const clocks = new Map<number, number>();
  const clockOf = (client: number) => clocks.get(client) ?? Y.getState(store, client);
  for (const { id, length } of structs) {
    if (id.clock > clockOf(id.client)) {
      return Y.createID(id.client, id.clock - 1);
    }
    clocks.set(id.client, Math.max(clockOf(id.client), id.clock + length));
  }
  for (const struct of structs) {
    if (struct instanceof Y.Item) {
      const { origin, rightOrigin } = struct;
      // as decoded: a type has no place in a document yet
      const parent = struct.parent as Y.ID | string | null;
      const parentId = typeof parent === 'string' ? null : parent;
      for (const id of [origin, rightOrigin, parentId]) {
        if (id && id.clock >= clockOf(id.client)) {
          return id;
        }
      }
    }
  }
  return null;
}

/**
 * Whether a struct is here.
 */
function isHere({ store }: Y.Doc, { client, clock }: Y.ID): boolean {
  return clock < Y.getState(store, client);
}
