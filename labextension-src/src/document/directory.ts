// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import type { DocumentId, Lineage } from '../room/ids';
import { parseDocumentId, parseLineage } from '../room/ids';
import { isPlainTarget, samePath } from '../room/path';
import { Candidates } from './candidates';
import { guardIntake } from './intake';

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
    const maps = new Map<unknown, (item: Y.Item) => boolean>([
      [_lineages, item => parseKey(item.parentSub) !== null && valueOf(item) === true],
      [_abandoned, item => parseKey(item.parentSub) !== null && isBoolean(item)],
      [_titles, item => isDocument(item) && titleOf(valueOf(item)) !== null],
      [_retired, item => isDocument(item) && valueOf(item) === true],
      [_deleted, item => isDocument(item) && isDeletion(valueOf(item))]
    ]);
    guardIntake(this.doc, {
      mayStand: item => maps.get(item.parent)?.(item) === true
    });
    // before anybody is told of anything else that came with them
    this.doc.on('beforeObserverCalls', ({ changed: types }: Y.Transaction) => {
      this._list(types.get(_lineages as never) ?? []);
      this._countAgain(types.get(_abandoned as never) ?? []);
    });
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
  chosen(documentId: DocumentId): Lineage | null {
    const candidates = this._listed.get(documentId);
    const isAbandoned = (lineage: Lineage) =>
      this._abandoned.get(keyOf(documentId, lineage)) === true;
    return candidates?.smallest(isAbandoned) ?? null;
  }

  /**
   * Register a lineage, for ever.
   */
  register(documentId: DocumentId, lineage: Lineage): void {
    const key = keyOf(documentId, lineage);
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
  prefer(documentId: DocumentId, lineage: Lineage): void {
    this.doc.transact(() => {
      this._abandon(documentId);
      this.register(documentId, lineage);
    });
  }

  /**
   * Note that the last one who showed a document has deleted it: nobody waits for its
   * lineages any more, and its name is free.
   */
  abandon(documentId: DocumentId): void {
    this.doc.transact(() => {
      this.retire(documentId);
      this._abandon(documentId);
    });
  }

  private _abandon(documentId: DocumentId): void {
    for (const lineage of this._listed.get(documentId)?.all ?? []) {
      const key = keyOf(documentId, lineage);
      if (!this._abandoned.get(key)) {
        this._abandoned.set(key, true);
      }
    }
  }

  /**
   * List lineages that were registered. Nobody takes that back.
   */
  private _list(keys: Iterable<string | null>): void {
    for (const key of keys) {
      const { documentId, lineage } = parseKey(key) ?? {};
      if (documentId && lineage) {
        const known = this._listed.get(documentId) ?? new Candidates();
        known.add(lineage);
        this._listed.set(documentId, known);
      }
    }
  }

  /**
   * Let lineages count again of which somebody says so.
   */
  private _countAgain(keys: Iterable<string | null>): void {
    for (const key of keys) {
      const { documentId, lineage } = parseKey(key) ?? {};
      const known = documentId && this._listed.get(documentId);
      if (known && lineage && known.all.has(lineage)) {
        known.add(lineage);
      }
    }
  }

  /**
   * What a document was renamed to; `null` if it never was, or to something that no
   * drive should have.
   */
  title(documentId: DocumentId): IDocumentTitle | null {
    return titleOf(this._titles.get(documentId));
  }

  /**
   * The documents that were renamed to a path, in order.
   */
  titled({ path, kind }: IDocumentTitle): DocumentId[] {
    return [...this._titles.keys()]
      .flatMap(key => parseDocumentId(key) ?? [])
      .filter(documentId => {
        const title = this.title(documentId);
        return title?.kind === kind && samePath(title.path) === samePath(path);
      })
      .sort()
      .slice(0, MAX_TITLED);
  }

  /**
   * Rename a document: its old name is free for a new one.
   */
  rename(documentId: DocumentId, title: IDocumentTitle): void {
    this.doc.transact(() => {
      if (titleOf(title)) {
        this._titles.set(documentId, title);
      } else {
        this._titles.delete(documentId); // what others won’t take is no name for them
      }
      this.retire(documentId);
    });
  }

  /**
   * Whether the path at which a document was first shared names another one by now.
   */
  isRetired(documentId: DocumentId): boolean {
    return this._retired._map.has(documentId); // nobody takes that back
  }

  /**
   * Let the path at which a document was first shared name another one from now on.
   */
  retire(documentId: DocumentId): void {
    if (!this.isRetired(documentId)) {
      this._retired.set(documentId, true);
    }
  }

  /**
   * The name of somebody who has deleted a document in their own drive; `null` if
   * nobody has, or somebody has kept it who has the same drive.
   */
  deletedBy(documentId: DocumentId): string | null {
    const name: unknown = this._deleted.get(documentId);
    return typeof name === 'string' ? name.slice(0, MAX_NAME) : null;
  }

  /**
   * Whether somebody has kept a document that another had deleted.
   */
  isKept(documentId: DocumentId): boolean {
    return this._deleted.get(documentId) === KEPT;
  }

  /**
   * Tell that a person has deleted a document; the others keep it.
   */
  delete(documentId: DocumentId, name: string): void {
    this._deleted.set(documentId, name.slice(0, MAX_NAME));
  }

  /**
   * Tell that a deleted document goes on, with a file. Its name is its own again, also
   * where the path at which it was first shared was thought to be free.
   */
  keep(documentId: DocumentId, title: IDocumentTitle): void {
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
  private readonly _listed = new Map<DocumentId, Candidates>();
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

/**
 * The longest kind of a document, in UTF-16 units.
 */
const MAX_KIND = 100;

/**
 * How many documents of one name are looked at.
 */
const MAX_TITLED = 100;

function keyOf(documentId: DocumentId, lineage: Lineage): string {
  return `${documentId}${SEPARATOR}${lineage}`;
}

function parseKey(
  key: string | null
): { readonly documentId: DocumentId; readonly lineage: Lineage } | null {
  const [first, second, ...others] = (key ?? '').split(SEPARATOR, 3);
  const documentId = parseDocumentId(first);
  const lineage = parseLineage(second);
  return documentId && lineage && !others.length ? { documentId, lineage } : null;
}

/**
 * A title that others take: one that every drive may have.
 */
function titleOf(title: unknown): IDocumentTitle | null {
  const { path, kind, ...others } = (title ?? {}) as Readonly<Record<string, unknown>>;
  return !Object.keys(others).length &&
    isPlainTarget(path) &&
    typeof kind === 'string' &&
    kind.length <= MAX_KIND
    ? { path, kind }
    : null;
}

function isDocument({ parentSub }: Y.Item): boolean {
  return parseDocumentId(parentSub) !== null;
}

function isBoolean(item: Y.Item): boolean {
  return typeof valueOf(item) === 'boolean';
}

function isDeletion(value: unknown): boolean {
  return value === KEPT || (typeof value === 'string' && value.length <= MAX_NAME);
}

function valueOf({ content }: Y.Item): unknown {
  return content instanceof Y.ContentAny ? content.arr[0] : undefined;
}
