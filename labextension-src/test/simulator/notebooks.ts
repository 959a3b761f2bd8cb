// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { guardNotebook } from '../../src/document/allowed';
import { CellOperations } from '../../src/document/cells/operations';
import { correctCells } from '../../src/document/cells/corrections';
import { REPAIR } from '../../src/document/cells/repair';
import { applyUpdate } from '../../src/peer/integrate';
import * as commands from './commands';

/**
 * The origin of what arrives.
 */
const NETWORK = Symbol('network');

/**
 * One person's page with a notebook, and JupyterLab's commands on it.
 */
export class NotebookPage {
  constructor(seed: Uint8Array, client: number) {
    this.notebook = new YNotebook({ disableDocumentWideUndoRedo: true });
    this.notebook.ydoc.clientID = client;
    Object.defineProperty(this.notebook, 'dirty', { value: false, writable: true });
    guardNotebook(this.notebook.ydoc);
    correctCells(this.notebook);
    this._operations = new CellOperations({
      notebook: this.notebook,
      rescued: text => this.rescued.push(text)
    });
    applyUpdate(this.notebook.ydoc, seed, NETWORK);
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
    applyUpdate(this.notebook.ydoc, update, NETWORK);
  }

  type(at: number, place: number, text: string): void {
    this.notebook.getCell(at).updateSource(place, place, text);
  }

  move(from: number, to: number, n = 1): void {
    commands.move(this.notebook, from, to, n);
  }

  remove(at: number, n = 1): void {
    commands.remove(this.notebook, at, n);
  }

  split(at: number, place: number): void {
    commands.split(this.notebook, at, place);
  }

  merge(at: number): void {
    commands.merge(this.notebook, at);
  }

  retype(at: number, cell_type: string): void {
    commands.retype(this.notebook, at, cell_type);
  }

  cutAndPaste(at: number, to: number): void {
    commands.cutAndPaste(this.notebook, at, to);
  }

  fillEmpty(): void {
    commands.fillEmpty(this.notebook);
  }

  dispose(): void {
    this._operations.dispose();
    this.notebook.dispose();
  }

  private readonly _operations: CellOperations;
}

/**
 * Exchange states until nobody has anything new.
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
