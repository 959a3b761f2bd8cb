// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';
import type * as Y from 'yjs';

import type { ObjectStores } from './database';
import { ASK_AGAIN, committed, isInTime, openDatabase } from './database';
import { hold } from './lock';
import type { Kept, Plain } from './whole';
import { applyKept, bytesOf, pack, unpack, wholeOf } from './whole';

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
 * What part of the whole the updates since may take before all is made one, also while
 * people type: one for a key takes thirty times the letter.
 */
const PART = 0.5;

/**
 * How many updates there are at least then, so that this is not done with each.
 */
const MIN_UPDATES = 50;

/**
 * How many updates there may be beside a whole that is large before all is made one: each
 * takes time when the document is opened.
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
 * What was written is made one by the tab whose turn it is, in one transaction: whatever
 * ends in between, there is what there was before, or all of it as one.
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
    this._note();
    this._db?.close(); // once what is under way has been written
    this._letGo();
    this._endTurn?.();
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
    const entries = this._isClosed
      ? []
      : ((await idb.getAll(this._store('readonly'))) as Kept[]);
    const updates = await Promise.all(entries.map(unpack));
    if (this._isClosed) {
      this.close();
      return;
    }
    if (this._doc.store.clients.size) {
      void this._write(wholeOf(this._doc));
    }
    this._doc.on('update', this._onUpdate);
    // one by one, as they came: what they do to each other is repaired as it was then
    updates.forEach(update => applyKept(this._doc, update, this));
    const sizes = entries.map(entry => bytesOf(entry).length);
    this._count += sizes.length;
    this._bytes = sizes.reduce((sum, size) => sum + size, this._bytes);
    this._whole = sizes[0] ?? 0;
    // a page that ends need not have one
    this._takeTurn(name).catch(() => undefined);
  }

  /**
   * Be the tab that makes one of what all tabs write, once no other one is.
   */
  private async _takeTurn(name: string): Promise<void> {
    const endTurn = await hold(`${name}/turn`, 'exclusive');
    if (this._isClosed) {
      endTurn();
      return;
    }
    this._endTurn = endTurn;
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
  private async _write(update: Plain): Promise<void> {
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
        if (!this._isWarned) {
          console.warn('This browser does not keep what was changed.', error);
        }
        this._isWarned = true;
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
    const added = updates.map(update => store.add(update));
    const writing = committed(store.transaction);
    void this._watch(writing);
    await writing;
    // the keys are in a row: other tabs have written the same meanwhile
    const last = Number(added.at(-1)!.result);
    const count = last - (this._lastKey ?? last - added.length);
    const bytes = updates.reduce((sum, update) => sum + bytesOf(update).length, 0);
    this._lastKey = last;
    this._count += count;
    this._bytes += bytes * (count / updates.length);
    this._compactSoon();
  }

  private async _askAgain(): Promise<void> {
    this._isRefused = false; // what is written meanwhile comes after all this
    await this._write(wholeOf(this._doc));
    if (!this._isRefused) {
      this._isWarned = false;
      this._tell(false);
      this._compactSoon(true);
    }
  }

  private _tell(isRefused: boolean): void {
    if (!this._isClosed) {
      this._refused(isRefused);
    }
  }

  /**
   * @param isFull - Whether space is what there was too little of.
   */
  private _compactSoon(isFull = false): void {
    const isTurn = this._endTurn !== null && !this._isCompacting;
    if (!isTurn || this._isRefused || this._isClosed) {
      return; // a full browser keeps what it has
    }
    const isLarge = this._bytes - this._whole > PART * this._whole;
    if (isFull || (isLarge && this._count > MIN_UPDATES)) {
      void this._compact();
    } else if (this._count > MAX_UPDATES) {
      this._later(REST, () => this._compact());
    }
  }

  private async _compact(): Promise<void> {
    this._isCompacting = true;
    try {
      await this._makeOne();
    } catch (error) {
      if (!this._isClosed) {
        console.warn('This browser does not make smaller what it keeps.', error);
      }
      // again once there is as much again
      this._count = 0;
      this._whole = this._bytes;
    } finally {
      this._isCompacting = false;
    }
    this._compactSoon(); // of what was written meanwhile
  }

  /**
   * Write all that the document holds as one, in place of the updates that are there,
   * which may be another tab's.
   */
  private async _makeOne(): Promise<void> {
    const reading = this._store('readonly');
    const [keys, entries] = [reading.getAllKeys(), reading.getAll()];
    await committed(reading.transaction);
    const read = keys.result as number[];
    const last = read.at(-1) ?? null;
    if (last !== null) {
      this._lastKey = Math.max(this._lastKey ?? last, last);
    }
    const [count, bytes] = [this._count, this._bytes];
    const updates = await Promise.all((entries.result as Kept[]).map(unpack));
    if (this._isClosed) {
      return;
    }
    updates.forEach(update => applyKept(this._doc, update, this));
    // a transaction would not wait for it
    const one = await pack(wholeOf(this._doc));
    const isWritten = await this._replace(read, one);
    const size = isWritten ? bytesOf(one).length : bytes;
    this._count += isWritten ? 1 - count : -count;
    this._bytes += size - bytes;
    this._whole = size;
    this._note();
  }

  /**
   * Put one in place of several, before what was written since: what they do to each other
   * is repaired as it was then.
   *
   * @param keys - Those of the several.
   * @returns Whether that was done: where there are no locks, another tab may have been
   * first, and its one may hold more.
   */
  private async _replace(keys: number[], one: Kept): Promise<boolean> {
    if (keys.length < 2) {
      return false;
    }
    const [first, last] = [keys[0], keys.at(-1)];
    const store = this._store('readwrite');
    const done = committed(store.transaction);
    const there = store.count(IDBKeyRange.upperBound(last));
    there.onsuccess = () => {
      if (there.result === keys.length) {
        store.delete(IDBKeyRange.upperBound(last));
        store.put(one, first);
      }
    };
    await done;
    return there.result === keys.length;
  }

  /**
   * Note how large it is, and that it was used, for whoever looks for space.
   */
  private _note(): void {
    if (!this._endTurn) {
      return; // whose turn it is knows better
    }
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
  private _waiting: Plain[] = [];
  private _isWriting = false;
  /** Ends the turn of this tab; `null` as long as it is another one's. */
  private _endTurn: (() => void) | null = null;
  private _isCompacting = false;
  /** How many entries there are, and their bytes, as far as this tab knows. */
  private _count = 0;
  private _bytes = 0;
  /** How many bytes of them were made one. */
  private _whole = 0;
  private _lastKey: number | null = null;
  private _isRefused = false;
  private _isWarned = false;
  private _isClosed = false;
}
