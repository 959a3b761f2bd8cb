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
 * Asks before cells are run that others have changed unseen: once for all that are to
 * run at once, before the first of them does, since each may need those before it.
 */
export class Asking {
  /**
   * @param ask - Asks the user about some changes, and tells whether to run them.
   */
  constructor(ask: (changes: ReadonlyMap<string, IUnseenChange>) => Promise<boolean>) {
    this._ask = ask;
  }

  /**
   * Decide whether a cell may be run.
   *
   * @param unseen - What others have changed in its notebook.
   * @returns `null` if nobody has to be asked.
   */
  mayRun(
    { cell }: Pick<INotebookCellExecutor.IRunCellOptions, 'cell'>,
    unseen: UnseenChanges
  ): Promise<boolean> | null {
    if (!this._batches.has(unseen) && !unseen.isAny) {
      return null;
    }
    const batch = this._batches.get(unseen) ?? this._begin(unseen);
    batch.cells.push(cell.model.sharedModel);
    return batch.mayRun.then(mayRun => mayRun && !cell.isDisposed);
  }

  private _begin(unseen: UnseenChanges): IBatch {
    const cells: ISharedCell[] = [];
    // one question at a time; what is run in the turn of the first belongs to it
    const mayRun = this._last.then(() => {
      this._batches.delete(unseen);
      return this._decide(cells, unseen);
    });
    this._last = mayRun.catch(() => false);
    this._batches.set(unseen, { cells, mayRun });
    return { cells, mayRun };
  }

  private async _decide(cells: ISharedCell[], unseen: UnseenChanges): Promise<boolean> {
    // others may go on while the user reads
    for (;;) {
      const changes = unseen.among(cells);
      if (!changes.size) {
        return true;
      }
      if (!(await this._ask(changes))) {
        return false;
      }
      changes.forEach((change, id) => unseen.see(id, change));
    }
  }

  private readonly _ask: (
    changes: ReadonlyMap<string, IUnseenChange>
  ) => Promise<boolean>;
  private readonly _batches = new Map<UnseenChanges, IBatch>();
  private _last: Promise<unknown> = Promise.resolve();
}
