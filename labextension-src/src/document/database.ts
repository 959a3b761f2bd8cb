// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';

/**
 * How long the browser may take to open a database, in milliseconds. It takes
 * 10; but a blocked one may never open, and a document must.
 */
const PATIENCE = 2000;

/**
 * Open a database of this browser.
 *
 * @param name - Its name.
 * @param stores - The object stores that it has: each a name, and options.
 * @throws Error if there is no IndexedDB, or it refuses or does not answer.
 */
export function openDatabase(
  name: string,
  stores: [string, IDBObjectStoreParameters?][]
): Promise<IDBDatabase> {
  return within(
    PATIENCE,
    idb.openDB(name, db => idb.createStores(db, stores))
  );
}

/**
 * Reject unless a promise is settled in time.
 */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error('IndexedDB does not answer.')),
      milliseconds
    );
  });
  try {
    return await Promise.race([promise, timeout]);
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
