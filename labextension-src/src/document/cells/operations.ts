// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { Duplicates } from './duplicates';
import { Ledger } from './ledger';
import { keyOf } from './ids';
import type { IStanding } from './notebook';
import { cellChanges } from './notebook';
import { Recorder } from './recorder';
import { Rescue } from './rescue';
import type { IRun } from './text';
import { idOf } from './text';

/**
 * The origin of the transactions that repair a notebook.
 */
export const REPAIR = Symbol('repair');

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
    this._recorder = new Recorder(this._ledger);
    this._rescue = new Rescue(notebook, this._ledger);
    this._duplicates = new Duplicates(notebook, this._ledger, this._rescue);
    notebook.ydoc.on('afterTransaction', this._onTransaction);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.notebook.ydoc.off('afterTransaction', this._onTransaction);
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    if (transaction.origin === REPAIR) {
      return;
    }
    const isWritten = this._ledger.update(transaction);
    const changes = cellChanges(transaction);
    const { inserted, removed } = changes;
    if (!inserted.length && !removed.length && !isWritten) {
      return;
    }
    const rescued: string[] = [];
    transaction.doc.transact(() => {
      if (transaction.local) {
        const nowhere = this._recorder.record(transaction, changes);
        if (transaction.origin instanceof Y.UndoManager) {
          rescued.push(...this._rescueFromUndo(nowhere));
        }
      } else {
        removed.forEach(cell => this._removed.set(keyOf(cell.item), cell));
      }
      rescued.push(...this._rescueUnseen());
      this._duplicates.joinCells(
        // its author says so in the next transaction
        cell =>
          inserted.includes(cell) && !this._ledger.knowsStanding(idOf(cell._item!))
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
      return this._rescue.rescue(
        cell,
        character =>
          character.clock >= (seen.get(character.client) ?? 0) &&
          !this._rescue.isSafe(character)
      );
    });
  }

  /**
   * Rescue what others typed into cells that one's own undo has removed.
   */
  private _rescueFromUndo(
    nowhere: ReadonlyMap<IStanding, ReadonlyArray<IRun>>
  ): string[] {
    const { clientID } = this._options.notebook.ydoc;
    return [...nowhere].map(([cell, runs]) => {
      const lost = new Set(
        runs.flatMap(({ client, clock, length }) =>
          client === clientID
            ? []
            : Array.from({ length }, (_, i) => keyOf({ client, clock: clock + i }))
        )
      );
      return this._rescue.rescue(
        cell,
        character => lost.has(keyOf(character)) && !this._rescue.isSafe(character)
      );
    });
  }

  private readonly _options: CellOperations.IOptions;
  private readonly _ledger: Ledger;
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
