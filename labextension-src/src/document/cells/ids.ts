// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as Y from 'yjs';

import { seedClientId } from '../seed';

/**
 * Where Yjs keeps an item: which client wrote it, and as its how manyth.
 */
export interface IItemId {
  readonly client: number;
  readonly clock: number;
}

/**
 * The length of cell ids that are derived, in hex digits, as in seeds.
 */
const DERIVED_ID_LENGTH = 16;

/**
 * Write an id as a key of a map.
 */
export function keyOf({ client, clock }: IItemId): string {
  return `${client}/${clock}`;
}

/**
 * The ids of items that follow each other.
 */
export function idsOf({ client, clock }: IItemId, length: number): IItemId[] {
  return Array.from({ length }, (_, offset) => ({ client, clock: clock + offset }));
}

/**
 * Order ids; any order will do that all peers agree on.
 */
export function compareIds(a: IItemId, b: IItemId): number {
  return a.client - b.client || a.clock - b.clock;
}

/**
 * Order lineages, each from the oldest ancestor to oneself: whoever descends from
 * somebody stands where they stood.
 *
 * Whoever must choose between copies keeps the first. A copy that is moved keeps
 * its place in this order, so that two peers who choose while a third one moves
 * never each drop what the other keeps.
 */
export function compareLineages(
  a: ReadonlyArray<IItemId>,
  b: ReadonlyArray<IItemId>
): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareIds(a[i], b[i]);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length;
}

/**
 * The lineages that compete for one place: those that nobody descends from.
 *
 * Whoever has descendants is about to go: only what was removed is copied, though
 * the news of its removal may come later than the copy.
 */
export function youngest<T extends { readonly lineage: ReadonlyArray<IItemId> }>(
  candidates: ReadonlyArray<T>
): T[] {
  const ancestors = new Set(
    candidates.flatMap(({ lineage }) => lineage.slice(0, -1).map(keyOf))
  );
  return candidates
    .filter(({ lineage }) => !ancestors.has(keyOf(lineage[lineage.length - 1])))
    .sort((a, b) => compareLineages(a.lineage, b.lineage));
}

/**
 * Write as a client that stands for exactly this write, so that peers who make
 * the same repair at the same time make one.
 *
 * @param doc - The document.
 * @param what - Everything that the write depends on, as JSON.
 * @param write - Writes.
 * @returns Whether it was written: `false` if it has been already.
 */
export function writeAs(doc: Y.Doc, what: unknown, write: () => void): boolean {
  const own = doc.clientID;
  const client = seedClientId(digest(['write', what]));
  if (Y.getState(doc.store, client) > 0) {
    return false;
  }
  doc.clientID = client;
  try {
    write();
  } finally {
    doc.clientID = own;
  }
  return true;
}

/**
 * Derive the id of a cell.
 *
 * @param what - What it is derived from, as JSON.
 */
export function derivedCellId(what: unknown): string {
  return bytesToHex(digest(['cell', what])).slice(0, DERIVED_ID_LENGTH);
}

function digest(what: unknown): Uint8Array {
  return sha256(utf8ToBytes(JSON.stringify(what)));
}
