// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type * as Y from 'yjs';

import type { DocumentId, Lineage } from '../room/ids';
import { mergeBases } from './base';
import { PREFIX } from './database';
import { KeptHistory } from './kept';
import type { Merge } from './records';
import { Records } from './records';
import type { Kept } from './whole';

/**
 * What the database of the bases is called.
 */
export const BASES = 'bases';

/**
 * What the history of a room's directory is called.
 */
export const DIRECTORY = 'directory';

/**
 * What was last read from or written to the drive while a document was in a room.
 */
export interface IBase {
  /** The history that the document had then. */
  readonly lineage: Lineage;

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
  readonly orphans?: ReadonlyArray<Lineage>;

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

  /** The whole state. */
  readonly update: Kept;
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
 * What this browser keeps of one room of one site: histories, one database for
 * each, and the bases of documents.
 *
 * Nobody is stopped by a browser that refuses to keep, or does not answer: what is
 * missing is missing, and whoever listens is told.
 */
export class RoomStore {
  /**
   * @param name - Names the site and the room, opaquely.
   * @param isKept - Whether the browser keeps anything, or only this page.
   */
  constructor(
    name: string,
    readonly isKept = true
  ) {
    this._name = `${PREFIX}${name}`;
    const records = {};
    this._records = new Records(isKept ? `${this._name}/${BASES}` : null, isRefused =>
      this._setRefused(records, isRefused)
    );
  }

  /**
   * Whether the browser does not keep something, because its storage is full, not to be
   * had, or does not answer.
   */
  get isRefused(): boolean {
    return this._refused.size > 0;
  }

  /**
   * Emitted when `isRefused` has changed.
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
  base(documentId: DocumentId): Promise<IBase | null> {
    return this.record(documentId);
  }

  /**
   * Remember the base of a document.
   *
   * @returns `false` if the browser remembers another one in its place.
   */
  setBase(documentId: DocumentId, base: IBase): Promise<boolean> {
    return this.setRecord(documentId, base, mergeBases);
  }

  /**
   * Read what is kept beside the histories under a name.
   */
  record<T>(name: string): Promise<T | null> {
    return this._records.get(name);
  }

  /**
   * Keep something beside the histories under a name.
   *
   * @param merge - Makes one of two, should this not be written at once.
   * @returns `false` if the browser keeps something else in its place.
   */
  setRecord<T>(name: string, record: T, merge: Merge<T>): Promise<boolean> {
    return this._records.set(name, record, merge);
  }

  /**
   * Load a history into a document, and keep it from now on.
   *
   * @param history - Names the history.
   * @param doc - The document: what is in it is of that history.
   * @param signal - Aborted once nobody wants it any more: nothing more is loaded then.
   * @returns What stops keeping it. It has been loaded, unless the browser does not
   * answer: then that is done as soon as it does.
   */
  async keep(
    history: string,
    doc: Y.Doc,
    signal?: AbortSignal
  ): Promise<() => Promise<void>> {
    if ((await this._records.isAbsent()) || this._isClosed || signal?.aborted) {
      return () => Promise.resolve();
    }
    // several may keep one history, each what is in its document
    const one = {};
    const kept = new KeptHistory(`${this._name}/${history}`, doc, isRefused =>
      this._setRefused(one, isRefused)
    );
    const release = () => {
      kept.close();
      this._setRefused(one, false);
    };
    signal?.addEventListener('abort', release, { once: true });
    if (!this._records.isSilent) {
      await kept.settled;
    }
    return async () => {
      signal?.removeEventListener('abort', release);
      release();
    };
  }

  /**
   * Close what is open. Who left the room while a document was being opened asks
   * for more, and gets nothing.
   */
  async dispose(): Promise<void> {
    this._isClosed = true;
    this._records.close();
  }

  private _setRefused(what: object, isRefused: boolean): void {
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
  private readonly _records: Records;
  private readonly _refused = new Set<object>();
  private readonly _isRefusedChanged = new Signal<this, boolean>(this);
  private _isClosed = false;
}
