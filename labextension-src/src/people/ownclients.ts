// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Where the clients are remembered in the local storage.
 */
const STORAGE_KEY = '@jupyterlite/webrtc-docprovider:clients';

/**
 * How many are: more than anybody has tabs and documents open.
 */
const MAX_CLIENTS = 200;

/**
 * The clients of Yjs that documents had in this browser, in any tab of this site.
 *
 * What others say about themselves is no proof: anybody may write the id of another
 * person. The storage is out of their reach.
 */
export class OwnClients {
  /**
   * @param storage - Remembers them; without it, other tabs count as somebody else.
   */
  constructor(storage: Storage | null) {
    this._storage = storage;
  }

  has(client: number): boolean {
    return this._all().includes(client);
  }

  add(client: number): void {
    const all = this._all().filter(known => known !== client);
    try {
      const kept = JSON.stringify([...all, client].slice(-MAX_CLIENTS));
      this._storage?.setItem(STORAGE_KEY, kept);
    } catch {
      // full, or no access
    }
  }

  private _all(): unknown[] {
    try {
      const all: unknown = JSON.parse(this._storage?.getItem(STORAGE_KEY) ?? '[]');
      return Array.isArray(all) ? all : [];
    } catch {
      return [];
    }
  }

  private readonly _storage: Storage | null;
}
