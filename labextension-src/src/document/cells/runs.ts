// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import { YCodeCell } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { ALL, unsettled } from './corrections';
import { isDeletedIn } from './deleted';
import { keyOf } from './ids';
import type { YCellMap } from './notebook';
import { cellsOf, lastValueOf } from './notebook';
import { markRepair } from './repair';
import { idOf } from './text';

/**
 * The key under which a code cell says who runs it; no part of a file.
 */
const RUN = 'run';

/**
 * An origin that `@jupyter/ydoc` does not tell views about.
 */
const SILENT = 'silent-change';

/**
 * How many past runs of a cell are looked at.
 */
const MAX_RUNS = 1000;

/**
 * Who ran a cell last.
 */
export interface IRunMark {
  /** The client whose outputs count. */
  readonly client: number;

  /** The cell: what undo makes of it is another one. */
  readonly cell: string;

  /** The person, as Jupyter describes users; peers write what they like. */
  readonly user?: unknown;
}

/**
 * Gives a cell that several people run at once one set of outputs: those of the
 * run that was started last; of two that were started unknown to each other, those
 * of the one that Yjs puts last.
 *
 * A cell carries the client that runs it, and what runs that are over, or lost, still put
 * among its outputs is taken out again, by every peer. Yjs knows who wrote what, and who
 * said before that they ran the cell. What somebody writes who never did, as by trusting
 * the outputs, stands.
 */
export class CellRuns implements IDisposable {
  constructor(options: CellRuns.IOptions) {
    this._options = options;
    const { ydoc } = options.notebook;
    ydoc.on('beforeObserverCalls', this._before);
    ydoc.on('afterTransaction', this._after);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { ydoc } = this._options.notebook;
    ydoc.off('beforeObserverCalls', this._before);
    ydoc.off('afterTransaction', this._after);
  }

  /**
   * Take out what others write before any view has seen it.
   */
  private readonly _before = (transaction: Y.Transaction): void => {
    if (!transaction.local) {
      for (const cell of touchedCells(transaction)) {
        if (mayHoldStrangers(cell, transaction)) {
          this._clean(cell, transaction);
        }
        if (isReplaced(cell, transaction)) {
          this._showAnewSoon(cell);
        }
      }
    }
  };

  private readonly _after = (transaction: Y.Transaction): void => {
    if (!transaction.local) {
      return;
    }
    const { awareness, ydoc } = this._options.notebook;
    for (const cell of touchedCells(transaction)) {
      const keys = transaction.changed.get(cell as never);
      if (keys?.has('execution_state') && cell.get('execution_state') === 'running') {
        const mark: IRunMark = {
          client: ydoc.clientID,
          cell: keyOf(cell._item!.id),
          user: awareness.getLocalState()?.user
        };
        ydoc.transact(() => cell.set(RUN, mark), SILENT);
      } else if (mayHoldStrangers(cell, transaction) && strangersOf(cell).length) {
        // not within the view's own change, of which it would not be told
        queueMicrotask(() => this._clean(cell, null));
      }
    }
  };

  /**
   * Take out outputs that are not of the run that counts.
   *
   * @param arriving - The transaction that nobody has been told about yet.
   */
  private _clean(cell: YCellMap, arriving: Y.Transaction | null): void {
    const strangers = strangersOf(cell);
    if (!strangers.length || this._isDisposed) {
      return;
    }
    const { ydoc } = this._options.notebook;
    const isKnown = ({ id }: Y.Item) =>
      !arriving || id.clock < (arriving.beforeState.get(id.client) ?? 0);
    const isShown = strangers.some(isKnown);
    ydoc.transact(transaction => {
      markRepair(transaction);
      for (const item of strangers) {
        item.delete(transaction);
        // Yjs remembers places in lists, which have moved
        (item.parent as Y.AbstractType<unknown>)._searchMarker?.splice(0);
      }
    }, SILENT);
    if (isShown) {
      this._showAnewSoon(cell);
    }
  }

  private _showAnewSoon(cell: YCellMap): void {
    if (!unsettled.has(cell)) {
      unsettled.add(cell);
      queueMicrotask(() => this._showAnew(cell));
    }
  }

  /**
   * Make a view show what is there now: it can't follow what was changed in the
   * middle of its outputs.
   */
  private _showAnew(cell: YCellMap): void {
    unsettled.delete(cell);
    const { notebook, untrusted } = this._options;
    const model = notebook.cells.find(({ ymodel }) => ymodel === cell);
    if (model instanceof YCodeCell && !model.isDisposed) {
      untrusted(() => {
        (model.changed as unknown as { emit(change: unknown): void }).emit({
          outputsChange: [{ delete: ALL }, { insert: model.youtputs.toArray() }]
        });
      });
    }
  }

  private readonly _options: CellRuns.IOptions;
  private _isDisposed = false;
}

/**
 * A namespace for `CellRuns` statics.
 */
export namespace CellRuns {
  /**
   * What is needed to look after the runs of a notebook.
   */
  export interface IOptions {
    /** The notebook. */
    readonly notebook: YNotebook;
    /** Show something that others have written. */
    readonly untrusted: (show: () => void) => void;
  }
}

/**
 * Let outputs be written that no run has made, such as those of a file.
 *
 * @param cell - The cell.
 * @param client - Who writes them.
 */
export function markOutputs(cell: YCellMap, client: number): void {
  const mark: IRunMark = { client, cell: keyOf(cell._item!.id) };
  cell.set(RUN, mark);
}

/**
 * The code cells whose run or outputs a transaction changed.
 */
function touchedCells(transaction: Y.Transaction): Set<YCellMap> {
  const cells = cellsOf(transaction.doc);
  const touched = new Set<YCellMap>();
  for (const type of transaction.changed.keys()) {
    let part: Y.AbstractType<unknown> | null = null;
    let inner = type as unknown as Y.AbstractType<unknown> | null;
    while (inner && (inner.parent as unknown) !== cells) {
      part = inner;
      inner = inner.parent;
    }
    const cell = inner as YCellMap | null;
    if (cell && !cell._item!.deleted) {
      const outputs = cell.get('outputs');
      if (outputs instanceof Y.Array && (!part || (part as unknown) === outputs)) {
        touched.add(cell);
      }
    }
  }
  return touched;
}

/**
 * Whether a transaction may have put something among the outputs of a cell that is
 * not of the run that counts. To look costs more.
 */
function mayHoldStrangers(cell: YCellMap, transaction: Y.Transaction): boolean {
  const mark = markOf(cell);
  const { afterState, beforeState, changed } = transaction;
  return (
    mark !== null &&
    (changed.get(cell as never)?.has(RUN) ||
      [...afterState].some(
        ([client, clock]) =>
          client !== mark.client && clock > (beforeState.get(client) ?? 0)
      ))
  );
}

/**
 * Whether a transaction took outputs away and put others in their place. A view
 * would put them last.
 */
function isReplaced(cell: YCellMap, transaction: Y.Transaction): boolean {
  const { beforeState, changed, deleteSet } = transaction;
  const outputs = cell.get('outputs');
  if (
    !deleteSet.clients.size ||
    !(outputs instanceof Y.Array) ||
    !changed.has(outputs as never)
  ) {
    return false;
  }
  let [isAdded, isRemoved] = [false, false];
  for (let item = outputs._start; item; item = item.right) {
    const isNew = item.id.clock >= (beforeState.get(item.id.client) ?? 0);
    isAdded ||= isNew && !item.deleted;
    isRemoved ||= !isNew && isDeletedIn(transaction, item.id);
  }
  return isAdded && isRemoved;
}

/**
 * Who ran a cell last; `null` if nobody did since it was put there.
 */
export function markOf(cell: YCellMap): IRunMark | null {
  return markIn(cell, cell.get(RUN));
}

/**
 * Whether the outputs of a cell that is being removed were a client's: nobody else ran it
 * later.
 */
export function ranLast(cell: YCellMap, client: number): boolean {
  const mark = markIn(cell, lastValueOf(cell, RUN));
  return mark === null || mark.client === client;
}

function markIn(cell: YCellMap, value: unknown): IRunMark | null {
  const mark = value as Partial<IRunMark> | undefined;
  return mark?.cell === keyOf(idOf(cell._item!)) && typeof mark.client === 'number'
    ? (mark as IRunMark)
    : null;
}

/**
 * The runs of a cell that are over, or lost: client → the clock with which it said that it
 * runs the cell. Yjs keeps the places of what was in a map before.
 */
function pastRuns(cell: YCellMap, mark: IRunMark): Map<number, number> {
  const runs = new Map<number, number>();
  let item = cell._map.get(RUN)?.left ?? null;
  for (let count = 0; item && count < MAX_RUNS; count++, item = item.left) {
    const { client, clock } = item.lastId;
    if (client !== mark.client && !runs.has(client)) {
      runs.set(client, clock);
    }
  }
  return runs;
}

/**
 * Outputs, and parts of stream outputs, of runs that are over, or lost.
 */
function strangersOf(cell: YCellMap): Y.Item[] {
  const mark = markOf(cell);
  if (!mark) {
    return [];
  }
  const runs = pastRuns(cell, mark);
  const isStranger = ({ deleted, id }: Y.Item) =>
    !deleted && id.clock > (runs.get(id.client) ?? Infinity);
  const strangers: Y.Item[] = [];
  const outputs = cell.get('outputs');
  const first = outputs instanceof Y.Array ? outputs._start : null;
  for (let item = first; item; item = item.right) {
    if (isStranger(item)) {
      strangers.push(item);
    } else if (!item.deleted && item.content instanceof Y.ContentType) {
      const text = (item.content.type as unknown as YCellMap).get('text');
      if (text instanceof Y.Text) {
        for (let part = text._start; part; part = part.right) {
          if (isStranger(part)) {
            strangers.push(part);
          }
        }
      }
    }
  }
  return strangers;
}
