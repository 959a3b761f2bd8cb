// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Transaction } from 'yjs';

import { isRepair } from './cells/repair';

/**
 * Whether a document holds changes that its own drive does not.
 *
 * `@jupyter/ydoc` keeps `dirty` in the shared state, where one person's save
 * clears it for everybody. Here it follows from what has been saved to this
 * drive, and nobody can set it wrongly: not a peer, and not a save that ends
 * after the next key was pressed.
 *
 * Nor is it written there. JupyterLab's editors do so with every key: that stands between
 * the letters, which then never become one piece, and a document takes 26 bytes a letter.
 */
export class DirtyState implements IDisposable {
  /**
   * @param model - The shared model, whose `dirty` becomes this.
   */
  constructor(model: YDocument<DocumentChange>) {
    this._model = model;
    Object.defineProperty(model, 'dirty', {
      configurable: true,
      get: () => this.dirty,
      set: (dirty: boolean) => {
        if (dirty) {
          this._changed();
        }
      }
    });
    const { ystate } = model;
    const set = ystate.set.bind(ystate);
    ystate.set = (key, value) => (key === 'dirty' ? value : set(key, value));
    model.ydoc.on('afterTransaction', this._onTransaction);
  }

  /**
   * Whether there is something to save.
   */
  get dirty(): boolean {
    return this._version !== this._saved;
  }

  /**
   * Counts the changes: what to give to `markSaved` once they are saved.
   */
  get version(): number {
    return this._version;
  }

  /**
   * Whether any of the changes was somebody else's.
   */
  get isForeign(): boolean {
    return this._isForeign;
  }

  /**
   * Whether any of the changes was made in this page, by who uses it.
   */
  get isOwn(): boolean {
    return this._isOwn;
  }

  /**
   * Emitted with every change of the content.
   */
  get contentChanged(): ISignal<this, void> {
    return this._contentChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * What the drive holds is not certain any more: somebody else has written it.
   */
  touch(): void {
    this._changed();
  }

  /**
   * The drive holds the content as it was at a version.
   */
  markSaved(version: number): void {
    this._update(() => {
      this._saved = version;
      this._isForeign &&= this.dirty;
      this._isOwn &&= this.dirty;
    });
  }

  dispose(): void {
    this._isDisposed = true;
    this._model.ydoc.off('afterTransaction', this._onTransaction);
    Signal.clearData(this);
  }

  private readonly _onTransaction = (transaction: Transaction): void => {
    const { ystate } = this._model;
    if ([...transaction.changed.keys()].some(type => (type as unknown) !== ystate)) {
      this._isForeign ||= !transaction.local;
      this._isOwn ||= transaction.local && !isRepair(transaction);
      this._changed();
    }
  };

  private _changed(): void {
    this._update(() => {
      this._version++;
    });
    this._contentChanged.emit();
  }

  private _update(change: () => void): void {
    const oldValue = this.dirty;
    change();
    const newValue = this.dirty;
    if (oldValue !== newValue) {
      // what the shared state would have emitted
      const changed = this._model.changed as Signal<typeof this._model, DocumentChange>;
      changed.emit({ stateChange: [{ name: 'dirty', oldValue, newValue }] });
    }
  }

  private readonly _model: YDocument<DocumentChange>;
  private readonly _contentChanged = new Signal<this, void>(this);
  private _version = 0;
  private _isForeign = false;
  private _isOwn = false;
  private _saved = 0;
  private _isDisposed = false;
}
