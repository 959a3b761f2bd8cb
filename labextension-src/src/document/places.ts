// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentId } from '../room/ids';
import { entriesOf } from '../room/ids';
import type { IRoomKeys } from '../room/keys';
import { isIn, movedPath } from '../room/path';
import type { DocumentAtPath } from '../tokens';
import type { Directory, IDocumentTitle } from './directory';
import type { Exclusively } from './lock';
import { kindOf } from './kind';
import { exclusively } from './lock';
import { DocumentNames } from './names';
import { sharedPath } from './opening';
import type { RoomStore } from './store';

/**
 * Where a document of a room is in the drive of this browser.
 */
export interface IDocumentPlace {
  /** Its path, or `null` once this person has deleted it. */
  readonly path: string | null;

  /** What the room called it when it came there: another name if that was taken. */
  readonly name: string;

  /** The content type and the format of its model, such as `notebook/json`. */
  readonly kind: string;

  /** Where the file is, or was a moment ago, while it is being moved to `path`. */
  readonly from?: string;

  /** Whether this person knows that somebody has deleted it. */
  readonly isTold?: boolean;
}

/**
 * An open file that can be moved.
 */
export interface IMovableFile {
  /** Where it is, as far as this tab knows. */
  readonly path: string;

  /** Whether others may have the same drive, as on a Jupyter server. */
  readonly isShared?: boolean;

  /** Whether the drive has a file at a path. */
  readonly exists: (path: string) => Promise<boolean>;

  /** Whether what the drive has at a path is what the site ships there. */
  readonly isAsShipped: (path: string) => Promise<boolean>;

  /** Move the file from one path to another, where there is none. */
  readonly move: (from: string, to: string) => Promise<void>;

  /** Learn, and tell Jupyter, that the file is somewhere else. */
  readonly follow: (path: string) => void;
}

/**
 * What has become of an open document, or of one that is opened: then `from` is where it
 * was looked for.
 */
export type News = ToldNews | { readonly what: 'kept' };

/**
 * What the user is told of that.
 */
export type ToldNews =
  | { readonly what: 'shared'; readonly room: string }
  | { readonly what: 'renamed'; readonly from: string; readonly name: string }
  | { readonly what: 'deleted'; readonly by: string };

export type Places = Readonly<Record<DocumentId, IDocumentPlace>>;

/**
 * Under which name the places are kept.
 */
export const PLACES = 'places';

/**
 * Which documents of a room are where in the drive of this browser. Tabs share this,
 * and take turns.
 *
 * - A path names the document that this browser has there; else the one that the room
 *   has there; else a new one.
 * - A document that is renamed in the room is moved here as well, unless something else
 *   is at its new path: then it gets a name of its own here. Nothing is ever replaced,
 *   except what the site ships at the path at which the document was first shared.
 * - What this person renames is renamed in the room. What they delete stays with the
 *   others; the path names a new document from then on, here, and for everybody once
 *   there is one.
 */
export class DocumentPlaces {
  constructor(options: DocumentPlaces.IOptions) {
    this._options = options;
    this._names = new DocumentNames(options.keys, options.directory);
  }

  /**
   * Find out which document a file is.
   *
   * @param file - What is opened.
   * @param hint - The id that a link, or who shared it, gives to what is at that path.
   * @param isRequested - Whether an address names the path: it stays good for what was
   * renamed, as long as nothing new has that name.
   * @param signal - Aborted once nobody wants to know any more.
   */
  async resolve(
    file: DocumentAtPath,
    hint: DocumentId | null,
    isRequested = false,
    signal?: AbortSignal
  ): Promise<DocumentId> {
    const { directory, settled } = this._options;
    const known = this._names.known(file, hint, await this._all());
    if (known !== null) {
      return known;
    }
    signal?.throwIfAborted();
    await settled();
    signal?.throwIfAborted();
    const places = await this._all();
    signal?.throwIfAborted(); // names may be given from here on
    const since = this._names.known(file, hint, places);
    if (since !== null) {
      return since;
    }
    const { named, before } = this._names.named(file, places);
    if (directory.chosen(named) !== null) {
      return named;
    }
    const renamed = directory
      .titled({ path: file.path, kind: kindOf(file) })
      .find(documentId => isOpenTo(places[documentId], directory.isKept(documentId)));
    const isMoved = isRequested && before !== null && directory.title(before) !== null;
    return renamed ?? (isMoved ? before : named);
  }

  /**
   * Give a document that is opened its place. As long as there is no file, that is open:
   * others may still come there.
   *
   * @param documentId - The document.
   * @param file - What is opened, at the path where it was looked for.
   * @param kind - Its content type and format.
   * @param isNew - Whether it has come from others, and gets its file now.
   * @param signal - Aborted once nobody opens it any more: what was begun is finished.
   * @returns Where it is.
   */
  async enter(
    documentId: DocumentId,
    file: IMovableFile,
    kind: string,
    isNew = false,
    signal?: AbortSignal
  ): Promise<string> {
    const { directory, settled } = this._options;
    signal?.throwIfAborted();
    if (!(await this._all())[documentId]?.path) {
      signal?.throwIfAborted();
      await settled();
    }
    signal?.throwIfAborted();
    this._left.delete(documentId);
    return this._exclusively(async () => {
      signal?.throwIfAborted();
      const place = (await this._all())[documentId];
      signal?.throwIfAborted();
      if (place && place.path !== null) {
        await this._finish(documentId, place, file);
        return place.path;
      }
      const name = directory.title(documentId)?.path ?? file.path;
      const own = isNew ? null : file.path;
      const path = await this._free(documentId, { name, kind }, file, own);
      const isThere = isNew || (await file.exists(path));
      signal?.throwIfAborted();
      if (isThere) {
        const before = withoutFrom(place ?? { path, name, kind });
        await this._set(documentId, { ...before, path });
      }
      return path;
    });
  }

  /**
   * Whether the user has deleted a document in this page, and not opened it again: its
   * tab is about to be closed.
   */
  hasLeft(documentId: DocumentId): boolean {
    return this._left.has(documentId);
  }

  /**
   * Look where a document would be, and leave all as it is.
   *
   * @param path - Where it is looked for.
   */
  async whereIs(documentId: DocumentId, path: string): Promise<string> {
    const place = (await this._all())[documentId];
    const { directory } = this._options;
    return place ? (place.path ?? path) : (directory.title(documentId)?.path ?? path);
  }

  /**
   * Keep an open document where it belongs: where another tab has moved it, or where it
   * was moved in the room.
   *
   * @returns What the user should know.
   */
  keepUp(documentId: DocumentId, file: IMovableFile): Promise<News[]> {
    return this._exclusively(async () => {
      const { directory } = this._options;
      const news: News[] = [];
      let place = (await this._all())[documentId];
      if (!place) {
        return news;
      }
      if (place.from !== undefined) {
        // it could not be moved the last time
        await this._finish(documentId, place, file);
        place = withoutFrom(place);
      }
      const { kind } = place;
      const { path: from } = file;
      const title = directory.title(documentId)?.path;
      if (title !== undefined && title !== place.name) {
        const path = await this._free(documentId, { name: title, kind }, file, from);
        const old = place.path ?? from;
        place = { ...place, path, name: title, ...(old === path ? {} : { from: old }) };
        await this._set(documentId, place);
        await this._finish(documentId, place, file);
        news.push({ what: 'renamed', from, name: title });
      } else if (place.path === null) {
        // it was deleted in another tab, and goes on in this one, which may not have
        // heard yet that it was renamed before
        const path = await this._free(documentId, place, file, null);
        place = { ...place, path };
        await this._set(documentId, place);
      }
      if (place.path !== file.path && place.path !== null) {
        file.follow(place.path);
      }
      const by = directory.deletedBy(documentId);
      if (by !== null && !place.isTold) {
        await this._set(documentId, { ...withoutFrom(place), isTold: true });
        news.push({ what: 'deleted', by });
      } else if (by === null && place.isTold) {
        await this._set(documentId, { ...withoutFrom(place), isTold: false });
        news.push({ what: 'kept' });
      }
      return news;
    });
  }

  /**
   * The documents at a path, or in a folder, and where each of them is.
   */
  async at(path: string): Promise<Record<DocumentId, string>> {
    return Object.fromEntries(
      entriesOf(await this._all()).flatMap(([documentId, place]) =>
        place.path !== null && isIn(place.path, path) ? [[documentId, place.path]] : []
      )
    );
  }

  /**
   * Note that the user has moved a file, or a folder.
   *
   * @param isTold - Whether the room is told about what was at a path.
   */
  moved(
    oldPath: string,
    newPath: string,
    isTold: (path: string) => boolean
  ): Promise<void> {
    const { directory } = this._options;
    return this._exclusively(async () => {
      const places = await this._all();
      const moved: Record<DocumentId, IDocumentPlace> = {};
      const titles: [DocumentId, IDocumentTitle][] = [];
      for (const [documentId, place] of entriesOf(places)) {
        const { kind, path } = place;
        if (path === null || !isIn(path, oldPath)) {
          continue;
        }
        const to = movedPath(path, oldPath, newPath);
        const isSaid = isTold(path);
        const name = isSaid ? to : place.name;
        moved[documentId] = { ...withoutFrom(place), path: to, name };
        if (isSaid) {
          titles.push([documentId, { path: to, kind }]);
        }
        for (const [other, { path: taken, kind: otherKind }] of entriesOf(places)) {
          if (taken === to && kind === otherKind && other !== documentId) {
            // JupyterLite has let the user replace it
            moved[other] ??= { ...places[other], path: null };
          }
        }
      }
      await this._setAll({ ...places, ...moved });
      titles.forEach(([documentId, title]) => directory.rename(documentId, title));
    });
  }

  /**
   * Note that the user has deleted a file, or a folder.
   *
   * @param by - The name of the user, for the others.
   * @param isTold - Whether the room is told about what was at a path.
   */
  deleted(path: string, by: string, isTold: (path: string) => boolean): Promise<void> {
    const { directory } = this._options;
    return this._exclusively(async () => {
      const places = { ...(await this._all()) };
      const left: DocumentId[] = [];
      for (const [documentId, place] of entriesOf(places)) {
        if (place.path === null || !isIn(place.path, path)) {
          continue;
        }
        places[documentId] = { ...withoutFrom(place), path: null, isTold: true };
        if (isTold(place.path)) {
          directory.delete(documentId, by);
          left.push(documentId);
          this._left.add(documentId);
        }
      }
      await this._setAll(places);
      return left;
    }).then(left => {
      left.forEach(documentId => void this._abandonUnlessShown(documentId));
    });
  }

  /**
   * Note that the user has deleted a file of a drive that people have in common, whose
   * document only others have opened.
   *
   * @param by - The name of the user, for the others.
   */
  async deletedOfOthers(path: string, by: string): Promise<void> {
    const { directory } = this._options;
    const places = await this._all();
    for (const documentId of this._names.ofRoom(path)) {
      if (!places[documentId] && directory.deletedBy(documentId) === null) {
        directory.delete(documentId, by);
        void this._abandonUnlessShown(documentId);
      }
    }
  }

  /**
   * Note that the user has kept a document that somebody else had deleted: it goes on
   * for everybody.
   */
  kept(documentId: DocumentId): Promise<void> {
    const { directory } = this._options;
    return this._exclusively(async () => {
      const place = (await this._all())[documentId];
      if (place?.path && directory.deletedBy(documentId) !== null) {
        await this._set(documentId, { ...withoutFrom(place), isTold: false });
        directory.keep(documentId, { path: place.name, kind: place.kind });
      }
    });
  }

  /**
   * Note that the user does not keep a document that somebody else had deleted.
   */
  left(documentId: DocumentId): Promise<void> {
    return this._exclusively(async () => {
      const place = (await this._all())[documentId];
      if (place) {
        await this._set(documentId, { ...withoutFrom(place), path: null });
      }
      this._left.add(documentId);
    }).then(() => this._abandonUnlessShown(documentId));
  }

  private async _abandonUnlessShown(documentId: DocumentId): Promise<void> {
    const { directory, isShown } = this._options;
    const isElsewhere = await isShown(documentId);
    if (!isElsewhere) {
      directory.abandon(documentId);
    }
  }

  /**
   * Find a path for a document at which nothing of anybody is.
   *
   * @param title - What it is called, and its kind.
   * @param file - Where it is opened, or open.
   * @param own - The path at which what is there is its file, or `null`.
   */
  private async _free(
    documentId: DocumentId,
    { name, kind }: Pick<IDocumentPlace, 'name' | 'kind'>,
    file: IMovableFile,
    own: string | null
  ): Promise<string> {
    const others = entriesOf(await this._all()).filter(
      ([other]) => other !== documentId
    );
    const [contentType, format] = kind.split('/');
    // somebody else has moved the file in the drive that they share
    const isMoved = own !== null && file.isShared && !(await file.exists(own));
    for (let number = 0; ; number++) {
      const path = number ? sharedPath(name, number) : name;
      const there = others.filter(([, place]) => place.path === path);
      if (there.some(([, place]) => place.kind === kind)) {
        continue;
      }
      if (path === own || isMoved || !(await file.exists(path))) {
        return path;
      }
      const isSameFile = there.length > 0 && !(await file.exists(file.path));
      const isHome = this._names.isHome(documentId, { path, contentType, format });
      if (isSameFile || (isHome && (await file.isAsShipped(path)))) {
        return path;
      }
    }
  }

  /**
   * Move the file to its place, also if a page ended while it did so.
   */
  private async _finish(
    documentId: DocumentId,
    place: IDocumentPlace,
    file: IMovableFile
  ): Promise<void> {
    const { from, path } = place;
    if (from === undefined || path === null) {
      return;
    }
    const isThere = (await file.exists(path)) && !(await file.isAsShipped(path));
    if (!isThere && (await file.exists(from))) {
      await file.move(from, path);
    }
    await this._set(documentId, withoutFrom(place));
  }

  private async _all(): Promise<Places> {
    return (await this._options.store.record<Places>(PLACES)) ?? {};
  }

  private async _setAll(places: Places): Promise<void> {
    // of what this page could not read, it knows what it has opened
    const merge = (stored: Places, own: Places) => ({ ...stored, ...own });
    await this._options.store.setRecord(PLACES, places, merge);
  }

  private async _set(documentId: DocumentId, place: IDocumentPlace): Promise<void> {
    await this._setAll({ ...(await this._all()), [documentId]: place });
  }

  private _exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { store, turns } = this._options;
    return (turns ?? exclusively)(store.lockName(PLACES), work);
  }

  private readonly _options: DocumentPlaces.IOptions;
  private readonly _names: DocumentNames;
  private readonly _left = new Set<DocumentId>();
}

/**
 * A namespace for `DocumentPlaces` statics.
 */
export namespace DocumentPlaces {
  /**
   * What the places of a room are made from.
   */
  export interface IOptions {
    /** The keys of the room. */
    readonly keys: Pick<IRoomKeys, 'documentId'>;
    /** What the room knows. */
    readonly directory: Directory;
    /** What this browser keeps. */
    readonly store: RoomStore;
    /** Wait for what others know, as long as somebody may know something. */
    readonly settled: () => Promise<unknown>;
    /** Whether another page shows a document now. */
    readonly isShown: (documentId: DocumentId) => Promise<boolean>;
    /** Lets one tab at a time change it. */
    readonly turns?: Exclusively;
  }
}

/**
 * Whether a document may be opened at its place: this person has none for it yet, or has
 * deleted it, and somebody else has kept it.
 */
function isOpenTo(place: IDocumentPlace | undefined, isKept: boolean): boolean {
  return place === undefined || (place.path === null && isKept);
}

function withoutFrom({ path, name, kind, isTold }: IDocumentPlace): IDocumentPlace {
  return { path, name, kind, ...(isTold ? { isTold } : {}) };
}
