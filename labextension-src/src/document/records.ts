// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';

import type { ObjectStores } from './database';
import { ASK_AGAIN, committed, isInTime, openDatabase } from './database';

/**
 * Makes one record of two, when one could not be written while others were.
 *
 * @param stored - What the browser has.
 * @param own - What this page would have written.
 */
export type Merge<T> = (stored: T, own: T) => T;

/**
 * The object store of the records.
 */
export const RECORDS = 'bases';
export const RECORD_STORES: ObjectStores = [[RECORDS]];

/**
 * What this browser remembers beside histories, each under a name.
 *
 * Nobody waits for it for long, and nobody is stopped by it:
 *
 * - *answering*: it reads and writes.
 * - *silent*: it was asked something, and has not answered in time. From then on the
 *   page remembers by itself, and asks no more. Once the answer is there after all, both
 *   are merged, and it is answering again.
 * - *full*: it reads, and refuses to write. What it refused the page remembers, and
 *   writes once there is space.
 * - *absent*: the browser has no database, or refuses to open it. The page remembers,
 *   as long as it is there.
 */
export class Records {
  /**
   * @param name - Names the database; `null` if the browser is to keep nothing.
   * @param refused - Is told that not all is kept, and when it is again.
   */
  constructor(name: string | null, refused: (isRefused: boolean) => void) {
    this._refused = refused;
    if (name === null) {
      this._state = 'absent';
      return;
    }
    this._db = openDatabase(name, RECORD_STORES);
    this._db.then(
      db => this._isClosed && db.close(),
      (error: unknown) => {
        this._state = 'absent';
        console.warn('This browser keeps no history of shared documents.', error);
        this._refused(true);
      }
    );
  }

  /** Whether it does not answer, so that nobody should wait for it again. */
  get isSilent(): boolean {
    return this._state === 'silent';
  }

  /**
   * Find out whether there is none.
   */
  async isAbsent(): Promise<boolean> {
    await this._answering();
    return this._state === 'absent';
  }

  /**
   * Read a record.
   *
   * @returns The record, or `null` if there is none, or it is not to be had now.
   */
  async get<T>(name: string): Promise<T | null> {
    const db = await this._answering();
    const own = this._own.get(name);
    if (own || !db) {
      return (own?.record as T | undefined) ?? null;
    }
    const reading = this._read(db, name);
    return (await this._isInTime(reading)) ? ((await reading) as T | null) : null;
  }

  /**
   * Write a record.
   *
   * @param merge - What is done once it is written, if that could not be done at once.
   * @returns `false` if another one is kept in its place, and would be read after a
   * reload.
   */
  async set<T>(name: string, record: T, merge: Merge<T>): Promise<boolean> {
    const db = await this._answering();
    if (this._isClosed) {
      return true;
    }
    const isLate = this._own.get(name)?.isLate ?? (!db || this._unread.delete(name));
    this._own.set(name, { record, merge: merge as Merge<unknown>, isLate });
    if (!db) {
      return this._state === 'absent';
    }
    const writing = this._write(db);
    return (await this._isInTime(writing)) ? writing : false;
  }

  /**
   * Close it. Who asks for more gets nothing.
   */
  close(): void {
    this._isClosed = true;
    clearTimeout(this._timer);
    void this._db.then(
      db => db.close(),
      () => undefined
    );
  }

  /**
   * The database, as long as it answers.
   */
  private async _answering(): Promise<IDBDatabase | null> {
    if (this._state !== 'answering' || !(await this._isInTime(this._db))) {
      return null;
    }
    return this._isClosed ? null : this._db.catch(() => null);
  }

  /**
   * Whether an answer comes in time; what comes later is taken in then.
   */
  private async _isInTime(answer: Promise<unknown>): Promise<boolean> {
    const isThere = await isInTime(answer);
    if (!isThere && this._state === 'answering' && !this._isClosed) {
      this._state = 'silent';
      this._markLate();
      console.warn('This browser does not answer what it keeps of shared documents.');
      this._refused(true);
      void answer
        .then(() => this._db)
        .then(
          db => {
            this._state = 'answering';
            return this._write(db);
          },
          () => undefined // it is absent
        );
    }
    return isThere;
  }

  private async _read(db: IDBDatabase, name: string): Promise<unknown> {
    try {
      const store = db.transaction([RECORDS], 'readonly').objectStore(RECORDS);
      return ((await idb.get(store, name)) as unknown) ?? null;
    } catch (error) {
      this._unread.add(name);
      this._refuse(db, error);
      return null;
    }
  }

  /**
   * Write all that has not been written.
   */
  private async _write(db: IDBDatabase): Promise<boolean> {
    const written = [...this._own];
    try {
      const store = db.transaction([RECORDS], 'readwrite').objectStore(RECORDS);
      for (const [name, { record, merge, isLate }] of written) {
        if (!isLate) {
          store.put(record, name);
          continue;
        }
        const stored = store.get(name);
        stored.onsuccess = () => {
          const before = stored.result as unknown;
          store.put(before === undefined ? record : merge(before, record), name);
        };
      }
      await committed(store.transaction);
    } catch (error) {
      this._refuse(db, error);
      return false;
    }
    for (const [name, own] of written) {
      if (this._own.get(name) === own) {
        this._own.delete(name);
      }
    }
    if (!this._own.size && !this._isClosed) {
      this._refused(false);
    }
    return true;
  }

  /**
   * Other tabs may write before we can.
   */
  private _markLate(): void {
    for (const [name, own] of this._own) {
      this._own.set(name, { ...own, isLate: true });
    }
  }

  private _refuse(db: IDBDatabase, error: unknown): void {
    if (this._isClosed) {
      return;
    }
    console.warn('This browser does not keep what was changed.', error);
    this._markLate();
    this._refused(true);
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this._write(db), ASK_AGAIN);
  }

  private readonly _refused: (isRefused: boolean) => void;
  private readonly _db: Promise<IDBDatabase> = new Promise(() => undefined);
  /** What has not been written. */
  private readonly _own = new Map<string, IUnwritten>();
  /** What could not be read, and may be there. */
  private readonly _unread = new Set<string>();
  private _state: 'answering' | 'silent' | 'absent' = 'answering';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isClosed = false;
}

interface IUnwritten {
  readonly record: unknown;
  readonly merge: Merge<unknown>;
  /** Whether something else may have been written since this page has read it. */
  readonly isLate: boolean;
}
