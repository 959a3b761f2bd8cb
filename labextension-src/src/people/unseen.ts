// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { personOf } from '../room/person';

/**
 * How long a cell has to be on the screen, as it is, to count as seen, in
 * milliseconds: long enough to notice that it is another one.
 */
const SEEN = 1000;

/**
 * How often to look whether it is, in milliseconds.
 */
const LOOK_INTERVAL = 250;

/**
 * Knows which cells of an open notebook others have written since its user last saw
 * them. A cell that they moved is as it was; one that they put in is new.
 */
export class UnseenChanges implements IDisposable {
  constructor(options: UnseenChanges.IOptions) {
    this._options = options;
    const { ydoc } = options.notebook;
    this._cells = ydoc.getArray<Y.Map<unknown>>('cells');
    this.clear();
    ydoc.on('afterTransaction', this._onTransaction);
  }

  /** The ids of these cells. */
  get cells(): ReadonlyArray<string> {
    return [...this._shown.keys()];
  }

  /**
   * Whether others have changed a cell since it was seen.
   */
  has(cell: string): boolean {
    return this._shown.has(cell);
  }

  /**
   * Count all cells as seen.
   */
  clear(): void {
    this._shown.clear();
    this._seen.clear();
    this._cells.forEach(cell => this._see(cell));
    this._stop();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.notebook.ydoc.off('afterTransaction', this._onTransaction);
    this._stop();
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    const cells = this._touched(transaction);
    if (transaction.local || !this._isByOthers(transaction)) {
      cells.forEach(cell => this._see(cell)); // who types sees it
      return;
    }
    for (const cell of cells) {
      const id = idOf(cell);
      if (this._seen.get(id) === sourceOf(cell)) {
        this._shown.delete(id);
      } else {
        this._shown.set(id, 0);
        this._timer ??= setInterval(() => this._look(), LOOK_INTERVAL);
      }
    }
  };

  /**
   * The cells that a transaction wrote, or put in.
   */
  private _touched({ beforeState, changed }: Y.Transaction): Y.Map<unknown>[] {
    const isNew = ({ _item: item }: Y.Map<unknown>) =>
      !!item && item.id.clock >= (beforeState.get(item.id.client) ?? 0);
    return [...changed.keys()].flatMap(type => {
      const parent: unknown = type.parent;
      if (parent instanceof Y.Map && parent.get('source') === type) {
        return [parent as Y.Map<unknown>];
      }
      return (type as unknown) === this._cells
        ? this._cells.toArray().filter(isNew)
        : [];
    });
  }

  private _see(cell: Y.Map<unknown>): void {
    this._seen.set(idOf(cell), sourceOf(cell));
    this._shown.delete(idOf(cell));
  }

  /**
   * Whether somebody else wrote any of it: this person's other tabs don't count.
   */
  private _isByOthers({ afterState, beforeState }: Y.Transaction): boolean {
    const { me, notebook } = this._options;
    const states = notebook.awareness.getStates();
    return [...afterState].some(([client, clock]) => {
      const user: unknown = states.get(client)?.user;
      const username = (user as { username?: unknown } | undefined)?.username;
      const isMine = typeof username === 'string' && personOf(username) === me();
      return clock > (beforeState.get(client) ?? 0) && !isMine;
    });
  }

  private _look(): void {
    const cells = new Map(this._cells.toArray().map(cell => [idOf(cell), cell]));
    for (const [id, before] of this._shown) {
      const cell = cells.get(id);
      const shown = this._options.isShown(id) ? before + LOOK_INTERVAL : 0;
      if (!cell) {
        this._shown.delete(id);
      } else if (shown < SEEN) {
        this._shown.set(id, shown);
      } else {
        this._see(cell);
      }
    }
    if (!this._shown.size) {
      this._stop();
    }
  }

  private _stop(): void {
    clearInterval(this._timer);
    this._timer = undefined;
  }

  private readonly _options: UnseenChanges.IOptions;
  private readonly _cells: Y.Array<Y.Map<unknown>>;
  /** The sources of cells as they were last seen, by the cells' ids. */
  private readonly _seen = new Map<string, string>();
  /** How long each of the changed cells has been on the screen, in milliseconds. */
  private readonly _shown = new Map<string, number>();
  private _timer: ReturnType<typeof setInterval> | undefined;
  private _isDisposed = false;
}

/**
 * A namespace for `UnseenChanges` statics.
 */
export namespace UnseenChanges {
  /**
   * What is looked after.
   */
  export interface IOptions {
    /** The notebook, as it is when it has been opened. */
    readonly notebook: YNotebook;
    /** The id of the person who uses this page. */
    readonly me: () => string;
    /** Whether a cell is on the screen, by its id. */
    readonly isShown: (cell: string) => boolean;
  }
}

function idOf(cell: Y.Map<unknown>): string {
  return String(cell.get('id'));
}

function sourceOf(cell: Y.Map<unknown>): string {
  return String(cell.get('source'));
}
