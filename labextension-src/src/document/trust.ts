// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { OutputAreaModel } from '@jupyterlab/outputarea';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { guardNotebook } from './allowed';
import { TRUSTED } from './canonical';
import { REPAIR } from './cells/repair';

/**
 * How many transactions of others are being shown at the moment.
 */
let foreign = 0;

/**
 * Show what others have written, as in one of their transactions.
 */
export function showForeign(show: () => void): void {
  foreign++;
  try {
    show();
  } finally {
    foreign--;
  }
}

/**
 * Takes trust away from whatever did not come from this page.
 *
 * JupyterLab lets the outputs of trusted cells run scripts, and trust is part of
 * what is shared: a peer could insert a trusted cell, or write an output into a
 * cell that was trusted because its user ran it. Here nothing is trusted that a
 * peer, another tab, the local store or a file has written; running the cell
 * oneself gives it trust again.
 */
export class TrustGuard implements IDisposable {
  constructor(model: YDocument<DocumentChange>) {
    guardOutputs();
    this._doc = model.ydoc;
    guardNotebook(this._doc);
    this._cells = this._doc.getArray('cells');
    this._doc.on('beforeObserverCalls', this._before);
    this._doc.on('afterTransaction', this._after);
    this._doc.on('afterAllTransactions', this._afterAll);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._doc.off('beforeObserverCalls', this._before);
    this._doc.off('afterTransaction', this._after);
    this._doc.off('afterAllTransactions', this._afterAll);
    this._afterAll();
  }

  /**
   * Runs before anything is shown of a transaction.
   */
  private readonly _before = (transaction: Y.Transaction): void => {
    if (transaction.local) {
      return;
    }
    foreign++;
    this._shown++;
    const touched = new Set<Y.Map<unknown>>();
    for (const type of transaction.changed.keys()) {
      if ((type as unknown) === this._cells) {
        // any may be new
        this._cells.forEach(cell => touched.add(cell));
      } else {
        const cell = this._cellOf(type as unknown as Y.AbstractType<unknown>);
        if (cell) {
          touched.add(cell);
        }
      }
    }
    this._doc.transact(() => {
      for (const cell of touched) {
        const metadata = cell.get('metadata');
        if (metadata instanceof Y.Map && metadata.has(TRUSTED)) {
          metadata.delete(TRUSTED);
        }
      }
    }, REPAIR);
  };

  /**
   * Runs when all of a transaction is shown.
   */
  private readonly _after = (transaction: Y.Transaction): void => {
    if (!transaction.local) {
      foreign--;
      this._shown--;
    }
  };

  /**
   * Runs when all is shown, also where somebody's error has ended a transaction early:
   * what one runs oneself is trusted again.
   */
  private readonly _afterAll = (): void => {
    foreign -= this._shown;
    this._shown = 0;
  };

  /**
   * The cell around a shared type, or `null` if it is in none.
   */
  private _cellOf(type: Y.AbstractType<unknown>): Y.Map<unknown> | null {
    let inner: Y.AbstractType<unknown> | null = type;
    while (inner) {
      const outer = inner.parent as Y.AbstractType<unknown> | null;
      if ((outer as unknown) === this._cells) {
        return inner as Y.Map<unknown>;
      }
      inner = outer;
    }
    return null;
  }

  private readonly _doc: Y.Doc;
  private readonly _cells: Y.Array<Y.Map<unknown>>;
  private _shown = 0;
  private _isDisposed = false;
}

/**
 * Whether outputs are guarded already, in this page.
 */
let isGuarded = false;

/**
 * Make outputs untrusted while others' changes are being shown: a cell's model
 * creates those of its outputs in the same turn, with the trust that the cell has.
 */
function guardOutputs(): void {
  if (isGuarded) {
    return;
  }
  isGuarded = true;
  const factory = OutputAreaModel.defaultContentFactory;
  const create = factory.createOutputModel.bind(factory);
  factory.createOutputModel = options =>
    create(foreign > 0 ? { ...options, trusted: false } : options);
}
