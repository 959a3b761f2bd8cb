// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { CellOperations, REPAIR } from '../../src/document/cells/operations';
import { CellCorrections } from '../../src/document/cells/corrections';

/**
 * The origin of what arrives.
 */
const NETWORK = Symbol('network');

/**
 * One person's page with a notebook, and JupyterLab's commands on it: what they do
 * to the shared model, in the words of `@jupyterlab/notebook` 4.6.
 */
export class NotebookPage {
  constructor(seed: Uint8Array, client: number) {
    this.notebook = new YNotebook({ disableDocumentWideUndoRedo: true });
    this.notebook.ydoc.clientID = client;
    Object.defineProperty(this.notebook, 'dirty', { value: false, writable: true });
    this._corrections = new CellCorrections(this.notebook);
    this._operations = new CellOperations({
      notebook: this.notebook,
      rescued: text => this.rescued.push(text)
    });
    Y.applyUpdate(this.notebook.ydoc, seed, NETWORK);
    this.notebook.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === REPAIR) {
        this.repairs++;
      }
      if (origin !== NETWORK) {
        this.sent.push(update);
      }
    });
  }

  readonly notebook: YNotebook;

  /** What was rescued here. */
  readonly rescued: string[] = [];

  /** What is to be sent to others. */
  readonly sent: Uint8Array[] = [];

  /** How many repairs were made here. */
  repairs = 0;

  get sources(): string[] {
    return this.notebook.cells.map(cell => cell.getSource());
  }

  get ids(): string[] {
    return this.notebook.cells.map(cell => cell.getId());
  }

  get text(): string {
    return this.sources.join('\n');
  }

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.notebook.ydoc, update, NETWORK);
  }

  type(at: number, place: number, text: string): void {
    this.notebook.getCell(at).updateSource(place, place, text);
  }

  move(from: number, to: number, n = 1): void {
    this.notebook.moveCells(from, to, n);
  }

  remove(at: number, n = 1): void {
    const { notebook } = this;
    notebook.transact(() => {
      for (let i = at + n - 1; i >= at; i--) {
        notebook.deleteCell(i);
      }
      if (notebook.cells.length === n) {
        notebook.insertCell(0, { cell_type: 'code', metadata: { trusted: true } });
      }
    });
  }

  split(at: number, place: number): void {
    const { notebook } = this;
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
  merge(at: number): void {
    const { notebook } = this;
    const cell = notebook.getCell(at);
    const source = `${cell.getSource()}\n\n${notebook.getCell(at + 1).getSource()}`;
    const { cell_type, metadata } = cell.toJSON();
    notebook.transact(() => {
      notebook.deleteCell(at);
      notebook.insertCell(at, { cell_type, metadata, source });
      notebook.deleteCell(at + 1);
    });
  }

  retype(at: number, cell_type: string): void {
    const { notebook } = this;
    const { id, source, metadata } = notebook.getCell(at).toJSON();
    notebook.transact(() => {
      notebook.deleteCell(at);
      notebook.insertCell(at, { id, cell_type, source, metadata });
    });
  }

  /** Cut a cell and paste it, as one cell of type code. */
  cutAndPaste(at: number, to: number): void {
    const cell = this.notebook.getCell(at).toJSON();
    this.remove(at);
    const id = cell.cell_type === 'code' ? cell.id : undefined;
    this.notebook.insertCells(Math.min(to, this.notebook.cells.length), [
      { ...cell, id }
    ]);
  }

  /** JupyterLab does this in an animation frame after a notebook was emptied. */
  fillEmpty(): void {
    if (!this.notebook.cells.length) {
      this.notebook.insertCell(0, { cell_type: 'code', metadata: { trusted: true } });
    }
  }

  dispose(): void {
    this._operations.dispose();
    this._corrections.dispose();
    this.notebook.dispose();
  }

  private readonly _operations: CellOperations;
  private readonly _corrections: CellCorrections;
}

/**
 * Exchange states until nobody has anything new.
 *
 * @returns How many updates were sent.
 */
export function settle(pages: ReadonlyArray<NotebookPage>, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const one of pages) {
      for (const other of pages) {
        if (one !== other) {
          meet(one, other);
        }
      }
    }
  }
}

/**
 * Send one page's state to another.
 */
export function meet(one: NotebookPage, other: NotebookPage): void {
  const known = Y.encodeStateVector(other.notebook.ydoc);
  other.receive(Y.encodeStateAsUpdate(one.notebook.ydoc, known));
}

/**
 * The seed of a notebook.
 */
export function seedOf(cells: { id: string; cell_type: string; source: string }[]) {
  const scratch = new YNotebook();
  Object.defineProperty(scratch, 'dirty', { value: false, writable: true });
  scratch.ydoc.clientID = 2 ** 52 + 1;
  scratch.ydoc.transact(() => {
    scratch.nbformat = 4;
    scratch.nbformat_minor = 5;
    scratch.ymeta.set('metadata', new Y.Map());
    scratch.insertCells(0, cells);
  });
  return Y.encodeStateAsUpdate(scratch.ydoc);
}
