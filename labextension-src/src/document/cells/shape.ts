// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import type { YCellMap } from './notebook';
import { cellsOf } from './notebook';
import { REPAIR } from './repair';

/**
 * The types of cells that nbformat 4 has.
 */
const CELL_TYPES: ReadonlyArray<unknown> = ['code', 'markdown', 'raw'];

/**
 * The documents whose shape is kept.
 */
const kept = new WeakSet<Y.Doc>();

/**
 * Take out of a notebook what is no cell, and out of its cells what is no output, before
 * anybody is shown it.
 *
 * Whoever is in the room can write anything into what is shared, and `@jupyter/ydoc`
 * believes it: one entry that is no cell, and it shows no change any more. The rule
 * looks at nothing but what stands there, so that all pages take out the same.
 *
 * Whatever is made whole in one transaction arrives so: see `stateUpdates`.
 *
 * It holds as long as there is the document. Whoever looks at a notebook before it is
 * shown asks for it first; once is enough.
 *
 * @param doc - Of the notebook, before anything is in it.
 */
export function keepShape(doc: Y.Doc): void {
  if (kept.has(doc)) {
    return;
  }
  kept.add(doc);
  const untold = new WeakSet<Y.Transaction>();
  let isSaid = false;

  const takeOut = (strays: ReadonlyArray<Y.Item>, isTold: boolean): void => {
    if (!strays.length) {
      return;
    }
    doc.transact(transaction => {
      for (const item of strays) {
        item.delete(transaction);
        // Yjs remembers places in lists, which have moved
        (item.parent as Y.AbstractType<unknown>)._searchMarker?.splice(0);
      }
      if (!isTold) {
        untold.add(transaction);
      }
    }, REPAIR);
    if (!isSaid) {
      isSaid = true;
      console.warn(
        'Somebody in the room wrote into a notebook what is neither a cell nor an output. It was taken out.'
      );
    }
  };

  doc.on('beforeObserverCalls', transaction => {
    if (untold.has(transaction)) {
      transaction.changed.clear();
    } else if (!transaction.local) {
      const strays = [...straysOf(transaction)];
      const isNew = ({ id }: Y.Item) =>
        id.clock >= (transaction.beforeState.get(id.client) ?? 0);
      // who was not shown it need not be told, and could not follow
      takeOut(strays.filter(isNew), false);
      takeOut(
        strays.filter(item => !isNew(item)),
        true
      );
    }
  });
}

/**
 * What a transaction has put where only cells, or only outputs, may stand, or has
 * made of them.
 */
function straysOf(transaction: Y.Transaction): Set<Y.Item> {
  const cells = cellsOf(transaction.doc);
  const strays = new Set<Y.Item>();
  const look = (item: Y.Item, find: (item: Y.Item) => ReadonlyArray<Y.Item>) => {
    if (!item.deleted) {
      find(item).forEach(stray => strays.add(stray));
    }
  };
  for (const changed of transaction.changed.keys()) {
    const type = changed as unknown as Y.AbstractType<unknown>;
    const parent = type.parent as Y.AbstractType<unknown> | null;
    if ((type as unknown) === cells) {
      newItems(type, transaction).forEach(item => look(item, strayCells));
    } else if ((parent as unknown) === cells) {
      look(type._item!, strayCells);
    } else if (isOutputs(type, cells)) {
      newItems(type, transaction).forEach(item => look(item, strayOutput));
    } else if (parent && isOutputs(parent, cells)) {
      look(type._item!, strayOutput);
    }
  }
  return strays;
}

/**
 * The entries of a list that were not there before a transaction.
 */
function newItems(
  list: Y.AbstractType<unknown>,
  { beforeState }: Y.Transaction
): Y.Item[] {
  const items: Y.Item[] = [];
  for (let item = list._start; item; item = item.right) {
    if (item.id.clock >= (beforeState.get(item.id.client) ?? 0)) {
      items.push(item);
    }
  }
  return items;
}

function isOutputs(type: Y.AbstractType<unknown>, cells: Y.Array<YCellMap>): boolean {
  const cell = type.parent as Y.AbstractType<unknown> | null;
  return type._item?.parentSub === 'outputs' && (cell?.parent as unknown) === cells;
}

/**
 * An entry of the list of cells if it is no cell, else what of its outputs is none.
 */
function strayCells(item: Y.Item): Y.Item[] {
  const entry = item.content instanceof Y.ContentType ? item.content.type : null;
  if (!isCell(entry)) {
    return [item];
  }
  const outputs = entry.get('outputs');
  const strays: Y.Item[] = [];
  if (outputs instanceof Y.Array) {
    for (let output = outputs._start; output; output = output.right) {
      strays.push(...(output.deleted ? [] : strayOutput(output)));
    }
  }
  return strays;
}

function strayOutput(item: Y.Item): Y.Item[] {
  return item.content.getContent().every(isOutput) ? [] : [item];
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
