// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Memory } from './memory';

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
    this._memory = new Memory(storage, STORAGE_KEY);
  }

  has(client: number): boolean {
    return this._all().includes(client);
  }

  add(client: number): void {
    const all = this._all().filter(known => known !== client);
    this._memory.set([...all, client].slice(-MAX_CLIENTS));
  }

  private _all(): number[] {
    return this._memory.get() ?? [];
  }

  private readonly _memory: Memory<number[]>;
}
