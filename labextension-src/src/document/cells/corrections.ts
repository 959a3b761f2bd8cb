// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type {
  ISharedCell,
  ISharedNotebook,
  NotebookChange,
  YNotebook
} from '@jupyter/ydoc';
import { YCodeCell } from '@jupyter/ydoc';
import type { PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import * as Y from 'yjs';

import { changeText } from './replace';

/**
 * What of a cell is corrected. How a cell tells its view of changes is not public.
 */
type CorrectedCell = ISharedCell & {
  readonly ysource: Y.Text;
  readonly ymodel: Y.Map<unknown>;
  getChanges(events: Y.YEvent<never>[]): object;
};

/**
 * Cells whose outputs are about to be shown anew: until then their views are not
 * told of changes, which they could not follow.
 */
export const unsettled = new WeakSet<Y.Map<unknown>>();

/**
 * Correct what the cells of `@jupyter/ydoc` do when several people use them, for as long
 * as there is the notebook.
 */
export function correctCells(notebook: YNotebook): void {
  notebook.changed.connect(onChanged);
  correct(notebook.cells);
}

function onChanged(_: ISharedNotebook, { cellsChange }: NotebookChange): void {
  cellsChange?.forEach(({ insert }) => correct(insert ?? []));
}

function correct(cells: ReadonlyArray<ISharedCell>): void {
  for (const cell of cells as ReadonlyArray<CorrectedCell>) {
    correctSetSource(cell);
    correctGetChanges(cell);
    if (cell instanceof YCodeCell) {
      correctUpdateOutputs(cell);
    }
  }
}

/**
 * Make commands that set the source of a cell change only what differs, and those who
 * make the same change at once make it once.
 *
 * Upstream deletes all and inserts all, which doubles a cell that two people split
 * or format at once, and moves what others type in it meanwhile to its beginning.
 */
function correctSetSource(cell: CorrectedCell): void {
  cell.setSource = value => {
    cell.transact(() => changeText(cell.ysource, value));
  };
}

/**
 * Leave outputs as they are that are replaced by equal ones: to trust outputs changes
 * nothing in them, and they are whoever's who ran the cell, and may still print.
 */
function correctUpdateOutputs(cell: YCodeCell): void {
  const updateOutputs = cell.updateOutputs.bind(cell);
  cell.updateOutputs = (start, end, outputs = [], origin) => {
    const isReplaced = end > start && outputs.length === end - start;
    const before = isReplaced ? jsonOf(cell.youtputs.slice(start, end)) : null;
    if (!before || !JSONExt.deepEqual(before, outputs)) {
      updateOutputs(start, end, outputs, origin);
    }
  };
}

function jsonOf(outputs: ReadonlyArray<unknown>): PartialJSONValue {
  return outputs.map(output =>
    output instanceof Y.Map ? output.toJSON() : output
  ) as PartialJSONValue;
}

/**
 * More outputs than any view shows: when a view is told to show them anew.
 */
export const ALL = 10_000;

/**
 * Whether the text of an output was changed that is not the last, or was not before: a
 * view would change that of the last.
 */
function isAmid(events: Y.YEvent<never>[], { youtputs }: YCodeCell): boolean {
  const paths = events.map(({ path }) => path);
  const texts = paths.filter(
    path => path.length === 3 && path[0] === 'outputs' && path[2] === 'text'
  );
  const isListed = events.some(({ target }) => (target as unknown) === youtputs);
  return texts.some(([, index]) => isListed || index !== youtputs.length - 1);
}

/**
 * Tell views of outputs only what they can follow.
 */
function correctGetChanges(cell: CorrectedCell): void {
  const getChanges = cell.getChanges.bind(cell);
  cell.getChanges = events => {
    const told = getChanges(events);
    if (unsettled.has(cell.ymodel)) {
      return { ...told, outputsChange: undefined, streamOutputChange: undefined };
    }
    return cell instanceof YCodeCell && isAmid(events, cell)
      ? {
          ...told,
          streamOutputChange: undefined,
          outputsChange: [{ delete: ALL }, { insert: cell.youtputs.toArray() }]
        }
      : told;
  };
}
