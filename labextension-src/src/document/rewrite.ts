// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type {
  ISharedAttachmentsCell,
  ISharedCell,
  ISharedCodeCell,
  YNotebook
} from '@jupyter/ydoc';
import * as Y from 'yjs';

import type { ICanonicalCell, ICanonicalNotebook } from './canonical';
import { TRUSTED } from './canonical';
import { compareWords } from './compare';
import { isEqual } from './merge';

/**
 * Make a shared text hold another text, by as small a change as can be.
 */
export function rewriteText(shared: Y.Text, to: string): void {
  const from = shared.toJSON();
  if (from === to) {
    return;
  }
  const edits = compareWords(from, to) ?? [
    { kind: 'remove' as const, text: from },
    { kind: 'insert' as const, text: to }
  ];
  let index = 0;
  for (const { kind, text } of edits) {
    if (kind === 'remove') {
      shared.delete(index, text.length);
    } else {
      if (kind === 'insert') {
        shared.insert(index, text);
      }
      index += text.length;
    }
  }
}

/**
 * Make a shared notebook hold another notebook, cell by cell.
 *
 * @param notebook - The shared model.
 * @param from - What it holds, in canonical form.
 * @param to - What it shall hold.
 * @param ignored - Keys of the notebook's metadata that stay as they are.
 */
export function rewriteNotebook(
  notebook: YNotebook,
  from: ICanonicalNotebook,
  to: ICanonicalNotebook,
  ignored: ReadonlyArray<string>
): void {
  notebook.transact(() => {
    rewriteCells(notebook, from.cells, to.cells);
    const metadata: unknown = notebook.ymeta.get('metadata');
    if (!(metadata instanceof Y.Map)) {
      return; // the intake mends it
    }
    const keys = new Set([...Object.keys(from.metadata), ...Object.keys(to.metadata)]);
    for (const key of [...keys].sort().filter(one => !ignored.includes(one))) {
      if (to.metadata[key] === undefined) {
        metadata.delete(key);
      } else if (!isEqual(from.metadata[key], to.metadata[key])) {
        metadata.set(key, to.metadata[key]);
      }
    }
  });
}

function rewriteCells(
  notebook: YNotebook,
  from: ReadonlyArray<ICanonicalCell>,
  to: ReadonlyArray<ICanonicalCell>
): void {
  const before = new Map(from.map(cell => [cell.id, cell]));
  const after = new Map(to.map(cell => [cell.id, cell]));
  // a cell of another type is another cell
  const isKept = ({ id }: ICanonicalCell) =>
    after.has(id) && after.get(id)!.cell_type === before.get(id)!.cell_type;
  // first what is inside: the notebook's list of cells is behind until the end of
  // the transaction
  from.forEach((cell, index) => {
    if (isKept(cell)) {
      rewriteCell(notebook, index, cell, after.get(cell.id)!);
    }
  });
  const ids = from.map(({ id }) => id);
  for (let index = from.length - 1; index >= 0; index--) {
    if (!isKept(from[index])) {
      notebook.deleteCell(index);
      ids.splice(index, 1);
    }
  }
  to.forEach((cell, index) => {
    const found = ids.indexOf(cell.id, index);
    if (found === index) {
      return;
    }
    if (found > index) {
      notebook.deleteCell(found);
      ids.splice(found, 1);
    }
    notebook.insertCell(index, cell);
    ids.splice(index, 0, cell.id);
  });
}

function rewriteCell(
  notebook: YNotebook,
  index: number,
  from: ICanonicalCell,
  to: ICanonicalCell
): void {
  const cell = notebook.getCell(index);
  rewriteText(cell.ysource, to.source);
  if (!isEqual(from.metadata, to.metadata)) {
    rewriteMetadata(cell, to.metadata);
  }
  if (!isEqual(from.attachments, to.attachments)) {
    const attachments = to.attachments as ReturnType<
      ISharedAttachmentsCell['getAttachments']
    >;
    (cell as unknown as ISharedAttachmentsCell).setAttachments(attachments);
  }
  if (to.cell_type === 'code') {
    const code = cell as unknown as ISharedCodeCell;
    if (!isEqual(from.execution_count, to.execution_count)) {
      code.execution_count = to.execution_count as typeof code.execution_count;
    }
    if (!isEqual(from.outputs, to.outputs)) {
      code.setOutputs(to.outputs as ReturnType<typeof code.getOutputs>);
    }
  }
}

/**
 * Make the metadata of a cell others; who trusts its outputs goes on to.
 *
 * Upstream sets what there is, and leaves the rest.
 */
export function rewriteMetadata(
  cell: ISharedCell,
  to: ICanonicalCell['metadata']
): void {
  Object.keys(cell.getMetadata())
    .filter(key => !(key in to) && key !== TRUSTED)
    .forEach(key => cell.deleteMetadata(key));
  cell.setMetadata(to);
}
