// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { isDeletedIn } from './deleted';
import type { IItemId } from './ids';

/**
 * Characters that one client wrote one after the other, and that stand so.
 */
export interface IRun extends IItemId {
  readonly length: number;

  /** The characters; `null` if they were deleted before. */
  readonly text: string | null;
}

/**
 * List the characters of a text, with the places of deleted ones.
 *
 * @param text - The text; it may have been deleted in the transaction.
 * @param before - A transaction: list what was there when it began. Without one,
 * what is there now.
 */
export function runsOf(text: Y.Text, before?: Y.Transaction): IRun[] {
  const runs: IRun[] = [];
  for (let item = text._start; item; item = item.right) {
    const { id, content, length } = item;
    const began = before?.beforeState.get(id.client) ?? 0;
    if (!item.countable || (before && id.clock >= began)) {
      continue; // formatting, or not there yet
    }
    const visible = !item.deleted || (before && isDeletedIn(before, id));
    const known = visible && content instanceof Y.ContentString;
    runs.push({ ...idOf(item), length, text: known ? content.str : null });
  }
  return runs;
}

/**
 * The visible characters of some runs.
 */
export function textOf(runs: ReadonlyArray<IRun>): string {
  return runs.map(run => run.text ?? '').join('');
}

/**
 * The runs of a part of the visible characters.
 *
 * @param runs - The runs.
 * @param start - Where the part begins among the visible characters.
 * @param length - How many they are.
 */
export function slice(
  runs: ReadonlyArray<IRun>,
  start: number,
  length: number
): (IRun & { text: string })[] {
  const part: (IRun & { text: string })[] = [];
  let at = 0;
  for (const { client, clock, text } of runs) {
    if (text === null) {
      continue;
    }
    const from = Math.max(start - at, 0);
    const to = Math.min(start + length - at, text.length);
    if (from < to) {
      const piece = text.slice(from, to);
      part.push({ client, clock: clock + from, length: to - from, text: piece });
    }
    at += text.length;
  }
  return part;
}

/**
 * A place in a text, between two of its items.
 */
export interface ITextPlace {
  readonly text: Y.Text;

  /** The number of visible characters before it. */
  readonly index: number;

  /** The last item before, and the first behind; names the place. */
  readonly between: readonly [IItemId | null, IItemId | null];
}

/**
 * The place beside a character.
 *
 * @param text - The text.
 * @param beside - The character, which may be deleted.
 * @param side - Which side of it.
 */
export function placeBeside(
  text: Y.Text,
  beside: IItemId,
  side: 'before' | 'after'
): ITextPlace {
  let index = 0;
  for (let item = text._start; item; item = item.right) {
    const offset = beside.clock - item.id.clock;
    if (item.id.client === beside.client && offset >= 0 && offset < item.length) {
      const within = offset + (side === 'after' ? 1 : 0);
      return placeAt(text, index + (item.deleted ? 0 : within));
    }
    index += item.deleted || !item.countable ? 0 : item.length;
  }
  return placeAt(text, index);
}

/**
 * The place behind a number of visible characters: where `insert` inserts.
 */
export function placeAt(text: Y.Text, index: number): ITextPlace {
  let left: IItemId | null = null;
  let item = text._start;
  for (let rest = index; item && rest > 0; item = item.right) {
    if (item.deleted || !item.countable) {
      continue;
    }
    const { client, clock } = item.id;
    const used = Math.min(rest, item.length);
    rest -= used;
    left = { client, clock: clock + used - 1 };
    if (used < item.length) {
      return { text, index, between: [left, { client, clock: clock + used }] };
    }
  }
  for (; item?.deleted; item = item.right) {
    // Yjs inserts behind what was deleted there
    left = { client: item.id.client, clock: item.id.clock + item.length - 1 };
  }
  return { text, index, between: [left, item && idOf(item)] };
}

/**
 * Insert at a place; the same for all who name the place alike.
 */
export function insertAt({ text, index }: ITextPlace, content: string): void {
  // Yjs remembers places, and would insert on either side of what was deleted there
  text._searchMarker?.splice(0);
  text.insert(index, content);
}

/**
 * Delete characters that one client wrote one after the other, and that are there.
 *
 * @param transaction - Within which they are deleted.
 * @param first - The first of them.
 * @param length - How many they are: no more than stand in one item.
 */
export function deleteFrom(
  transaction: Y.Transaction,
  { client, clock }: IItemId,
  length: number
): void {
  const characters = Y.createDeleteSet();
  characters.clients.set(client, [{ clock, len: length }]);
  Y.iterateDeletedStructs(transaction, characters, struct => {
    const item = struct as unknown as Y.Item;
    item.delete(transaction);
    // Yjs remembers places in lists, which have moved
    (item.parent as Y.AbstractType<unknown>)._searchMarker?.splice(0);
  });
}

/**
 * The id of an item, as a plain object.
 */
export function idOf(item: Y.Item): IItemId {
  return { client: item.id.client, clock: item.id.clock };
}
