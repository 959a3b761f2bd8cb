// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { isPlain } from '../plain';
import type { YCellMap } from './notebook';
import { cellsOf } from './notebook';

/**
 * The types of cells that nbformat 4 has.
 */
const CELL_TYPES: ReadonlyArray<unknown> = ['code', 'markdown', 'raw'];

/**
 * The parts without which a cell is none, or which are shared types: see `isCell`.
 */
const CELL_PARTS: ReadonlyArray<unknown> = [
  'id',
  'cell_type',
  'source',
  'metadata',
  'outputs'
];

/**
 * Whether something may stand in the list of cells, and in a cell.
 *
 * `@jupyter/ydoc` believes all that stands there: one entry that is no cell, and it shows
 * no change any more.
 *
 * @param item - What somebody has added to a notebook, outside of texts.
 */
export function isInShape(item: Y.Item, cells: Y.Array<YCellMap>): boolean {
  const { content, parentSub } = item;
  const list = item.parent as Y.AbstractType<unknown>;
  if ((list as unknown) === cells) {
    return content instanceof Y.ContentType && isCell(content.type);
  }
  const outer = list.parent as Y.AbstractType<unknown> | null;
  if ((outer as unknown) === cells) {
    return CELL_PARTS.includes(parentSub) || isPlain(item);
  }
  if (isOutputs(list, cells)) {
    return content instanceof Y.ContentType
      ? isOutput(content.type)
      : isPlain(item) && content.getContent().every(isOutput);
  }
  if (outer && isOutputs(outer, cells)) {
    const isStream = content instanceof Y.ContentType && content.type instanceof Y.Text;
    return isPlain(item) || (isStream && parentSub === 'text');
  }
  const isMetadata =
    list._item?.parentSub === 'metadata' && (outer?.parent as unknown) === cells;
  return !isMetadata || isPlain(item);
}

/**
 * The cells and outputs of which a transaction has made something that is none.
 */
export function* spoiltCells(transaction: Y.Transaction): Generator<Y.Item, void> {
  const cells = cellsOf(transaction.doc);
  for (const changed of transaction.changed.keys()) {
    const type = changed as unknown as Y.AbstractType<unknown>;
    const parent = type.parent as Y.AbstractType<unknown> | null;
    if ((parent as unknown) === cells) {
      if (!isCell(type)) {
        yield type._item!;
      }
    } else if (parent && isOutputs(parent, cells) && !isOutput(type)) {
      yield type._item!;
    }
  }
}

function isOutputs(type: Y.AbstractType<unknown>, cells: Y.Array<YCellMap>): boolean {
  const cell = type.parent as Y.AbstractType<unknown> | null;
  return type._item?.parentSub === 'outputs' && (cell?.parent as unknown) === cells;
}

/**
 * Whether an entry of the list of cells is a cell.
 */
function isCell(entry: unknown): entry is YCellMap {
  return (
    entry instanceof Y.Map &&
    typeof entry.get('id') === 'string' &&
    CELL_TYPES.includes(entry.get('cell_type')) &&
    entry.get('source') instanceof Y.Text &&
    entry.get('metadata') instanceof Y.Map &&
    (entry.get('cell_type') !== 'code' || entry.get('outputs') instanceof Y.Array)
  );
}

/**
 * Whether an entry of a list of outputs is an output: a map, or a plain object, as
 * older versions of `@jupyter/ydoc` write it.
 */
function isOutput(entry: unknown): boolean {
  const type: unknown =
    entry instanceof Y.Map
      ? entry.get('output_type')
      : (entry as { readonly output_type?: unknown } | null)?.output_type;
  return typeof type === 'string';
}
