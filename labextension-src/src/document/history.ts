// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { PromiseDelegate } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { applyUpdate } from '../peer/integrate';
import type { DocumentId, Lineage } from '../room/ids';
import { parseDocumentId } from '../room/ids';
import type { IWebRtcManager } from '../tokens';
import type { IFetch } from './arrival';
import { fetchIfThere, waitForIt } from './arrival';
import { isPersonal } from './authorship';
import { DocumentClosed } from './closed';
import { haveSameEssence } from './essence';
import type { IDocumentDrive } from './file';
import type { IDocumentFormat } from './format';
import type { Exclusively } from './lock';
import { kindOf } from './kind';
import type { News } from './places';
import { Reservation } from './reservation';
import type { DocumentRoom } from './room';
import { RoomPart } from './roompart';
import type { ISeed } from './seed';
import { ARRIVED, essenceDigest, lineageId, makeSeed, SEED } from './seed';
import type { ISightings } from './sightings';
import type { IBase } from './store';
import { Succession } from './succession';
import { saveUnshared } from './unshared';

/**
 * The history of one open document: where it comes from, where it is kept, and
 * who it is shared with.
 *
 * States and transitions:
 *
 * - *opening*: the document is empty. It is filled from this browser's store, else
 *   from the room, else with the seed of one's own file (see `decideOpening`). A
 *   guest without the file stays here until somebody sends it, or the user gives up.
 * - *private*: the document is open, and in no room. Nothing is kept or sent. When a
 *   room is entered, the history is taken along; unless this browser has another one
 *   of the document in that room, which the document is opened from anew.
 * - *in a room*: the history is kept by the store, sent to others (see `Membership`),
 *   and compared with the drive (see `DriveBase`). When the room is left, the
 *   document goes on as it is: private.
 * - *superseded*: the room has chosen another history, and that is here. Ours is kept
 *   as a copy if this person has written any of it, and the document is opened anew.
 */
export class DocumentHistory implements IDisposable {
  constructor(options: DocumentHistory.IOptions) {
    this._options = options;
    const { reopen } = options;
    this._succession = new Succession({
      opened: this._opened.promise,
      part: () => this._part,
      hasWritten: () => this._hasWritten,
      reopen
    });
    options.model.ydoc.on('afterTransaction', this._onTransaction);
  }

  /** The history that is open, or `null` while the document is in no room. */
  get lineage(): Lineage | null {
    return this._part?.lineage ?? null;
  }

  /** The document's part in the room, or `null` while it is in none. */
  get part(): RoomPart | null {
    return this._part;
  }

  /** Whether the document is in no room. */
  get isPrivate(): boolean {
    return this._part === null;
  }

  /**
   * Whether nobody has changed the document since it was read or written: what Jupyter
   * writes into it by itself, such as a kernel's name, is nobody's.
   */
  get isUntouched(): boolean {
    return haveSameEssence(this._options.format, this._current(), this._drive);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._unwanted.abort(new DocumentClosed());
    this._succession.dispose();
    this._options.model.ydoc.off('afterTransaction', this._onTransaction);
    this.leave();
  }

  /**
   * Fill the empty document.
   *
   * @param content - What the drive holds.
   * @param room - The room to open it in, or `null` if it is private.
   * @throws DocumentClosed - Once this is disposed.
   */
  async open(content: unknown, room: DocumentRoom | null): Promise<void> {
    const { format } = this._options;
    this._wanted = room;
    this._drive = format.opened(content);
    const seed = await this._unlessClosed(makeSeed(format, this._drive));
    if (room) {
      await this._openInRoom(room, seed, content);
    } else {
      this._begin(seed);
    }
    this._isOpen = true;
    this._opened.resolve();
    if (
      room &&
      !this._isDisposed &&
      !haveSameEssence(format, this._current(), this._drive)
    ) {
      this._options.differs();
    }
  }

  /**
   * Fill the empty document of somebody who does not have the file, from others.
   *
   * It waits as long as it takes: until somebody is there who has the document.
   *
   * @param room - The room.
   * @param signal - Aborted by a user who has waited long enough.
   * @returns What the drive should hold.
   * @throws What the signal was aborted with; `DocumentClosed` once this is disposed.
   */
  async openAsGuest(room: DocumentRoom, signal: AbortSignal): Promise<unknown> {
    this._wanted = room;
    const giveUp = () => this._unwanted.abort(signal.reason);
    signal.addEventListener('abort', giveUp);
    try {
      return await this._openAsGuest(room, this._unwanted.signal);
    } catch (error) {
      this.leave();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private async _openAsGuest(
    room: DocumentRoom,
    unwanted: AbortSignal
  ): Promise<unknown> {
    const { format, model } = this._options;
    const documentId = await this.enter(room);
    let lineage: Lineage | null = null;
    while (lineage === null) {
      lineage = await this._fillAsGuest(room, documentId, unwanted);
      unwanted.throwIfAborted();
    }
    this._root = lineage;
    await this.enter(room, true);
    unwanted.throwIfAborted();
    await this._join(room, documentId, lineage);
    unwanted.throwIfAborted();
    const content = format.content(model);
    this._drive = format.opened(content);
    await this._part?.base.begun(this._drive, Y.encodeStateAsUpdate(model.ydoc), false);
    this._isOpen = true;
    this._opened.resolve();
    return content;
  }

  /**
   * Fill the empty document of a guest with what this browser keeps, or with what others
   * have.
   *
   * @returns The history that it has now; `null`, and nothing is filled, if another tab has
   * opened another one meanwhile.
   */
  private async _fillAsGuest(
    room: DocumentRoom,
    documentId: DocumentId,
    unwanted: AbortSignal
  ): Promise<Lineage | null> {
    const base = await room.store.base(documentId);
    unwanted.throwIfAborted();
    if (base && (await this._restore(room, documentId, base))) {
      return base.lineage;
    }
    const { lineage, state } = await waitForIt(this._fetch(room), documentId, unwanted);
    const { exclusively } = this._options;
    const reservation = new Reservation(room, documentId, exclusively, unwanted);
    const mayOpen = await reservation.confirm(base?.lineage ?? lineage, lineage);
    unwanted.throwIfAborted();
    if (!mayOpen) {
      return null;
    }
    applyUpdate(this._options.model.ydoc, state, ARRIVED);
    return lineage;
  }

  /**
   * Be where this document of a room is in the drive, before it is read.
   *
   * @param room - The room.
   * @param isNew - Whether it has come from others, and gets its file now.
   * @returns The document's id in the room.
   * @throws What the opening was given up with.
   */
  async enter(room: DocumentRoom, isNew = false): Promise<DocumentId> {
    const documentId = await this._identify(room);
    const { contentType, drive, formatName: format } = this._options;
    const kind = kindOf({ contentType, format });
    const from = drive.path;
    const { signal } = this._unwanted;
    const path = await room.places.enter(documentId, drive, kind, isNew, signal);
    signal.throwIfAborted();
    drive.follow(path);
    if (path !== from) {
      const name = room.directory.title(documentId)?.path ?? path;
      this._options.tell?.({ what: 'renamed', from, name });
    }
    return documentId;
  }

  /**
   * Be in a room, or in none; a document that is open already takes its history
   * along.
   */
  async follow(room: DocumentRoom | null): Promise<void> {
    this._wanted = room;
    if (this._part && this._part.room !== room) {
      this.leave(); // also what is being joined
    }
    if (
      !this._isOpen ||
      this._isDisposed ||
      room === (this._part?.room ?? null) ||
      (room !== null && room === this._following)
    ) {
      return;
    }
    if (room) {
      this._following = room;
      await this._followInto(room).finally(() => {
        this._following = this._following === room ? null : this._following;
      });
    }
  }

  private async _followInto(room: DocumentRoom): Promise<void> {
    // it may take a while to find out what others know
    const isOver = () => this._isDisposed || room.isDisposed || this._wanted !== room;
    const documentId = await this._identify(room);
    const { path } = this._options.drive;
    const place = await room.places.whereIs(documentId, path);
    if (isOver()) {
      return;
    }
    if (place !== path) {
      // a link leads to something else than what is open at its path
      this._options.elsewhere?.(place);
      return;
    }
    await this.enter(room);
    const lineage = this._lineages.get(documentId) ?? lineageId(documentId, this._root);
    const base = await room.store.base(documentId);
    if (isOver()) {
      return;
    }
    if (this._isReloaded || (base && base.lineage !== lineage)) {
      // what was changed meanwhile is merged into what this browser has of the room
      const { drive, format, model } = this._options;
      await saveUnshared(drive, format, () => format.content(model), this._drive);
      this._options.reopen();
      return;
    }
    await this._join(room, documentId, lineage);
    await this._part?.base.begun(this._drive, null, !base);
    if (this._hasWritten) {
      await this._part?.base.authored();
    }
  }

  /**
   * Leave the room; the document stays as it is.
   */
  leave(): void {
    this._succession.cancel();
    this._part?.dispose();
    this._part = null;
  }

  /**
   * Save the document to the drive: in a room, with what was changed there meanwhile.
   *
   * @param isAsked - Whether Jupyter saves: it has asked about such a change of a document
   * in no room; and in one, the user wants the file, also if somebody has taken it away.
   * @returns For how many milliseconds the page was busy with that.
   * @throws FileChanged - If that is in no room, and nobody was asked.
   */
  async save(isAsked = false): Promise<number> {
    const { drive, format, model } = this._options;
    if (this._part) {
      const saved = await this._part.base.save(isAsked);
      this._drive = saved?.canonical ?? this._drive;
      return saved?.busy ?? 0;
    }
    const start = performance.now();
    this._drive = format.canonical(
      await drive.replace(() => format.content(model), isAsked)
    );
    return performance.now() - start;
  }

  /**
   * Make the document what the drive holds.
   *
   * In no room, that begins another history: what another page has written there would
   * stand twice if it was merged with the history that it was written into.
   */
  revert(content: unknown): void {
    const { format, model } = this._options;
    const isOther = format.canonical(content) !== this._current();
    format.revert(model, content);
    if (this.isPrivate) {
      this._drive = format.opened(content);
      this._isReloaded ||= isOther;
    }
  }

  private async _openInRoom(
    room: DocumentRoom,
    seed: ISeed,
    content: unknown
  ): Promise<void> {
    const documentId = await this.enter(room);
    const own = lineageId(documentId, seed.digest);
    const known = await this._unlessClosed(room.store.base(documentId));
    if (!known && room.directory.chosen(documentId) === null) {
      await this._unlessClosed(room.settled());
    }
    let filled: IFilled | null = null;
    while (filled === null) {
      filled = await this._unlessClosed(this._fill(room, documentId, own, seed));
    }
    const { isOurs, lineage } = filled;
    this._root = lineage === own ? seed.digest : lineage;
    await this._unlessClosed(this._join(room, documentId, lineage));
    await (isOurs
      ? this._part?.base.begun(this._drive, seed.update, true)
      : this._part?.base.opened(content).catch((error: unknown) => {
          console.warn('What the drive holds is looked at again when saving.', error);
        }));
  }

  /**
   * Go on once something is done, as long as somebody waits for the document.
   *
   * @throws What the opening was given up with.
   */
  private async _unlessClosed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    this._unwanted.signal.throwIfAborted();
    return done;
  }

  /**
   * Fill the empty document in a room.
   *
   * @param own - The history that one's own file begins.
   * @returns The history that it has now, and whether it was begun here; `null`, and
   * nothing is filled, if another tab has opened another one meanwhile.
   */
  private async _fill(
    room: DocumentRoom,
    documentId: DocumentId,
    own: Lineage,
    seed: ISeed
  ): Promise<IFilled | null> {
    const { exclusively, format } = this._options;
    const { signal } = this._unwanted;
    const reservation = new Reservation(room, documentId, exclusively, signal);
    const origin = await this._unlessClosed(essenceDigest(format, this._drive));
    const { base, lineage } = await this._unlessClosed(reservation.decide(own, origin));
    if (base && (await this._restore(room, documentId, base))) {
      return { lineage, isOurs: false };
    }
    const arrival =
      lineage === own ? null : await fetchIfThere(this._fetch(room), lineage, signal);
    // if the room's history is not to be had now, we begin with ours
    const filled = { lineage: arrival ? lineage : own, isOurs: !arrival };
    if (!(await this._unlessClosed(reservation.confirm(lineage, filled.lineage)))) {
      return null;
    }
    if (arrival) {
      applyUpdate(this._options.model.ydoc, arrival.state, ARRIVED);
    } else {
      this._begin(seed);
    }
    return filled;
  }

  private _fetch(room: DocumentRoom): IFetch {
    const { format, manager } = this._options;
    return { room, manager, format };
  }

  /**
   * Begin with one's own file.
   */
  private _begin(seed: ISeed): void {
    if (!this._isDisposed) {
      this._root = seed.digest;
      applyUpdate(this._options.model.ydoc, seed.update, SEED);
    }
  }

  /**
   * Keep a history, and share it.
   */
  private async _join(
    room: DocumentRoom,
    documentId: DocumentId,
    lineage: Lineage
  ): Promise<void> {
    this._lineages.set(documentId, lineage);
    if (this._wanted === room) {
      await this._partOf(room, documentId, lineage).join();
    }
    if (this._isDisposed || room.isDisposed) {
      this.leave();
    }
  }

  /**
   * Fill the document with what this browser keeps of a history.
   *
   * @returns Whether it does.
   */
  private async _restore(
    room: DocumentRoom,
    documentId: DocumentId,
    base: IBase
  ): Promise<boolean> {
    const part = this._partOf(room, documentId, base.lineage);
    const isThere = await this._unlessClosed(part.restore(base));
    if (!isThere) {
      this.leave();
    }
    return isThere;
  }

  private _partOf(
    room: DocumentRoom,
    documentId: DocumentId,
    lineage: Lineage
  ): RoomPart {
    if (this._part?.lineage !== lineage || this._part.room !== room) {
      this.leave();
      this._part = new RoomPart({
        ...this._options,
        room,
        documentId,
        lineage,
        switchTo: (chosen, theirs) => this._succession.begin(documentId, chosen, theirs)
      });
    }
    return this._part;
  }

  /**
   * What the document holds, in canonical form.
   */
  private _current(): string {
    const { format, model } = this._options;
    return format.canonical(format.content(model));
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    if (isPersonal(transaction, this._options.model.ystate)) {
      this._hasWritten = true;
      // each time: another tab may have left the history meanwhile
      this._noting ??= this._part?.base
        .authored()
        .catch(() => undefined) // the store tells of it
        .finally(() => {
          this._noting = undefined;
        });
    }
  };

  /**
   * Find out which document of a room this is.
   */
  private async _identify(room: DocumentRoom): Promise<DocumentId> {
    let documentId = this._ids.get(room);
    if (documentId === undefined) {
      const { contentType, drive, formatName: format, manager } = this._options;
      const { path } = drive;
      await this._unlessClosed(room.loaded);
      const hint = parseDocumentId(manager.documentId?.(path));
      documentId = await room.places.resolve(
        { path, contentType, format },
        hint,
        this._options.isRequested?.(),
        this._unwanted.signal
      );
      this._unwanted.signal.throwIfAborted();
      this._ids.set(room, documentId);
      if (path === drive.path) {
        manager.identify?.(path, documentId);
      }
    }
    return documentId;
  }

  private readonly _options: DocumentHistory.IOptions;
  private readonly _ids = new WeakMap<DocumentRoom, DocumentId>();
  private readonly _succession: Succession;
  private readonly _lineages = new Map<DocumentId, Lineage>();
  private _wanted: DocumentRoom | null = null;
  private _following: DocumentRoom | null = null;
  private _isOpen = false;
  private readonly _opened = new PromiseDelegate<void>();
  private _root = '';
  private _drive = '';
  private _hasWritten = false;
  private _isReloaded = false;
  private _noting: Promise<void> | undefined;
  private _part: RoomPart | null = null;
  /** Aborted once nobody waits for the document any more. */
  private readonly _unwanted = new AbortController();
  private _isDisposed = false;
}

/**
 * What a document was filled with.
 */
interface IFilled {
  readonly lineage: Lineage;

  /** Whether it was begun here, with one's own file. */
  readonly isOurs: boolean;
}

/**
 * A namespace for `DocumentHistory` statics.
 */
export namespace DocumentHistory {
  /**
   * What a history is made from.
   */
  export interface IOptions {
    /** The open document, empty. */
    readonly model: YDocument<DocumentChange>;
    /** Its format. */
    readonly format: IDocumentFormat;
    /** Its content type. */
    readonly contentType: string;
    /** The name of its format in the contents API. */
    readonly formatName: string;
    /** Is told how the connections are going, and which document it is. */
    readonly manager: Pick<IWebRtcManager, 'watch'> &
      Partial<Pick<IWebRtcManager, 'documentId' | 'identify'>>;
    /** The file. */
    readonly drive: IDocumentDrive;
    /** What the people in the room saw in the drive, if they share one. */
    readonly sightings?: ISightings;
    /** Lets one tab at a time work on a document. */
    readonly exclusively?: Exclusively;
    /** Whether an address led to the document. */
    readonly isRequested?: () => boolean;
    /** Whether this person shares the document by hand. */
    readonly isOnPurpose?: () => boolean;
    /** Called when the document was opened with a content that the drive lacks. */
    readonly differs: () => void;
    /** Open the document anew: the room has another history. */
    readonly reopen: () => void;
    /**
     * Tell the user that nobody who is here has the room's history.
     *
     * @param goOn - Goes on without it.
     * @returns What is called when that is over.
     */
    readonly holderAway?: (goOn: () => void) => () => void;
    /** What is shared under this path is at another one: leave what is open private. */
    readonly elsewhere?: (path: string) => void;
    /** Tell the user what has become of the document. */
    readonly tell?: (news: News) => void;
  }
}
