// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IAwareness } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { cellOf } from './place';

/**
 * What makes a cell another one, of the keys of its shared map.
 */
const CONTENT_KEYS = ['id', 'cell_type', 'source'];

/**
 * The cells that a transaction wrote, or put in.
 *
 * @param cells - Those of the notebook.
 */
export function touchedCells(
  cells: Y.Array<Y.Map<unknown>>,
  { beforeState, changed }: Y.Transaction
): Set<Y.Map<unknown>> {
  const touched = new Set<Y.Map<unknown>>();
  for (const [type, keys] of changed as Map<unknown, Set<string | null>>) {
    if (type === cells) {
      for (const cell of cells.toArray()) {
        if (cell._item && isAfter(cell._item, beforeState)) {
          touched.add(cell);
        }
      }
    } else if (type instanceof Y.Map && type.parent === cells) {
      if (CONTENT_KEYS.some(key => keys.has(key))) {
        touched.add(type);
      }
    } else if (type instanceof Y.Text && type.parent?.parent === cells) {
      touched.add(type.parent as Y.Map<unknown>); // there is no other text in it
    }
  }
  return touched;
}

/**
 * Who wrote a cell in a transaction that came from others.
 *
 * @param awareness - Says who is at which cell: who only deletes leaves no name.
 * @returns Their clients, as far as that is known.
 */
export function writersOf(
  cell: Y.Map<unknown>,
  { beforeState, doc, local }: Y.Transaction,
  awareness: IAwareness
): Set<number> {
  const writers = new Set<number>();
  if (local) {
    return writers;
  }
  if (cell._item && isAfter(cell._item, beforeState)) {
    return writers.add(cell._item.id.client);
  }
  const source: unknown = cell.get('source');
  const start = source instanceof Y.Text ? source._start : null;
  for (let item = start; item; item = item.right) {
    if (isAfter(item, beforeState)) {
      writers.add(item.id.client);
    }
  }
  if (!writers.size) {
    for (const [client, state] of awareness.getStates()) {
      const place = cellOf(state);
      const isThere = place?.isEdited && place.id === cell.get('id');
      if (isThere && client !== doc.clientID) {
        writers.add(client);
      }
    }
  }
  return writers;
}

function isAfter({ id, length }: Y.Item, state: ReadonlyMap<number, number>): boolean {
  return id.clock + length > (state.get(id.client) ?? 0);
}
