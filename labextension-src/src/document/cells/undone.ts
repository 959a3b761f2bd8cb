// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

type Stack = Y.UndoManager['undoStack'];

/**
 * Tells what an undo, or a redo, brings back: what was deleted by that what it undoes.
 *
 * Newer versions of Yjs say so themselves; those of many sites and servers don't.
 */
export class Undone implements IDisposable {
  /**
   * @param doc - Whose undos.
   */
  constructor(doc: Y.Doc) {
    this._doc = doc;
    doc.on('beforeTransaction', this._onTransaction);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._doc.off('beforeTransaction', this._onTransaction);
  }

  /**
   * Visit what was deleted by that what is undone.
   *
   * @param transaction - An undo; nothing is visited of another one.
   * @param visit - Called with each item: it was brought back if it has a copy.
   */
  forEach(transaction: Y.Transaction, visit: (item: Y.Item) => void): void {
    const { stack, before } = this._stacks.get(transaction) ?? {};
    // the last that was taken; those above it, if any, had no effect
    const undone = stack && before?.[stack.length];
    if (undone) {
      transaction.doc.transact(inner => {
        Y.iterateDeletedStructs(inner, undone.deletions, struct => {
          if ((struct as unknown) instanceof Y.Item) {
            visit(struct as unknown as Y.Item);
          }
        });
      });
    }
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    const origin: unknown = transaction.origin;
    if (origin instanceof Y.UndoManager) {
      const stack = origin.undoing ? origin.undoStack : origin.redoStack;
      this._stacks.set(transaction, { stack, before: [...stack] });
    }
  };

  private readonly _doc: Y.Doc;
  private readonly _stacks = new WeakMap<
    Y.Transaction,
    { readonly stack: Stack; readonly before: Stack }
  >();
  private _isDisposed = false;
}
