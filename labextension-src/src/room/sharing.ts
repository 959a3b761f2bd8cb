// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { isIn, movedPath, samePath } from './path';

/**
 * Which documents this tab shares in a room.
 *
 * A link's room shares what somebody shares by hand, or comes for by the link. A
 * named room shares what is opened in it; a tab that the layout restored was not
 * opened by anybody, and stays private. What this very tab shared in this very
 * room before a reload is shared again: that is what the session storage remembers.
 */
export class SharedDocuments {
  /**
   * @param storage - Survives a reload of the tab and nothing more.
   * @param key - Names the room, on this site.
   */
  constructor(storage: Storage | null, key: string) {
    this._storage = storage;
    this._key = `${STORAGE_PREFIX}${key}`;
    this._documents = new Map(this._load());
    this._private = new Set(this._loadPrivate());
  }

  /**
   * The paths of what is shared, in order.
   */
  get paths(): ReadonlyArray<string> {
    return [...this._documents.keys()].sort((a, b) => a.localeCompare(b));
  }

  /**
   * Whether a document is shared.
   */
  has(path: string): boolean {
    return this._documents.has(path);
  }

  /**
   * The id that a document had when it was first shared, as far as is known.
   */
  id(path: string): string | null {
    return this._documents.get(path) ?? null;
  }

  /**
   * Share a document.
   *
   * @param path - Where it is.
   * @param id - Its id in the room, if it is known.
   * @param isOnPurpose - Whether the user does so by hand, with what is theirs.
   */
  add(path: string, id: string | null = null, isOnPurpose = false): void {
    this._documents.set(path, id ?? this.id(path));
    deleteName(this._withdrawn, path);
    if (deleteName(this._private, path)) {
      this._savePrivate();
    }
    if (isOnPurpose) {
      this._onPurpose.add(path);
    }
    this._save();
  }

  /**
   * Whether the user has shared a document by hand since the page was loaded.
   */
  isOnPurpose(path: string): boolean {
    return this._onPurpose.has(path);
  }

  /**
   * Share a document no longer.
   */
  remove(path: string): void {
    this._documents.delete(path);
    this._onPurpose.delete(path);
    this._withdrawn.add(path);
    this._save();
  }

  /**
   * Whether the user has taken a document out since the page was loaded.
   */
  isWithdrawn(path: string): boolean {
    return namesIn(this._withdrawn, path).length > 0;
  }

  /**
   * Don't share a document by opening it, in this tab and those that it opens, until the
   * user shares it by hand.
   */
  keepPrivate(path: string): void {
    this._private.add(path);
    this._savePrivate();
  }

  /**
   * Whether opening a document does not share it.
   */
  isPrivate(path: string): boolean {
    return namesIn(this._private, path).length > 0;
  }

  /**
   * Share nothing any longer, also when the room is entered again.
   */
  clear(): void {
    this._documents.clear();
    this._onPurpose.clear();
    this._save();
  }

  /**
   * Follow a document, or the documents of a folder, to a new path.
   */
  rename(oldPath: string, newPath: string): void {
    for (const [path, id] of [...this._documents]) {
      if (isIn(path, oldPath)) {
        this._documents.delete(path);
        this._documents.set(movedPath(path, oldPath, newPath), id);
      }
    }
    for (const paths of [this._onPurpose, this._withdrawn, this._private]) {
      for (const path of [...paths].filter(one => isIn(one, oldPath))) {
        paths.delete(path);
        paths.add(movedPath(path, oldPath, newPath));
      }
    }
    this._save();
    this._savePrivate();
  }

  private _load(): Array<[string, string | null]> {
    try {
      const entries: unknown = JSON.parse(this._storage?.getItem(this._key) ?? '[]');
      return Array.isArray(entries) ? entries.filter(isEntry) : [];
    } catch {
      return []; // somebody else's, or no access: as if nothing had been shared
    }
  }

  private _loadPrivate(): string[] {
    try {
      const paths: unknown = JSON.parse(
        this._storage?.getItem(this._privateKey) ?? '[]'
      );
      return Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : [];
    } catch {
      return []; // somebody else's, or no access
    }
  }

  private get _privateKey(): string {
    return `${this._key}:private`;
  }

  private _save(): void {
    try {
      this._storage?.setItem(this._key, JSON.stringify([...this._documents]));
    } catch {
      // full, or no access: a reload will have to open the document again
    }
  }

  private _savePrivate(): void {
    try {
      this._storage?.setItem(this._privateKey, JSON.stringify([...this._private]));
    } catch {
      // full, or no access: a reload will forget it
    }
  }

  private readonly _storage: Storage | null;
  private readonly _key: string;
  private readonly _documents: Map<string, string | null>;
  private readonly _onPurpose = new Set<string>();
  private readonly _withdrawn = new Set<string>();
  private readonly _private: Set<string>;
}

/**
 * Tells our entries of the session storage from others'.
 */
const STORAGE_PREFIX = '@jupyterlite/webrtc-docprovider:shared:';

/**
 * What looks like a path in a set of paths: a link may be typed as the file is not written.
 */
function namesIn(paths: ReadonlySet<string>, path: string): string[] {
  return [...paths].filter(one => samePath(one) === samePath(path));
}

/**
 * @returns Whether there was any.
 */
function deleteName(paths: Set<string>, path: string): boolean {
  return namesIn(paths, path).filter(one => paths.delete(one)).length > 0;
}

function isEntry(entry: unknown): entry is [string, string | null] {
  if (!Array.isArray(entry)) {
    return false;
  }
  const [path, id] = entry as unknown[];
  return typeof path === 'string' && (id === null || typeof id === 'string');
}
