// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import { CodeCell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type * as Y from 'yjs';

import { compareIds } from '../document/cells/ids';
import type { IStanding, YCellMap } from '../document/cells/notebook';
import { cellChanges } from '../document/cells/notebook';
import { ranLast } from '../document/cells/runs';
import { idOf, textOf } from '../document/cells/text';
import type { Future } from './execution';
import { Execution, futureOf, sharedOf } from './execution';

/**
 * How many executions without a cell are remembered, in case that the cell comes back.
 */
const MAX_LOST = 100;

/**
 * An execution whose cell is gone.
 */
interface ILost {
  readonly execution: Execution;

  /** What showed the cell. */
  readonly view: Notebook;

  /** What the cell held. */
  readonly source: string;
}

/**
 * Lets what this page runs go on when others move the cell, merge it, change its type and
 * back, or delete it and take that back: for Yjs and for JupyterLab what stands there then
 * is another cell, and JupyterLab would stop to listen to the kernel.
 */
export class Executions implements IDisposable {
  constructor(options: Executions.IOptions) {
    this._options = options;
    const { ydoc } = options.notebook;
    ydoc.on('beforeObserverCalls', this._before);
    ydoc.on('afterTransaction', this._after);
    ydoc.on('afterAllTransactions', this._goOn);
    this._findNew();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { ydoc } = this._options.notebook;
    ydoc.off('beforeObserverCalls', this._before);
    ydoc.off('afterTransaction', this._after);
    ydoc.off('afterAllTransactions', this._goOn);
  }

  /**
   * Take executions from cells that go, while they are still shown.
   */
  private readonly _before = (transaction: Y.Transaction): void => {
    const { inserted, removed } = cellChanges(transaction);
    inserted.forEach(cell => this._inserted.add(cell));
    if (removed.length) {
      for (const view of this._options.views()) {
        removed.forEach(cell => this._take(view, cell));
      }
    }
  };

  private readonly _after = ({ changed, local }: Y.Transaction): void => {
    const cells = [...changed].flatMap(([type, keys]) =>
      keys.has('execution_state') ? [type as unknown as YCellMap] : []
    );
    if (local && cells.length) {
      // JupyterLab says so first, and asks the kernel in the same turn
      queueMicrotask(() => {
        this._findNew();
        this._findStopped(cells);
      });
    }
  };

  /**
   * Note what JupyterLab has given up: a cell that an error above has kept from running
   * never hears that from the kernel.
   */
  private _findStopped(cells: ReadonlyArray<YCellMap>): void {
    for (const cell of this._options.views().flatMap(codeCells)) {
      const isTold = cells.includes(sharedOf(cell)) && futureOf(cell) !== null;
      if (isTold && cell.model.executionState !== 'running') {
        this._executionOf(cell).stop();
      }
    }
  }

  /**
   * Note what is being run.
   */
  private readonly _findNew = (): void => {
    for (const cell of this._options.views().flatMap(codeCells)) {
      if (futureOf(cell)) {
        this._executionOf(cell);
      }
    }
  };

  private _executionOf(cell: CodeCell): Execution {
    const future = futureOf(cell)!;
    const execution = this._known.get(future) ?? new Execution(cell);
    this._known.set(future, execution);
    return execution;
  }

  private _take(view: Notebook, { item, runs }: IStanding): void {
    const cell = codeCells(view).find(
      shown => compareIds(idOf(sharedOf(shown)._item!), item) === 0
    );
    if (cell && futureOf(cell)) {
      const execution = this._executionOf(cell);
      execution.leave(cell);
      if (ranLast(sharedOf(cell), this._options.notebook.ydoc.clientID)) {
        this._taken.push({ execution, view, source: textOf(runs) });
      }
    }
  }

  /**
   * Let executions go on in the cells that stand for theirs.
   */
  private readonly _goOn = (): void => {
    const inserted = new Set(this._inserted);
    this._inserted.clear();
    const isHere = (
      { execution, view }: ILost,
      isAlike: (cell: CodeCell) => boolean
    ) => {
      const cell = codeCells(view).find(
        shown => inserted.has(sharedOf(shown)) && !futureOf(shown) && isAlike(shown)
      );
      if (cell) {
        execution.enter(cell);
      }
      return cell !== undefined;
    };
    const taken = this._taken.splice(0);
    if (inserted.size && !this._isDisposed) {
      this._lost = [...taken, ...this._lost]
        .filter(
          lost => !isHere(lost, ({ model }) => lost.execution.cells.has(model.id))
        )
        .filter(
          lost =>
            !taken.includes(lost) ||
            // a cell that others were merged into has an id of its own
            !isHere(lost, ({ model }) => model.sharedModel.source.includes(lost.source))
        )
        .slice(0, MAX_LOST);
    } else {
      this._lost.unshift(...taken);
    }
  };

  private readonly _options: Executions.IOptions;
  private readonly _known = new WeakMap<Future, Execution>();
  private readonly _inserted = new Set<YCellMap>();
  private readonly _taken: ILost[] = [];
  private _lost: ILost[] = [];
  private _isDisposed = false;
}

/**
 * A namespace for `Executions` statics.
 */
export namespace Executions {
  /**
   * What is looked after.
   */
  export interface IOptions {
    readonly notebook: YNotebook;
    /** All that show the notebook at the moment. */
    readonly views: () => ReadonlyArray<Notebook>;
  }
}

function codeCells(view: Notebook): CodeCell[] {
  return view.widgets.filter((cell): cell is CodeCell => cell instanceof CodeCell);
}
