// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';

/**
 * What the names of all databases begin with.
 */
export const PREFIX = 'jupyterlite-webrtc/';

/**
 * How long a document waits for what the browser keeps, in milliseconds. It takes 10; a
 * machine that opens many pages at once may take seconds, and what comes later is taken
 * in when it comes.
 */
export const PATIENCE = 5000;

/**
 * How long after a refusal the browser is asked again, in milliseconds.
 */
export const ASK_AGAIN = 10_000;

/**
 * The object stores of a database: each a name, and options.
 */
export type ObjectStores = [string, IDBObjectStoreParameters?][];

/**
 * Open a database of this browser, however long it takes.
 *
 * @param name - Its name.
 * @param stores - The object stores that it has.
 * @throws Error if there is no IndexedDB, or it refuses.
 */
export async function openDatabase(
  name: string,
  stores: ObjectStores
): Promise<IDBDatabase> {
  return idb.openDB(name, db => idb.createStores(db, stores));
}

/**
 * Wait for a promise as long as a document may.
 *
 * @returns Whether it was fulfilled or rejected by then.
 */
export async function isInTime(promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  const settled = promise.then(
    () => true,
    () => true
  );
  try {
    return await Promise.race([settled, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Wait until what was asked of a database has been written: a full storage is often
 * named only then.
 */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('Not written.'));
  });
}
