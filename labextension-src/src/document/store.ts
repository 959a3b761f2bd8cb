// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as idb from 'lib0/indexeddb';
import type * as Y from 'yjs';

import { committed, openDatabase } from './database';
import { KeptHistory } from './kept';

/**
 * What was last read from or written to the drive while a document was in a room.
 */
export interface IBase {
  /** The history that the document had then. */
  readonly lineage: string;

  /**
   * Whether a tab is about to open that history, and none has yet.
   */
  readonly isReserved?: boolean;

  /**
   * The digests of what people made of the content: one, or two while it is being
   * saved, since the page may end before it knows which one the drive has.
   */
  readonly digests: ReadonlyArray<string>;

  /**
   * The state of the history that the drive holds, if it is known and not too large:
   * what was changed without the room since then is merged into it.
   */
  readonly state?: ISavedState | null;

  /**
   * The digest of what the site shipped then; `null` for nothing, absent while it is
   * not known.
   */
  readonly shipped?: string | null;

  /**
   * Whether this person has written into this history.
   */
  readonly isAuthor?: boolean;

  /**
   * The digest of one's own file, if that is what this history began with.
   */
  readonly origin?: string;

  /**
   * Histories into which a tab of this browser wrote after another tab had left them:
   * they are kept by the store, and have to be kept as copies.
   */
  readonly orphans?: ReadonlyArray<string>;

  /**
   * The copies that were kept beside the file.
   */
  readonly copies?: ReadonlyArray<IKeptCopy>;
}

/**
 * What the drive holds, as a state of a history.
 */
export interface ISavedState {
  /** The digest of the content. */
  readonly digest: string;

  /** The whole state, as a Yjs update. */
  readonly update: Uint8Array;
}

/**
 * A copy that was kept beside a file because the room has another history.
 */
export interface IKeptCopy {
  /** The history that it was kept of, or would have begun. */
  readonly lineage: string;

  /** Where it is. */
  readonly path: string;

  /** The digest of what was written there. */
  readonly digest: string;
}

/**
 * The object store of the bases.
 */
const BASES = 'bases';

/**
 * What this browser keeps of one room of one site: histories, one database for
 * each, and the bases of documents.
 *
 * Where the browser has no IndexedDB, or refuses it, nothing is kept, and
 * everything else works.
 */
export class RoomStore {
  /**
   * @param name - Names the site and the room, opaquely.
   */
  constructor(name: string) {
    this._name = `jupyterlite-webrtc/${name}`;
    this._bases = openDatabase(`${this._name}/${BASES}`, [[BASES]]).catch(
      (error: unknown) => {
        console.warn('This browser keeps no history of shared documents.', error);
        this._setRefused(BASES, true);
        return null;
      }
    );
  }

  /**
   * Whether the browser refuses to keep something, because its storage is full or not
   * to be had.
   */
  get isRefused(): boolean {
    return this._refused.size > 0;
  }

  /**
   * Emitted when it begins or ceases to refuse.
   */
  get isRefusedChanged(): ISignal<this, boolean> {
    return this._isRefusedChanged;
  }

  /**
   * The name under which tabs of this browser take turns with a document.
   */
  lockName(documentId: string): string {
    return `${this._name}/${documentId}`;
  }

  /**
   * Read the base of a document.
   */
  base(documentId: string): Promise<IBase | null> {
    return this.record(documentId);
  }

  /**
   * Remember the base of a document.
   */
  setBase(documentId: string, base: IBase): Promise<void> {
    return this.setRecord(documentId, base);
  }

  /**
   * Read what is kept beside the histories under a name.
   */
  async record<T>(name: string): Promise<T | null> {
    const db = await this._bases;
    if (!db || this._isClosed) {
      return (this._unsaved.get(name) as T | undefined) ?? null;
    }
    const [store] = idb.transact(db, [BASES], 'readonly');
    return ((await idb.get(store, name)) as unknown as T | undefined) ?? null;
  }

  /**
   * Keep something beside the histories under a name.
   *
   * @throws DOMException if the browser refuses.
   */
  async setRecord<T>(name: string, record: T): Promise<void> {
    const db = await this._bases;
    if (!db) {
      this._unsaved.set(name, record);
    } else if (!this._isClosed) {
      const store = db.transaction([BASES], 'readwrite').objectStore(BASES);
      try {
        store.put(record, name);
        await committed(store.transaction);
        this._setRefused(BASES, false);
      } catch (error) {
        if (this._isClosed) {
          return;
        }
        this._setRefused(BASES, true);
        throw error;
      }
    }
  }

  /**
   * Load a history into a document, and keep it from now on.
   *
   * @param history - Names the history.
   * @param doc - The document; an empty one, or what it holds is stored again.
   * @returns What stops keeping it; it has been loaded.
   */
  async keep(history: string, doc: Y.Doc): Promise<() => Promise<void>> {
    if (!(await this._bases) || this._isClosed) {
      return () => Promise.resolve();
    }
    const kept = await KeptHistory.open(`${this._name}/${history}`, doc, isRefused =>
      this._setRefused(history, isRefused)
    );
    return async () => {
      kept.close();
      this._setRefused(history, false);
    };
  }

  /**
   * Close what is open. Who left the room while a document was being opened asks
   * for more, and gets nothing.
   */
  async dispose(): Promise<void> {
    this._isClosed = true;
    (await this._bases)?.close();
  }

  private _setRefused(what: string, isRefused: boolean): void {
    const before = this.isRefused;
    if (isRefused) {
      this._refused.add(what);
    } else {
      this._refused.delete(what);
    }
    if (this.isRefused !== before) {
      this._isRefusedChanged.emit(this.isRefused);
    }
  }

  private readonly _name: string;
  private readonly _refused = new Set<string>();
  private readonly _isRefusedChanged = new Signal<this, boolean>(this);
  private readonly _bases: Promise<IDBDatabase | null>;
  /** The records of this page, where the browser keeps none. */
  private readonly _unsaved = new Map<string, unknown>();
  private _isClosed = false;
}
