// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISharedCell } from '@jupyter/ydoc';
import type { INotebookCellExecutor } from '@jupyterlab/notebook';

import type { IUnseenChange, UnseenChanges } from '../people/unseen';

/**
 * The cells that are asked to run in one turn.
 */
interface IBatch {
  readonly cells: ISharedCell[];
  readonly mayRun: Promise<boolean>;
}

/**
 * Asks before cells of a notebook are run that others have changed unseen: once for all
 * that are to run at once, before the first of them does, since each may need those
 * before it.
 */
export class Asking {
  /**
   * @param unseen - What others have changed.
   * @param ask - Asks the user about some of it, and tells whether to run that.
   */
  constructor(
    unseen: UnseenChanges,
    ask: (changes: ReadonlyArray<IUnseenChange>) => Promise<boolean>
  ) {
    this._unseen = unseen;
    this._ask = ask;
  }

  /**
   * Decide whether a cell may be run.
   *
   * @returns `null` if nobody has to be asked.
   */
  mayRun({
    cell
  }: Pick<INotebookCellExecutor.IRunCellOptions, 'cell'>): Promise<boolean> | null {
    if (!this._batch && !this._unseen.isAny) {
      return null;
    }
    this._batch ??= this._begin();
    this._batch.cells.push(cell.model.sharedModel);
    return this._batch.mayRun.then(mayRun => mayRun && !cell.isDisposed);
  }

  private _begin(): IBatch {
    const cells: ISharedCell[] = [];
    // one question at a time; what is run in the turn of the first belongs to it
    const mayRun = this._last.then(() => {
      this._batch = null;
      return this._decide(cells);
    });
    this._last = mayRun.catch(() => false);
    return { cells, mayRun };
  }

  private async _decide(cells: ISharedCell[]): Promise<boolean> {
    // others may go on while the user reads
    for (;;) {
      const changes = this._unseen.among(cells);
      if (!changes.size) {
        return true;
      }
      if (!(await this._ask([...changes.values()]))) {
        return false;
      }
      changes.forEach((change, id) => this._unseen.see(id, change));
    }
  }

  private readonly _unseen: UnseenChanges;
  private readonly _ask: (changes: ReadonlyArray<IUnseenChange>) => Promise<boolean>;
  private _batch: IBatch | null = null;
  private _last: Promise<unknown> = Promise.resolve();
}
