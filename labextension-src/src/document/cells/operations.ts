// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { noteDeleted } from './deleted';
import { Duplicates } from './duplicates';
import { Ledger, ledgers } from './ledger';
import type { IItemId } from './ids';
import { keyOf } from './ids';
import type { IStanding } from './notebook';
import { cellChanges } from './notebook';
import { Recorder, lostByUndo } from './recorder';
import { isRepair, REPAIR } from './repair';
import { Rescue } from './rescue';
import { idOf } from './text';
import { Undone } from './undone';

/**
 * How many removed cells are remembered until it is known what those who removed
 * them had seen. They say so in the same message, unless they are no peers of ours.
 */
const MAX_WAITING = 100;

/**
 * Lets several people move, change, remove and restore the cells of one notebook
 * at once, and type in them meanwhile, without that anything doubles or is lost.
 *
 * Every peer notes what it does to cells in a ledger that is shared, and repairs
 * what comes of it together with what others did: cells and characters that stand
 * twice, and text that was typed into a cell that somebody removed. Repairs are
 * made in the same turn in which the need arises, so that no state of a document
 * lacks them, and in a way that any number of peers may make them at once.
 */
export class CellOperations implements IDisposable {
  constructor(options: CellOperations.IOptions) {
    this._options = options;
    const { notebook } = options;
    this._ledger = new Ledger(notebook.ydoc);
    this._undone = new Undone(notebook.ydoc);
    this._recorder = new Recorder(this._ledger, this._undone);
    this._rescue = new Rescue(notebook, this._ledger);
    this._duplicates = new Duplicates(notebook, this._ledger, this._rescue);
    notebook.ydoc.on('beforeObserverCalls', noteDeleted);
    notebook.ydoc.on('afterTransaction', this._onTransaction);
    ledgers.set(notebook.ydoc, this._ledger);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._undone.dispose();
    const { ydoc } = this._options.notebook;
    ydoc.off('beforeObserverCalls', noteDeleted);
    ydoc.off('afterTransaction', this._onTransaction);
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    if (isRepair(transaction)) {
      return;
    }
    const isWritten = this._ledger.update(transaction);
    const changes = cellChanges(transaction);
    const { inserted, removed } = changes;
    const isUndo = transaction.local && transaction.origin instanceof Y.UndoManager;
    if (!inserted.length && !removed.length && !isWritten && !isUndo) {
      return;
    }
    const rescued: string[] = [];
    const isNew = new Set(inserted);
    transaction.doc.transact(() => {
      if (transaction.local) {
        this._recorder.record(transaction, changes);
        if (isUndo) {
          const isLost = lostByUndo(this._ledger, this._undone, transaction);
          rescued.push(...removed.map(cell => this._rescueFrom(cell, isLost)));
        }
      } else {
        removed.forEach(cell => this._removed.set(keyOf(cell.item), cell));
      }
      rescued.push(...this._rescueUnseen());
      [...this._removed.keys()]
        .slice(0, -MAX_WAITING)
        .forEach(key => this._removed.delete(key));
      this._duplicates.joinCells(
        // its author says so in the next transaction
        cell => isNew.has(cell) && !this._ledger.knowsStanding(idOf(cell._item!))
      );
      this._duplicates.joinBlanks();
      this._duplicates.joinCharacters(this._ledger.takeNew());
    }, REPAIR);
    rescued.filter(text => text.trim()).forEach(text => this._options.rescued(text));
  };

  /**
   * Rescue what those who removed a cell had not seen, once they have said what
   * they had.
   */
  private _rescueUnseen(): string[] {
    return [...this._removed].flatMap(([key, cell]) => {
      const seen = this._ledger.removal(cell.item);
      if (!seen) {
        return [];
      }
      this._removed.delete(key);
      return this._rescueFrom(
        cell,
        ({ client, clock }) => clock >= (seen.get(client) ?? 0)
      );
    });
  }

  private _rescueFrom(cell: IStanding, isLost: (id: IItemId) => boolean): string {
    return this._rescue.rescue(cell, id => isLost(id) && !this._rescue.isSafe(id));
  }

  private readonly _options: CellOperations.IOptions;
  private readonly _ledger: Ledger;
  private readonly _undone: Undone;
  private readonly _recorder: Recorder;
  private readonly _rescue: Rescue;
  private readonly _duplicates: Duplicates;
  private readonly _removed = new Map<string, IStanding>();
  private _isDisposed = false;
}

/**
 * A namespace for `CellOperations` statics.
 */
export namespace CellOperations {
  /**
   * What the operations of a notebook are made from.
   */
  export interface IOptions {
    /** The notebook. */
    readonly notebook: YNotebook;
    /**
     * Called with text that somebody typed into a cell that somebody else removed;
     * it has a cell of its own now.
     */
    readonly rescued: (text: string) => void;
  }
}
