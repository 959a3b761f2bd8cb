// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YCodeCell, YNotebook } from '@jupyter/ydoc';

/*
 * JupyterLab's commands on notebooks: what they do to the shared model, in the words of
 * `@jupyterlab/notebook` 4.6.
 */

/** Move cells. */
export function move(notebook: YNotebook, from: number, to: number, n = 1): void {
  notebook.moveCells(from, to, n);
}

/** Remove cells. */
export function remove(notebook: YNotebook, at: number, n = 1): void {
  notebook.transact(() => {
    for (let i = at + n - 1; i >= at; i--) {
      notebook.deleteCell(i);
    }
    if (notebook.cells.length === n) {
      notebook.insertCell(0, { cell_type: 'code', metadata: { trusted: true } });
    }
  });
}

/** Split a cell. */
export function split(notebook: YNotebook, at: number, place: number): void {
  const cell = notebook.getCell(at);
  const source = cell.getSource();
  const trim = (piece: string) => piece.replace(/^\n+/, '').replace(/\n+$/, '');
  notebook.transact(() => {
    notebook.insertCells(at, [
      {
        cell_type: cell.cell_type,
        metadata: cell.getMetadata(),
        source: trim(source.slice(0, place))
      }
    ]);
    cell.setSource(trim(source.slice(place)));
  });
}

/** Merge a cell with the one below. */
export function merge(notebook: YNotebook, at: number): void {
  const cell = notebook.getCell(at);
  const source = `${cell.getSource()}\n\n${notebook.getCell(at + 1).getSource()}`;
  const { cell_type, metadata } = cell.toJSON();
  notebook.transact(() => {
    notebook.deleteCell(at);
    notebook.insertCell(at, { cell_type, metadata, source });
    notebook.deleteCell(at + 1);
  });
}

/** Change the type of a cell. */
export function retype(notebook: YNotebook, at: number, cell_type: string): void {
  const { id, source, metadata } = notebook.getCell(at).toJSON();
  notebook.transact(() => {
    notebook.deleteCell(at);
    notebook.insertCell(at, { id, cell_type, source, metadata });
  });
}

/** Cut a cell and paste it. */
export function cutAndPaste(notebook: YNotebook, at: number, to: number): void {
  const cell = notebook.getCell(at).toJSON();
  remove(notebook, at);
  const id = cell.cell_type === 'code' ? cell.id : undefined;
  notebook.insertCells(Math.min(to, notebook.cells.length), [{ ...cell, id }]);
}

/** Run a code cell that prints one line. */
export function run(cell: YCodeCell, line: string): void {
  cell.transact(
    () => {
      cell.setOutputs([]);
      cell.execution_count = null;
    },
    false,
    'silent-change'
  );
  cell.executionState = 'running';
  cell.setOutputs([{ output_type: 'stream', name: 'stdout', text: line }]);
  cell.execution_count = 1;
  cell.executionState = 'idle';
}

/** What is done in an animation frame after a notebook was emptied. */
export function fillEmpty(notebook: YNotebook): void {
  if (!notebook.cells.length) {
    notebook.insertCell(0, { cell_type: 'code', metadata: { trusted: true } });
  }
}
