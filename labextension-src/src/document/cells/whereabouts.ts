// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type * as Y from 'yjs';

import type { IItemId } from './ids';
import { compareIds, idsOf } from './ids';
import { ledgers } from './ledger';
import type { IStanding } from './notebook';
import { cellsOf, findItem, findSource, isAlive, sourceOf } from './notebook';
import type { ITextPlace } from './text';
import { idOf, placeAt, placeBeside } from './text';

/**
 * How far from a place in a cell that is gone something is looked for that is still there,
 * in characters in each direction.
 */
const MAX_DISTANCE = 1000;

/**
 * Where something is now: in the text of another cell; `'there'`, where it was;
 * `'nowhere'`, since nothing of its cell is left; `null` while that is not known, since
 * whoever changed the cells has not said yet, or nobody keeps the cells whole.
 */
export type Whereabouts = ITextPlace | 'there' | 'nowhere' | null;

/**
 * Find where something belongs now that stood at a place of a cell, as a caret does, after
 * others may have moved the cell, changed its type, split, merged or removed it: beside the
 * same characters.
 *
 * @param doc - The notebook.
 * @param cell - The cell, as it was.
 * @param index - How many characters were before the place, in UTF-16 units.
 */
export function whereIs(doc: Y.Doc, cell: IStanding, index: number): Whereabouts {
  const ledger = ledgers.get(doc);
  if (!ledger) {
    return null;
  }
  const characters = cell.runs.flatMap(run =>
    run.text === null ? [] : idsOf(run, run.length)
  );
  const before = characters.slice(Math.max(index - MAX_DISTANCE, 0), index).reverse();
  const behind = characters.slice(index, index + MAX_DISTANCE);
  if (findItem(doc, cell.item)?.deleted === false) {
    const beside = [...before, ...behind].slice(0, 1);
    return beside.every(id => isAlive(doc, id))
      ? 'there'
      : placeAmong(beside, before.length ? 'after' : 'before');
  }
  const heir = cellsOf(doc)
    .toArray()
    .find(other => other.get('id') === cell.id);
  if (
    !ledger.removal(cell.item) ||
    (heir && !ledger.knowsStanding(idOf(heir._item!)))
  ) {
    return null;
  }
  const source = heir && sourceOf(heir);
  return (
    placeAmong(before, 'after') ??
    placeAmong(behind, 'before') ??
    (source ? placeAt(source, source.length) : 'nowhere')
  );

  /** The place beside the first of some characters of which a copy stands elsewhere. */
  function placeAmong(
    ids: ReadonlyArray<IItemId>,
    side: 'before' | 'after'
  ): ITextPlace | null {
    for (const id of ids) {
      for (const { id: copy } of ledger!.families.of(id)?.members ?? []) {
        const text = isAlive(doc, copy) ? findSource(doc, copy) : null;
        if (text && compareIds(idOf(text.parent!._item!), cell.item) !== 0) {
          return placeBeside(text, copy, side);
        }
      }
    }
    return null;
  }
}
