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
const CELL_PARTS: ReadonlyArray<string> = [
  'id',
  'cell_type',
  'source',
  'metadata',
  'outputs'
];

/**
 * The parts that are never replaced in a cell: a cell of another type is another one.
 */
const LASTING_PARTS = CELL_PARTS.filter(part => part !== 'id');

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
    return true; // whether it is a cell: see `spoiltCells`
  }
  const outer = list.parent as Y.AbstractType<unknown> | null;
  if ((outer as unknown) === cells) {
    return CELL_PARTS.includes(String(parentSub)) || isPlain(item);
  }
  if (isOutputs(list, cells)) {
    return content instanceof Y.ContentType || isPlain(item);
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
 * What is no cell, or no output, of what a transaction has added, or changed.
 *
 * @param added - What it has added.
 */
export function* spoiltCells(
  { changed, doc }: Y.Transaction,
  added: ReadonlyArray<Y.Item>
): Generator<Y.Item, void> {
  const cells = cellsOf(doc);
  const types = [...changed.keys()] as unknown[] as Y.AbstractType<unknown>[];
  for (const item of [...added, ...types.map(({ _item }) => _item)]) {
    const list = item?.parent as Y.AbstractType<unknown> | undefined;
    if (!item || !list || item.deleted) {
      continue;
    }
    const isSpoilt =
      (list as unknown) === cells
        ? !item.content.getContent().every(isCell)
        : isOutputs(list, cells) && !item.content.getContent().every(isOutput);
    if (isSpoilt) {
      yield item;
    }
  }
}

function isOutputs(type: Y.AbstractType<unknown>, cells: Y.Array<YCellMap>): boolean {
  const cell = type.parent as Y.AbstractType<unknown> | null;
  return type._item?.parentSub === 'outputs' && (cell?.parent as unknown) === cells;
}

/**
 * Whether an entry of the list of cells is a cell, with the parts that it came with: who
 * shows it looks at those for ever.
 */
function isCell(entry: unknown): entry is YCellMap {
  return (
    entry instanceof Y.Map &&
    typeof entry.get('id') === 'string' &&
    CELL_TYPES.includes(entry.get('cell_type')) &&
    entry.get('source') instanceof Y.Text &&
    entry.get('metadata') instanceof Y.Map &&
    (entry.get('cell_type') !== 'code' || entry.get('outputs') instanceof Y.Array) &&
    LASTING_PARTS.every(part => !entry._map.get(part)?.left)
  );
}

/**
 * Whether an entry of a list of outputs is an output, as it came: views are told of no
 * change of it, but of what a stream goes on to say. It is a map, or a plain object, as
 * older versions of `@jupyter/ydoc` write it.
 */
function isOutput(entry: unknown): boolean {
  const isShared = entry instanceof Y.Map;
  const get = (key: string): unknown =>
    isShared
      ? entry.get(key)
      : (entry as { readonly [key: string]: unknown } | null)?.[key];
  const type = get('output_type');
  if (
    isShared &&
    [...entry._map.values()].some(({ deleted, left }) => deleted || left)
  ) {
    return false;
  }
  if (type === 'stream' || get('text') instanceof Y.Text) {
    return type === 'stream' && get('text') instanceof Y.Text;
  }
  switch (type) {
    case 'error':
      return Array.isArray(get('traceback'));
    case 'display_data':
    case 'execute_result':
    case 'update_display_data':
      return typeof get('data') === 'object' && get('data') !== null;
    default:
      return typeof type === 'string';
  }
}
