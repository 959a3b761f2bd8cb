// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';
import * as Y from 'yjs';

import type { ObjectStores } from './database';
import { ASK_AGAIN, committed, isInTime, openDatabase } from './database';
import { hold } from './lock';

/**
 * The object stores of a history's database: those of y-indexeddb 9, which kept
 * histories before.
 */
export const UPDATES = 'updates';
export const CUSTOM = 'custom';
export const HISTORY: ObjectStores = [[UPDATES, { autoIncrement: true }], [CUSTOM]];

/**
 * Under which key it says how large it is, and how old.
 */
export const ABOUT = 'about';

/**
 * What a history's database says about itself.
 */
export interface IAbout {
  /** How many bytes it had when it was last opened, made smaller or closed. */
  readonly bytes: number;

  /** When that was, in milliseconds since 1970. */
  readonly used: number;
}

/**
 * How many updates a database may hold before they are made one.
 */
const MAX_UPDATES = 500;

/**
 * How long after the last of them that is done, in milliseconds: nobody types then.
 */
const REST = 1000;

/**
 * One history, as this browser keeps it: every change of a document is written as it
 * happens, and all of them are there when the document is opened again.
 *
 * In place of y-indexeddb, which nobody tells that the storage is full, and which loads
 * all changes as one: so a text was gone that one tab had typed into a cell whose removal
 * another tab wrote down.
 */
export class KeptHistory {
  /**
   * @param name - Names the database.
   * @param doc - The document: what it holds already is kept too.
   * @param refused - Is told that not all is kept, and when it is again.
   */
  constructor(name: string, doc: Y.Doc, refused: (isRefused: boolean) => void) {
    this._doc = doc;
    this._refused = refused;
    const loading = this._open(name);
    loading.catch((error: unknown) => {
      console.warn('This browser does not keep a shared document.', error);
      this._tell(true);
    });
    this.settled = this._watch(loading);
  }

  /**
   * Resolves once it has been loaded, or does not seem to be any time soon; then that is
   * done whenever it can be.
   */
  readonly settled: Promise<void>;

  /**
   * Keep it no longer; what was written is there.
   */
  close(): void {
    this._isClosed = true;
    clearTimeout(this._timer);
    this._doc.off('update', this._onUpdate);
    if (this._waiting.length) {
      this._writeWaiting().catch(() => undefined); // nobody is told any more
    }
    if (this._count) {
      this._note();
    }
    this._db?.close(); // once what is under way has been written
    this._letGo();
  }

  /**
   * Tell of it when the browser does not answer, and when it does.
   */
  private async _watch(answer: Promise<void>): Promise<void> {
    if (!(await isInTime(answer))) {
      this._tell(true);
      void answer.then(
        () => this._tell(this._isRefused),
        () => undefined
      );
    }
  }

  private async _open(name: string): Promise<void> {
    this._letGo = await hold(name);
    const db = await openDatabase(name, HISTORY);
    this._db = db;
    const updates = this._isClosed
      ? []
      : ((await idb.getAll(this._store('readonly'))) as Uint8Array[]);
    if (this._isClosed) {
      this.close();
      return;
    }
    if (this._doc.store.clients.size) {
      void this._write(Y.encodeStateAsUpdate(this._doc));
    }
    this._doc.on('update', this._onUpdate);
    // one by one, as they came: what they do to each other is repaired as it was then
    updates.forEach(update => Y.applyUpdate(this._doc, update, this));
    this._count += updates.length;
    this._bytes = updates.reduce((sum, { length }) => sum + length, this._bytes);
    this._note();
    this._compactSoon();
  }

  private readonly _onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== this) {
      void this._write(update);
    }
  };

  /**
   * Write an update; nothing as long as one before was refused.
   *
   * What comes while others are being written is written together, after them: a kernel
   * that prints makes thousands, and the page would do nothing else for seconds.
   */
  private async _write(update: Uint8Array): Promise<void> {
    if (this._isRefused) {
      return; // `_askAgain` does
    }
    this._waiting.push(update);
    if (this._isWriting) {
      return;
    }
    this._isWriting = true;
    try {
      while (this._waiting.length) {
        await this._writeWaiting();
      }
    } catch (error) {
      this._waiting = []; // `_askAgain` writes them, too
      if (!this._isClosed && !this._isRefused) {
        console.warn('This browser does not keep what was changed.', error);
        this._isRefused = true;
        this._tell(true);
        this._later(ASK_AGAIN, () => this._askAgain());
      }
    } finally {
      this._isWriting = false;
    }
  }

  private async _writeWaiting(): Promise<void> {
    const updates = this._waiting;
    this._waiting = [];
    const store = this._store('readwrite');
    updates.forEach(update => store.add(update));
    const writing = committed(store.transaction);
    void this._watch(writing);
    await writing;
    this._count += updates.length;
    this._bytes = updates.reduce((sum, { length }) => sum + length, this._bytes);
    this._compactSoon();
  }

  private async _askAgain(): Promise<void> {
    this._isRefused = false; // what is written meanwhile comes after all this
    try {
      await this._writeAll();
    } catch {
      this._isRefused = true;
      if (!this._isClosed) {
        this._later(ASK_AGAIN, () => this._askAgain());
      }
      return;
    }
    this._tell(this._isRefused);
  }

  private _tell(isRefused: boolean): void {
    if (!this._isClosed) {
      this._refused(isRefused);
    }
  }

  private _compactSoon(): void {
    if (this._count >= MAX_UPDATES && !this._isRefused && !this._isClosed) {
      // a full browser keeps what it has
      this._later(REST, () => this._writeAll().catch(() => undefined));
    }
  }

  /**
   * Write all that the document holds as one update, in place of those that are there,
   * which may be another tab's.
   */
  private async _writeAll(): Promise<void> {
    const store = this._store('readwrite');
    const done = committed(store.transaction);
    const keys = store.getAllKeys();
    const updates = store.getAll();
    let bytes = 0;
    updates.onsuccess = () => {
      (updates.result as Uint8Array[]).forEach(update =>
        Y.applyUpdate(this._doc, update, this)
      );
      const whole = Y.encodeStateAsUpdate(this._doc);
      bytes = whole.length;
      store.add(whole);
      keys.result.forEach(key => store.delete(key));
    };
    await done;
    this._count = 1;
    this._bytes = bytes;
    this._note();
  }

  /**
   * Note how large it is, and that it was used, for whoever looks for space.
   */
  private _note(): void {
    const about: IAbout = { bytes: this._bytes, used: Date.now() };
    try {
      this._store('readwrite', CUSTOM).put(about, ABOUT);
    } catch {
      // who looks for space counts itself
    }
  }

  private _store(mode: IDBTransactionMode, name = UPDATES): IDBObjectStore {
    return this._db!.transaction([name], mode).objectStore(name);
  }

  private _later(milliseconds: number, work: () => Promise<void>): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void work(), milliseconds);
  }

  private readonly _doc: Y.Doc;
  private _db: IDBDatabase | null = null;
  private readonly _refused: (isRefused: boolean) => void;
  private _letGo: () => void = () => undefined;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  /** What has not been given to the browser yet. */
  private _waiting: Uint8Array[] = [];
  private _isWriting = false;
  private _count = 0;
  private _bytes = 0;
  private _isRefused = false;
  private _isClosed = false;
}
