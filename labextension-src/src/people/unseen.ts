// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISharedCell, YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import type * as Y from 'yjs';

import { isRepair } from '../document/cells/repair';
import type { Memory } from './memory';
import { lookOf } from './roster';
import { touchedCells, writersOf } from './writers';

/**
 * How long a cell that comes into view has to stay there to count as seen, in
 * milliseconds: who scrolls past does not read.
 */
const SEEN = 1000;

/**
 * How often to look what is in view, in milliseconds: also how long it takes until what
 * changes before one's eyes counts as seen.
 */
const LOOK_INTERVAL = 200;

/**
 * How much of the height of a cell's source may stay out of view: its border.
 */
const MARGIN = 0.02;

/**
 * The type of cells that run.
 */
const CODE = 'code';

/**
 * A cell that others have changed since it was seen.
 */
export interface IUnseenChange {
  /** Its source as it was seen; `null` if it never was, or was no code. */
  readonly before: string | null;
  readonly source: string;
  /** The names of those who changed it, as far as that is known. */
  readonly people: ReadonlyArray<string>;
}

/**
 * Knows which code cells of an open notebook others have changed since its user last saw
 * them. A cell that they moved is as it was; one that they put in is new.
 *
 * What was there before others came counts as seen, and so does what one writes oneself,
 * in any tab of this browser.
 */
export class UnseenChanges implements IDisposable {
  constructor(options: UnseenChanges.IOptions) {
    this._options = options;
    const { ydoc } = options.notebook;
    this._cells = ydoc.getArray<Y.Map<unknown>>('cells');
    this._seen = new Map(options.known);
    const remembered = new Map(
      options.memory.get()?.map(([id, seen, people]) => [id, { seen, people }])
    );
    this._cells.forEach(cell => {
      const id = idOf(cell);
      const content = contentOf(cell);
      const change = remembered.get(id);
      if (change) {
        this._seen.set(id, change.seen);
      }
      if (content.type === CODE && !isSame(content, this._seen.get(id))) {
        const isNew = !change && options.isPageShown();
        this._add(id, content, new Set(change?.people), isNew);
      }
    });
    this._remember();
    ydoc.on('afterTransaction', this._onTransaction);
  }

  /** Whether anything may be. */
  get isAny(): boolean {
    this._look();
    return this._unseen.size > 0;
  }

  /**
   * Find out what others have changed unseen.
   *
   * @param cells - The cells in question.
   * @returns Those that are code and were changed, by their ids.
   */
  among(cells: ReadonlyArray<ISharedCell>): Map<string, IUnseenChange> {
    const found = new Map<string, IUnseenChange>();
    for (const cell of cells) {
      const source = cell.getSource();
      const seen = this._seen.get(cell.id);
      if (cell.cell_type === CODE && !isSame(seen, { type: CODE, source })) {
        found.set(cell.id, {
          before: seen?.type === CODE ? seen.source : null,
          source,
          people: [...(this._unseen.get(cell.id)?.people ?? [])]
        });
      }
    }
    return found;
  }

  /**
   * Note that a change was seen, as it was told.
   */
  see(id: string, { source }: IUnseenChange): void {
    this._seen.set(id, { type: CODE, source });
    if (isSame(this._unseen.get(id)?.content, this._seen.get(id))) {
      this._unseen.delete(id);
      this._remember();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.notebook.ydoc.off('afterTransaction', this._onTransaction);
    clearInterval(this._timer);
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    const touched = touchedCells(this._cells, transaction);
    if (transaction.changed.has(this._cells as never)) {
      const ids = new Set(this._cells.map(idOf));
      [...this._unseen.keys()]
        .filter(id => !ids.has(id))
        .forEach(id => this._unseen.delete(id));
    }
    for (const cell of touched) {
      const id = idOf(cell);
      const content = contentOf(cell);
      const known = this._unseen.get(id);
      if (isSame(content, this._seen.get(id))) {
        this._unseen.delete(id);
      } else if (this._isOwn(cell, transaction)) {
        // who writes into a cell has not read the rest of it yet
        if (known) {
          known.content = content;
        } else {
          this._seen.set(id, content);
        }
      } else if (content.type !== CODE) {
        this._unseen.delete(id);
      } else {
        const people = known?.people ?? new Set<string>();
        for (const client of this._writers(cell, transaction)) {
          const state = this._options.notebook.awareness.getStates().get(client);
          const look = lookOf((state as { user?: unknown } | undefined)?.user, '');
          if (look?.name) {
            people.add(look.name);
          }
        }
        this._add(id, content, people, this._options.isPageShown());
      }
    }
    this._remember();
  };

  private _add(
    id: string,
    content: IContent,
    people: Set<string>,
    isNew: boolean
  ): void {
    this._unseen.set(id, { content, people, isNew, since: Infinity, from: 1, to: 0 });
    this._timer ??= setInterval(() => this._look(), LOOK_INTERVAL);
  }

  /**
   * Remember over a reload of the page what was not seen.
   */
  private _remember(): void {
    const all = [...this._unseen].map(([id, { people }]): Remembered => [
      id,
      this._seen.get(id) ?? null,
      [...people]
    ]);
    this._options.memory.set(all.length ? all : null);
  }

  private _isOwn(cell: Y.Map<unknown>, transaction: Y.Transaction): boolean {
    if (transaction.local) {
      return !isRepair(transaction); // of what somebody did
    }
    const writers = this._writers(cell, transaction);
    return writers.size > 0 && [...writers].every(this._options.isOwn);
  }

  private _writers(cell: Y.Map<unknown>, transaction: Y.Transaction): Set<number> {
    return writersOf(cell, transaction, this._options.notebook.awareness);
  }

  /**
   * Look which of the changes are in view.
   */
  private _look(): void {
    const shown = this._unseen.size ? this._options.shown(this._unseen) : null;
    const now = Date.now();
    for (const [id, change] of this._unseen) {
      const part = shown?.get(id);
      if (part) {
        change.from = Math.min(change.from, part[0]);
        change.to = Math.max(change.to, part[1]);
        change.since = Math.min(change.since, change.isNew ? 0 : now);
      } else {
        change.since = Infinity;
      }
      change.isNew = false;
      const isWhole = change.from <= MARGIN && change.to >= 1 - MARGIN;
      if (isWhole && now - change.since >= SEEN) {
        this._seen.set(id, change.content);
        this._unseen.delete(id);
        this._remember();
      }
    }
    if (!this._unseen.size) {
      clearInterval(this._timer);
      this._timer = undefined;
    }
  }

  private readonly _options: UnseenChanges.IOptions;
  private readonly _cells: Y.Array<Y.Map<unknown>>;
  /** What was in cells when they were last seen, by their ids. */
  private readonly _seen: Map<string, IContent | null>;
  private readonly _unseen = new Map<string, IChange>();
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
    readonly notebook: YNotebook;
    /** What was in its cells before others could change them, by their ids. */
    readonly known: ReadonlyMap<string, IContent>;
    /** Whether a client of Yjs is another tab of this browser. */
    readonly isOwn: (client: number) => boolean;
    /** Remembers what was not seen over a reload of the page. */
    readonly memory: Pick<Memory<Remembered[]>, 'get' | 'set'>;
    /** Whether anything of the page is in view. */
    readonly isPageShown: () => boolean;
    /**
     * Which part of the sources of cells is in view, from 0 (their top) to 1, by the
     * cells' ids; those out of view are left out.
     *
     * @param ids - Has the ids of the cells in question.
     */
    readonly shown: (
      ids: ReadonlyMap<string, unknown>
    ) => ReadonlyMap<string, readonly [number, number]>;
  }
}

/**
 * What is in a cell.
 */
export interface IContent {
  /** The type of the cell: what was seen as text may be code now. */
  readonly type: unknown;
  readonly source: string;
}

interface IChange {
  /** What is in the cell now. */
  content: IContent;
  readonly people: Set<string>;
  /** Whether it was made since the last look, before one's eyes if it is in view. */
  isNew: boolean;
  /** Since when it has been in view, in milliseconds since 1970; or `Infinity`. */
  since: number;
  /** The part of it that has been in view, from 0 to 1. */
  from: number;
  to: number;
}

/**
 * A change, as it is remembered: the cell's id, what was last seen of it, and who made
 * the change.
 */
export type Remembered = [string, IContent | null, string[]];

function isSame(one?: IContent | null, other?: IContent | null): boolean {
  return one?.type === other?.type && one?.source === other?.source;
}

function idOf(cell: Y.Map<unknown>): string {
  return String(cell.get('id'));
}

function contentOf(cell: Y.Map<unknown>): IContent {
  return { type: cell.get('cell_type'), source: String(cell.get('source')) };
}
