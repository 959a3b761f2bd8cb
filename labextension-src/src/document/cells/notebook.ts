// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { isDeletedIn } from './deleted';
import type { IItemId } from './ids';
import { compareIds } from './ids';
import type { IRun } from './text';
import { idOf, runsOf } from './text';

/**
 * The shared type of a cell.
 */
export type YCellMap = Y.Map<unknown>;

/**
 * One standing of a cell in the list of cells: a cell that is moved gets a new one.
 */
export interface IStanding {
  /** Where Yjs keeps it. */
  readonly item: IItemId;

  /** The cell's id in the notebook. */
  readonly id: string;

  /** Its type. */
  readonly type: string;

  /** Its source. */
  readonly runs: ReadonlyArray<IRun>;
}

/**
 * What a transaction did to the list of cells.
 */
export interface ICellChanges {
  /** What was removed, as it was before. */
  readonly removed: ReadonlyArray<IStanding>;

  /** What was inserted. */
  readonly inserted: ReadonlyArray<YCellMap>;
}

/**
 * The list of cells of a notebook.
 */
export function cellsOf(doc: Y.Doc): Y.Array<YCellMap> {
  return doc.getArray('cells');
}

/**
 * Tell what a transaction did to the list of cells.
 *
 * @param transaction - The transaction, before what it deleted is forgotten.
 */
export function cellChanges(transaction: Y.Transaction): ICellChanges {
  const cells = cellsOf(transaction.doc);
  const removed: IStanding[] = [];
  const inserted: YCellMap[] = [];
  if (!transaction.changed.has(cells as never)) {
    return { removed, inserted };
  }
  for (let item = cells._start; item; item = item.right) {
    const { id, content } = item;
    if (!(content instanceof Y.ContentType)) {
      continue;
    }
    const isNew = id.clock >= (transaction.beforeState.get(id.client) ?? 0);
    const cell = content.type as unknown as YCellMap;
    if (!item.deleted) {
      if (isNew) {
        inserted.push(cell);
      }
    } else if (!isNew && isDeletedIn(transaction, id)) {
      removed.push(standingBefore(cell, transaction));
    }
  }
  return { removed, inserted };
}

/**
 * The standing of a cell that is there.
 */
export function standingOf(cell: YCellMap): IStanding {
  const source = sourceOf(cell);
  return {
    item: idOf(cell._item!),
    id: String(cell.get('id')),
    type: String(cell.get('cell_type')),
    runs: source ? runsOf(source) : []
  };
}

/**
 * The standing of a cell as it was before a transaction, which may have removed it.
 */
export function standingBefore(cell: YCellMap, transaction: Y.Transaction): IStanding {
  const source = sourceOf(cell);
  return {
    item: idOf(cell._item!),
    id: String(lastValueOf(cell, 'id')),
    type: String(lastValueOf(cell, 'cell_type')),
    runs: source ? runsOf(source, transaction) : []
  };
}

/**
 * The source of a cell, also of one that was removed just now.
 */
export function sourceOf(cell: YCellMap): Y.Text | null {
  const content = cell._map.get('source')?.content;
  return content instanceof Y.ContentType && content.type instanceof Y.Text
    ? content.type
    : null;
}

/**
 * The cell that a source belongs to, or `null` if it is none, or was removed.
 */
export function cellOfSource(text: Y.Text): YCellMap | null {
  const cell = text.parent as YCellMap | null;
  const isSource =
    cell instanceof Y.Map &&
    text._item?.parentSub === 'source' &&
    !text._item.deleted &&
    (cell.parent as unknown) === (cell.doc && cellsOf(cell.doc));
  return isSource && !cell._item!.deleted ? cell : null;
}

/**
 * Find an item that is still known, whether it is deleted or not.
 */
export function findItem(doc: Y.Doc, id: IItemId): Y.Item | null {
  const { client, clock } = id;
  if (clock < 0 || clock >= Y.getState(doc.store, client)) {
    return null;
  }
  // what Yjs has forgotten is no item any more, whatever the types say
  const found = Y.getItem(doc.store, Y.createID(client, clock)) as unknown;
  return found instanceof Y.Item ? found : null;
}

/**
 * Find the source that a character stands in, or stood in: `null` if its cell was
 * removed.
 */
export function findSource(doc: Y.Doc, id: IItemId): Y.Text | null {
  const parent = findItem(doc, id)?.parent;
  return parent instanceof Y.Text && cellOfSource(parent) ? parent : null;
}

/**
 * Whether a character stands in the notebook.
 */
export function isAlive(doc: Y.Doc, id: IItemId): boolean {
  return findItem(doc, id)?.deleted === false && findSource(doc, id) !== null;
}

/**
 * Tell of how many characters, from one on that a client wrote after the other, it is
 * alike whether they stand in the notebook, and in which source: `null` if they don't.
 */
export function standingFrom(
  doc: Y.Doc,
  { client, clock }: IItemId
): { readonly source: Y.Text | null; readonly length: number } {
  if (clock < 0 || clock >= Y.getState(doc.store, client)) {
    return { source: null, length: Infinity };
  }
  const struct = Y.getItem(doc.store, Y.createID(client, clock)) as Y.Item | Y.GC;
  const isThere = struct instanceof Y.Item && !struct.deleted;
  return {
    source: isThere ? findSource(doc, { client, clock }) : null,
    length: struct.id.clock + struct.length - clock
  };
}

/**
 * Remove a cell from the list.
 */
export function removeCell(doc: Y.Doc, item: IItemId): void {
  const cells = cellsOf(doc);
  const index = cells
    .toArray()
    .findIndex(cell => compareIds(idOf(cell._item!), item) === 0);
  if (index >= 0) {
    cells.delete(index, 1);
  }
}

/**
 * A value of a cell, also of one that was removed just now.
 */
export function lastValueOf(cell: YCellMap, key: string): unknown {
  const content = cell._map.get(key)?.content;
  return content instanceof Y.ContentAny ? content.arr[0] : undefined;
}
