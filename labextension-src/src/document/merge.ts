// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ICanonicalCell, ICanonicalNotebook } from './canonical';
import { FIRST_MINOR_WITH_IDS } from './canonical';
import { compareWords } from './compare';

/**
 * The largest part of a text that a change may remove while others change the text
 * too: beyond it, one's own version is another text, and better kept whole.
 */
const MAX_REMOVED = 0.5;

/**
 * Whether a change of a text can be merged into what the text has become.
 *
 * @param base - What was changed.
 * @param changed - What it became.
 * @param room - What others made of it.
 */
export function canMergeText(base: string, changed: string, room: string): boolean {
  if (base === changed || base === room) {
    return true;
  }
  const edits = compareWords(base, changed);
  if (!edits) {
    return false;
  }
  const removed = edits
    .filter(({ kind }) => kind === 'remove')
    .reduce((sum, { text }) => sum + text.length, 0);
  return removed <= MAX_REMOVED * base.length;
}

/**
 * Whether a change of a notebook can be merged into what the notebook has become.
 *
 * It cannot where somebody would have to choose: cells in another order, a cell that
 * one changed and another removed, or something other than text that both changed.
 */
export function canMergeNotebook(
  base: ICanonicalNotebook,
  changed: ICanonicalNotebook,
  room: ICanonicalNotebook
): boolean {
  if (isEqual(base, room)) {
    return true;
  }
  const hasIds = base.nbformat_minor >= FIRST_MINOR_WITH_IDS;
  if (!hasIds || !isInOrder(base.cells, changed.cells)) {
    return false; // derived ids change with the content
  }
  const changedCells = byId(changed.cells);
  const roomCells = byId(room.cells);
  const removed = base.cells.filter(({ id }) => !changedCells.has(id));
  if (removed.some(cell => !isEqual(roomCells.get(cell.id) ?? cell, cell))) {
    return false;
  }
  const baseCells = byId(base.cells);
  if (changed.cells.some(({ id }) => !baseCells.has(id) && roomCells.has(id))) {
    return false; // both inserted a cell of one id
  }
  return base.cells.every(before => {
    const after = changedCells.get(before.id);
    if (!after || isEqual(before, after)) {
      return true;
    }
    const theirs = roomCells.get(before.id);
    return theirs !== undefined && canMergeCell(before, after, theirs);
  });
}

function canMergeCell(
  base: ICanonicalCell,
  changed: ICanonicalCell,
  room: ICanonicalCell
): boolean {
  const { source: before, ...baseRest } = base;
  const { source: after, ...changedRest } = changed;
  const { source: theirs, ...roomRest } = room;
  if (base.cell_type !== changed.cell_type || base.cell_type !== room.cell_type) {
    return false;
  }
  const isRestMergeable = isEqual(baseRest, changedRest) || isEqual(baseRest, roomRest);
  return isRestMergeable && canMergeText(before, after, theirs);
}

/**
 * Whether cells that are in both lists are in the same order.
 */
function isInOrder(
  before: ReadonlyArray<ICanonicalCell>,
  after: ReadonlyArray<ICanonicalCell>
): boolean {
  const [one, two] = [byId(before), byId(after)];
  return isEqual(
    [...one.keys()].filter(id => two.has(id)),
    [...two.keys()].filter(id => one.has(id))
  );
}

function byId(cells: ReadonlyArray<ICanonicalCell>): Map<string, ICanonicalCell> {
  return new Map(cells.map(cell => [cell.id, cell]));
}

/**
 * Whether two parts of canonical contents are equal: their keys are in one order.
 */
export function isEqual(one: unknown, two: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}
