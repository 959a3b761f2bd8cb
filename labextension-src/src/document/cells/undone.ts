// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import type { IItemId } from './ids';
import { idsOf, keyOf } from './ids';
import { findItem } from './notebook';

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
    this._visit(transaction, ({ deletions }) => deletions, visit);
  }

  /**
   * Tell the characters that a redo is to take away again: what the undo before it brought
   * back.
   *
   * @param transaction - A redo; of another one there are none.
   * @returns Their keys.
   */
  takenAgain(transaction: Y.Transaction): Set<string> {
    const { doc } = transaction;
    const taken = new Set<string>();
    if (this._stacks.get(transaction)?.isRedo) {
      const insertions = (item: Stack[number]) => item.insertions;
      this._visit(transaction, insertions, ({ content, id, length }) => {
        if (content instanceof Y.ContentString) {
          idsOf(id, length).forEach(one => taken.add(keyOf(latest(doc, one))));
        }
      });
    }
    return taken;
  }

  private _visit(
    transaction: Y.Transaction,
    part: (item: Stack[number]) => Stack[number]['deletions'],
    visit: (item: Y.Item) => void
  ): void {
    const { stack, before } = this._stacks.get(transaction) ?? {};
    // the last that was taken; those above it, if any, had no effect
    const undone = stack && before?.[stack.length];
    if (undone) {
      transaction.doc.transact(inner => {
        Y.iterateDeletedStructs(inner, part(undone), struct => {
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
      const isRedo = !origin.undoing;
      const stack = isRedo ? origin.redoStack : origin.undoStack;
      this._stacks.set(transaction, { isRedo, stack, before: [...stack] });
    }
  };

  private readonly _doc: Y.Doc;
  private readonly _stacks = new WeakMap<
    Y.Transaction,
    { readonly isRedo: boolean; readonly stack: Stack; readonly before: Stack }
  >();
  private _isDisposed = false;
}

/**
 * What earlier undos have made of a character.
 */
function latest(doc: Y.Doc, character: IItemId): IItemId {
  for (let item = findItem(doc, character); item?.redone;) {
    const { client, clock } = item.redone;
    character = { client, clock: clock + character.clock - item.id.clock };
    item = findItem(doc, character);
  }
  return character;
}
