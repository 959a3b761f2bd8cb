// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

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
  changes: { readonly update: Uint8Array; readonly origin: unknown }[];
  size: number;
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
  if (!isWhole(doc, update) && backlog.size + update.length <= MAX_WAITING) {
    backlog.changes.push({ update, origin });
    backlog.size += update.length;
    return;
  }
  Y.applyUpdate(doc, update, origin);
  for (let next = take(doc, backlog); next; next = take(doc, backlog)) {
    Y.applyUpdate(doc, next.update, next.origin);
  }
}

/**
 * The next change that waits no longer.
 */
function take(doc: Y.Doc, backlog: IBacklog): IBacklog['changes'][0] | undefined {
  const index = backlog.changes.findIndex(({ update }) => isWhole(doc, update));
  const [change] = index < 0 ? [] : backlog.changes.splice(index, 1);
  backlog.size -= change?.update.length ?? 0;
  return change;
}

/**
 * Whether a change inserts nothing, or all that it builds on is here. Large ones are
 * states, of which each part comes after those that it builds on.
 */
function isWhole({ store }: Y.Doc, update: Uint8Array): boolean {
  if (update.length >= UPDATE_BYTES) {
    return true;
  }
  const { structs } = Y.decodeUpdate(update);
  if (structs.some(one => !(one instanceof Y.Item) && !(one instanceof Y.GC))) {
    return true; // the state of somebody who lacks something, too, and skips it
  }
  const clocks = new Map<number, number>();
  const clockOf = (client: number) => clocks.get(client) ?? Y.getState(store, client);
  for (const { id, length } of structs) {
    if (id.clock > clockOf(id.client)) {
      return false;
    }
    clocks.set(id.client, Math.max(clockOf(id.client), id.clock + length));
  }
  return structs.every(struct => {
    if (!(struct instanceof Y.Item)) {
      return true;
    }
    const { origin, rightOrigin } = struct;
    // as decoded: a type has no place in a document yet
    const parent = struct.parent as Y.ID | string | null;
    const parentId = typeof parent === 'string' ? null : parent;
    return [origin, rightOrigin, parentId].every(
      id => id === null || id.clock < clockOf(id.client)
    );
  });
}
