// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Which documents this tab shares in a room.
 *
 * A named room shares what is opened in it. A tab that the layout restored was
 * not opened by anybody, and stays private, unless this very tab shared it in
 * this very room before a reload: that is what the session storage remembers.
 */
export class SharedDocuments {
  /**
   * @param storage - Survives a reload of the tab and nothing more.
   * @param key - Names the room, on this site.
   */
  constructor(storage: Storage | null, key: string) {
    this._storage = storage;
    this._key = `${STORAGE_PREFIX}${key}`;
    this._paths = new Set(this._load());
  }

  /**
   * Whether a document is shared.
   */
  has(path: string): boolean {
    return this._paths.has(path);
  }

  /**
   * Share a document.
   */
  add(path: string): void {
    this._paths.add(path);
    this._save();
  }

  /**
   * Follow a document, or the documents of a folder, to a new path.
   */
  rename(oldPath: string, newPath: string): void {
    for (const path of [...this._paths]) {
      if (path === oldPath || path.startsWith(`${oldPath}/`)) {
        this._paths.delete(path);
        this._paths.add(newPath + path.slice(oldPath.length));
      }
    }
    this._save();
  }

  private _load(): string[] {
    try {
      const paths: unknown = JSON.parse(this._storage?.getItem(this._key) ?? '[]');
      return Array.isArray(paths) ? paths.filter(p => typeof p === 'string') : [];
    } catch {
      return []; // somebody else's, or no access: as if nothing had been shared
    }
  }

  private _save(): void {
    try {
      this._storage?.setItem(this._key, JSON.stringify([...this._paths]));
    } catch {
      // full, or no access: a reload will have to open the document again
    }
  }

  private readonly _storage: Storage | null;
  private readonly _key: string;
  private readonly _paths: Set<string>;
}

/**
 * Tells our entries of the session storage from others'.
 */
const STORAGE_PREFIX = '@jupyterlite/webrtc-docprovider:shared:';
