// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';

/**
 * How many bytes all that is stored has, without what a database needs beside it.
 *
 * @param isMeant - Which databases are counted, by their names.
 */
export async function storedBytes(
  isMeant = (name: string) => name !== ''
): Promise<number> {
  let bytes = 0;
  for (const { name } of await indexedDB.databases()) {
    if (!isMeant(name!)) {
      continue;
    }
    const db = await idb.openDB(name!, () => undefined);
    for (const store of Array.from(db.objectStoreNames)) {
      const [values] = idb.transact(db, [store], 'readonly');
      bytes += sizeOf(await idb.getAll(values));
    }
    db.close();
  }
  return bytes;
}

function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) {
    return value.byteLength;
  }
  if (typeof value !== 'object' || value === null) {
    return String(value).length;
  }
  return Object.entries(value).reduce(
    (sum, [key, part]) => sum + key.length + sizeOf(part),
    0
  );
}
