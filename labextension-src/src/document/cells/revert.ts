// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import { YCodeCell } from '@jupyter/ydoc';
import type * as nbformat from '@jupyterlab/nbformat';
import type * as Y from 'yjs';

import type { ICanonicalCell, ICanonicalNotebook } from '../canonical';
import { isEqual } from '../merge';
import { rewriteMetadata } from '../rewrite';
import { writeAs } from './ids';
import { revertText } from './replace';
import { markOutputs } from './runs';
import { idOf } from './text';

type Cell = YNotebook['cells'][number];

/**
 * Make a notebook hold a content, by changing only what differs.
 *
 * Upstream replaces all cells, which doubles what two people revert at once, and
 * takes the cell away in which somebody types.
 */
export function revertNotebook(notebook: YNotebook, content: ICanonicalNotebook): void {
  notebook.transact(() => {
    notebook.nbformat = content.nbformat;
    notebook.nbformat_minor = content.nbformat_minor;
    notebook.metadata = content.metadata;
    const pairs = pair(notebook.cells, content.cells);
    const kept = new Set(pairs.values());
    for (let index = notebook.cells.length - 1; index >= 0; index--) {
      if (!kept.has(notebook.cells[index])) {
        notebook.deleteCell(index);
      }
    }
  });
  const pairs = pair(notebook.cells, content.cells);
  content.cells.forEach((target, index) => {
    const cell = pairs.get(target);
    const from = cell ? notebook.cells.indexOf(cell) : -1;
    if (from < 0) {
      notebook.insertCell(index, target);
    } else {
      revertCell(notebook.ydoc, cell!, target);
      if (from !== index) {
        notebook.moveCell(from, index);
      }
    }
  });
}

/**
 * Find the cells that are to become others: of two contents of one notebook, those
 * with the same id, else those that are equal, else those of one type in order.
 */
function pair(
  cells: ReadonlyArray<Cell>,
  targets: ReadonlyArray<ICanonicalCell>
): Map<ICanonicalCell, Cell> {
  const pairs = new Map<ICanonicalCell, Cell>();
  const free = new Set(cells);
  for (const isPair of [
    (cell: Cell, target: ICanonicalCell) => cell.getId() === target.id,
    (cell: Cell, target: ICanonicalCell) => cell.getSource() === target.source,
    () => true
  ]) {
    for (const target of targets) {
      const found = [...free].find(
        cell => cell.cell_type === target.cell_type && isPair(cell, target)
      );
      if (found && !pairs.has(target)) {
        pairs.set(target, found);
        free.delete(found);
      }
    }
  }
  return pairs;
}

function revertCell(doc: Y.Doc, cell: Cell, target: ICanonicalCell): void {
  cell.transact(() => {
    revertText(cell.ysource, target.source);
    rewriteMetadata(cell, target.metadata);
    if (cell instanceof YCodeCell) {
      revertOutputs(doc, cell, target);
    } else if (!isEqual(cell.getAttachments(), target.attachments)) {
      cell.setAttachments(target.attachments as nbformat.IAttachments | undefined);
    }
  });
}

function revertOutputs(doc: Y.Doc, cell: YCodeCell, target: ICanonicalCell): void {
  const [before, after] = [cell.getOutputs(), target.outputs ?? []].map(outputs =>
    JSON.stringify(outputs)
  );
  if (before !== after) {
    writeAs(doc, ['outputs', idOf(cell.ymodel._item!), before, after], () => {
      markOutputs(cell.ymodel, doc.clientID);
      cell.setOutputs((target.outputs ?? []) as never);
    });
  }
  cell.execution_count = (target.execution_count as number | undefined) ?? null;
}
