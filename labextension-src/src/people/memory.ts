// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Remembers one value, if there is a storage and space in it.
 */
export class Memory<T> {
  /**
   * @param key - Where the value is in the storage, as JSON.
   */
  constructor(storage: Storage | null, key: string) {
    this._storage = storage;
    this._key = key;
  }

  get(): T | null {
    try {
      return JSON.parse(this._storage?.getItem(this._key) ?? 'null') as T | null;
    } catch {
      return null; // somebody else wrote it
    }
  }

  set(value: T | null): void {
    try {
      if (value === null) {
        this._storage?.removeItem(this._key);
      } else {
        this._storage?.setItem(this._key, JSON.stringify(value));
      }
    } catch {
      // full, or no access
    }
  }

  private readonly _storage: Storage | null;
  private readonly _key: string;
}
