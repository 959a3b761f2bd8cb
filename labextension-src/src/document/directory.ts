// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import { isPlainPath } from '../room/path';

/**
 * What a document is called, and as what it is opened.
 */
export interface IDocumentTitle {
  /** Where it is in the drives of those who are free to have it there. */
  readonly path: string;

  /** The content type and the format of its model, such as `notebook/json`. */
  readonly kind: string;
}

/**
 * What the people in a room agree on: which history is the one of a document, what it
 * is called, and which document a path names.
 *
 * A document may have several lineages, because people opened different files
 * before they met. The room's is the registered one with the smallest digest:
 * a rule that needs no clock and no vote, so that everybody who has seen the
 * same registrations chooses the same, and a registration is never taken back. Only if
 * nobody has what was chosen, somebody may go on without: those are *abandoned* then.
 *
 * A document keeps its id for life. It follows from the path at which it was first
 * shared, and from how many had that path before: those are *retired*, which is never
 * taken back either, so that two halves of a room that retire the same one name the
 * next one alike. Of two new names that are given at once, all see the same one in
 * the end.
 */
export class Directory {
  constructor() {
    const changed = () => this._changed.emit();
    const { _abandoned, _deleted, _lineages, _retired, _titles } = this;
    [_abandoned, _deleted, _lineages, _retired, _titles].forEach(map =>
      map.observe(changed)
    );
  }

  /**
   * The shared state. Keys of lineages are `document id/lineage id`, so that two people
   * who register at once don't overwrite each other.
   */
  readonly doc = new Y.Doc();

  /**
   * Emitted when any of it has changed, here or elsewhere.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * The room's lineage of a document, or `null` while none is registered, or nobody has
   * any of them.
   */
  chosen(documentId: string): string | null {
    const prefix = `${documentId}${SEPARATOR}`;
    const [smallest] = [...this._lineages.keys()]
      .filter(key => key.startsWith(prefix) && !this._abandoned.get(key))
      .map(key => key.slice(prefix.length))
      .sort();
    return smallest ?? null;
  }

  /**
   * Register a lineage, for ever.
   */
  register(documentId: string, lineage: string): void {
    const key = `${documentId}${SEPARATOR}${lineage}`;
    if (!this._lineages.has(key)) {
      this._lineages.set(key, true);
    }
    if (this._abandoned.get(key)) {
      this._abandoned.set(key, false); // somebody had it after all
    }
  }

  /**
   * Let a lineage take the place of those that nobody has who is here. Who comes back
   * with one of them follows.
   */
  prefer(documentId: string, lineage: string): void {
    this.doc.transact(() => {
      this._abandon(documentId);
      this.register(documentId, lineage);
    });
  }

  /**
   * Note that the last one who showed a document has deleted it: nobody waits for its
   * lineages any more, and its name is free.
   */
  abandon(documentId: string): void {
    this.doc.transact(() => {
      this.retire(documentId);
      this._abandon(documentId);
    });
  }

  private _abandon(documentId: string): void {
    for (const key of this._lineages.keys()) {
      if (key.startsWith(`${documentId}${SEPARATOR}`)) {
        this._abandoned.set(key, true);
      }
    }
  }

  /**
   * What a document was renamed to; `null` if it never was, or to something that no
   * drive should have.
   */
  title(documentId: string): IDocumentTitle | null {
    const title: unknown = this._titles.get(documentId);
    const { path, kind } = (title ?? {}) as Partial<Record<'path' | 'kind', unknown>>;
    return isPlainPath(path) && !path.includes('%') && typeof kind === 'string'
      ? { path, kind } // JupyterLite's drive decodes a % in some places, not in all
      : null;
  }

  /**
   * The documents that were renamed to a path, in order.
   */
  titled({ path, kind }: IDocumentTitle): string[] {
    return [...this._titles.keys()].sort().filter(documentId => {
      const title = this.title(documentId);
      return title?.path === path && title.kind === kind;
    });
  }

  /**
   * Rename a document: its old name is free for a new one.
   */
  rename(documentId: string, title: IDocumentTitle): void {
    this.doc.transact(() => {
      this._titles.set(documentId, title);
      this.retire(documentId);
    });
  }

  /**
   * Whether the path at which a document was first shared names another one by now.
   */
  isRetired(documentId: string): boolean {
    return this._retired.has(documentId);
  }

  /**
   * Let the path at which a document was first shared name another one from now on.
   */
  retire(documentId: string): void {
    if (!this.isRetired(documentId)) {
      this._retired.set(documentId, true);
    }
  }

  /**
   * The name of somebody who has deleted a document in their own drive; `null` if
   * nobody has, or somebody has kept it who has the same drive.
   */
  deletedBy(documentId: string): string | null {
    const name: unknown = this._deleted.get(documentId);
    return this._deleted.has(documentId) && name !== KEPT
      ? String(typeof name === 'string' ? name : '').slice(0, MAX_NAME)
      : null;
  }

  /**
   * Whether somebody has kept a document that another had deleted.
   */
  isKept(documentId: string): boolean {
    return this._deleted.get(documentId) === KEPT;
  }

  /**
   * Tell that a person has deleted a document; the others keep it.
   */
  delete(documentId: string, name: string): void {
    this._deleted.set(documentId, name);
  }

  /**
   * Tell that a deleted document goes on, with a file. Its name is its own again, also
   * where the path at which it was first shared was thought to be free.
   */
  keep(documentId: string, title: IDocumentTitle): void {
    this.doc.transact(() => {
      this._deleted.set(documentId, KEPT);
      this.rename(documentId, title);
    });
  }

  private readonly _lineages = this.doc.getMap<boolean>('lineages');
  private readonly _abandoned = this.doc.getMap<boolean>('abandoned');
  private readonly _titles = this.doc.getMap<IDocumentTitle>('titles');
  private readonly _retired = this.doc.getMap<boolean>('retired');
  private readonly _deleted = this.doc.getMap<string | typeof KEPT>('deleted');
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * Stands between two ids, which are hexadecimal.
 */
const SEPARATOR = '/';

/**
 * Stands in the place of the name of who has deleted a document that is kept.
 */
const KEPT = false;

/**
 * The longest name of a person that is shown, in UTF-16 units.
 */
const MAX_NAME = 100;
