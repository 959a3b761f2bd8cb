// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile } from '@jupyter/ydoc';
import * as idb from 'lib0/indexeddb';

import type { DocumentId, Lineage } from '../room/ids';
import { parseLineage } from '../room/ids';
import type { ObjectStores } from './database';
import { committed, openDatabase, PREFIX } from './database';
import { documentFormat } from './format';
import type { IAbout } from './kept';
import { ABOUT, CUSTOM, HISTORY, UPDATES } from './kept';
import { alone } from './lock';
import { PLACES, type Places } from './places';
import { RECORD_STORES, RECORDS } from './records';
import { essenceDigest } from './seed';
import { BASES, type IBase } from './store';
import type { Kept } from './whole';
import { applyKept, bytesOf, unpack } from './whole';

/**
 * What all histories of all rooms may take of this browser's storage, in bytes: that of
 * a class of 50 notebooks with plots.
 */
const BUDGET = 500_000_000;

/**
 * What part of the storage that the site may have they may take: the files have to
 * fit, too.
 */
const SHARE = 0.25;

/**
 * A history that this browser keeps.
 */
interface IKept extends IAbout {
  /** The name of its database. */
  readonly name: string;
  /** What the names of the room's databases begin with. */
  readonly room: string;
  readonly lineage: Lineage;
}

/**
 * What a room's database of records holds, by name.
 */
type RoomRecords = ReadonlyMap<string, unknown>;

/**
 * Keep what this browser keeps of rooms within its bounds: what was used last goes last.
 *
 * A history goes only if no tab has it open, and if what it holds was written to the
 * drive, or if no document is in it any more. Whoever opens that document in the room
 * again begins with the file, as somebody who comes for the first time.
 *
 * @param budget - How many bytes there may be; by default, what the browser has.
 * @returns How many bytes there are.
 */
export async function evict(budget?: number): Promise<number> {
  const bound = budget ?? (await ownBudget());
  const kept = await keptHistories();
  const lastUsed = new Map<string, number>();
  for (const { room, used } of kept) {
    lastUsed.set(room, Math.max(used, lastUsed.get(room) ?? 0));
  }
  // the oldest rooms first
  kept.sort(
    (one, two) =>
      lastUsed.get(one.room)! - lastUsed.get(two.room)! || one.used - two.used
  );
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const one of kept) {
    if (total <= bound) {
      break;
    }
    if ((await alone(one.name, () => forget(one))) === true) {
      total -= one.bytes;
    }
  }
  return total;
}

async function ownBudget(): Promise<number> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  const quota = (await storage?.estimate())?.quota;
  return Math.min(BUDGET, quota === undefined ? Infinity : SHARE * quota);
}

/**
 * List the histories that this browser keeps; none where it can't list its databases.
 */
async function keptHistories(): Promise<IKept[]> {
  const databases = (await indexedDB.databases?.()) ?? [];
  const kept: IKept[] = [];
  for (const { name = '' } of databases) {
    const slash = name.lastIndexOf('/');
    const room = name.slice(0, slash);
    const lineage = parseLineage(name.slice(slash + 1)); // others are no histories
    if (name.startsWith(PREFIX) && lineage !== null) {
      const about = await withDatabase(name, HISTORY, readAbout);
      kept.push({ ...about, name, room, lineage });
    }
  }
  return kept;
}

async function readAbout(db: IDBDatabase): Promise<IAbout> {
  const [updates, custom] = idb.transact(db, [UPDATES, CUSTOM], 'readonly');
  const about = (await idb.get(custom, ABOUT)) as unknown as IAbout | undefined;
  if (about) {
    return about;
  }
  const all = (await idb.getAll(updates)) as Kept[];
  const bytes = all.reduce((sum, update) => sum + bytesOf(update).length, 0);
  return { bytes, used: 0 };
}

/**
 * Forget a history that nobody has open, unless it holds what is nowhere else.
 *
 * @returns Whether it is gone.
 */
async function forget({ name, room, lineage }: IKept): Promise<boolean> {
  const bases = `${room}/${BASES}`;
  const records = await withDatabase(bases, RECORD_STORES, readRecords);
  const documents: string[] = [];
  for (const [documentId, record] of records) {
    const base = record as Partial<IBase>;
    if (base.orphans?.includes(lineage)) {
      return false;
    }
    if (base.lineage === lineage) {
      // what is to be kept as a copy is known from the base only
      const isWaitedFor = Boolean(base.orphans?.length);
      const kind = kindIn(records, documentId as DocumentId);
      if (isWaitedFor || !(await isInDrive(name, base as IBase, kind))) {
        return false;
      }
      documents.push(documentId);
    }
  }
  await withDatabase(bases, RECORD_STORES, async db => {
    const [store] = idb.transact(db, [RECORDS]);
    documents.forEach(documentId => store.delete(documentId));
    await committed(store.transaction);
  });
  await idb.deleteDB(name);
  return true;
}

async function readRecords(db: IDBDatabase): Promise<RoomRecords> {
  const [store] = idb.transact(db, [RECORDS], 'readonly');
  const keys = idb.getAllKeys(store);
  const values = idb.getAll(store);
  const all = (await values) as unknown[];
  return new Map(((await keys) as string[]).map((key, index) => [key, all[index]]));
}

function kindIn(records: RoomRecords, documentId: DocumentId): string | null {
  const places = records.get(PLACES) as Places | undefined;
  return places?.[documentId]?.kind ?? null;
}

/**
 * Whether the drive has been given all that a history holds.
 */
async function isInDrive(
  name: string,
  base: IBase,
  kind: string | null
): Promise<boolean> {
  if (kind === null || base.isReserved) {
    return false;
  }
  const [contentType] = kind.split('/');
  const text = new YFile(); // all but notebooks are
  const format = documentFormat(contentType, text)!;
  text.dispose();
  const scratch = format.scratch();
  try {
    const kept = await withDatabase(name, HISTORY, async db => {
      const [store] = idb.transact(db, [UPDATES], 'readonly');
      return (await idb.getAll(store)) as Kept[];
    });
    const updates = await Promise.all(kept.map(unpack));
    updates.forEach(update => applyKept(scratch.ydoc, update));
    const canonical = format.canonical(format.content(scratch));
    const digest = await essenceDigest(format, canonical);
    return base.digests.length === 1 && base.digests[0] === digest;
  } finally {
    scratch.dispose();
  }
}

async function withDatabase<T>(
  name: string,
  stores: ObjectStores,
  work: (db: IDBDatabase) => Promise<T>
): Promise<T> {
  // another tab may have deleted it meanwhile: then it is made anew, as it was
  const db = await openDatabase(name, stores);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
