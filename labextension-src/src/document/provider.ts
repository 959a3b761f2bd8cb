// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentProvider } from '@jupyter/collaborative-drive';
import type { IDocumentProviderFactory } from '@jupyter/docprovider';
import type { YNotebook } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';

import type { IWebRtcManager } from '../tokens';
import { FileGone, isAbsence } from './absence';
import { Autosave, DECLINED } from './autosave';
import { guardCells } from './cells/guard';
import { Deletion } from './deletion';
import { DirtyState } from './dirty';
import { haveSameEssence } from './essence';
import { DriveFile } from './file';
import type { IDocumentFormat } from './format';
import { documentFormat } from './format';
import type { FileMover } from './handwork';
import { DocumentHistory } from './history';
import type { IJupyterContext } from './jupyter';
import type { News, ToldNews } from './places';
import type { DocumentRoom } from './room';
import type { DocumentRooms } from './rooms';
import { Sightings } from './sightings';
import { TrustGuard } from './trust';
import type { FileVersion } from './version';
import { FileChanged } from './version';
import { FileWatch } from './watch';

/**
 * Provides the content of one open document, and shares it.
 *
 * Private documents open from the drive. What is shared opens from the history
 * that this browser or the room has of it, and never waits for long. It is saved
 * to the drive, always one's own.
 */
export class DocumentProvider implements IDocumentProvider {
  constructor(options: DocumentProvider.IOptions) {
    this._options = options;
    this._manager = options.manager;
    this._dirty = new DirtyState(options.model);
    this._disposables.add(this._dirty);
    if (options.contentType === 'notebook') {
      this._disposables.add(new TrustGuard(options.model));
      const rescued = (text: string) => options.rescued?.(this._file.path, text);
      const notebook = options.model as unknown as YNotebook;
      this._disposables.add(guardCells(notebook, rescued));
    }
    if (options.isDriveShared) {
      this._sightings = new Sightings(options.model.awareness);
      this._disposables.add(this._sightings);
      // what was written last may lack what is here: what differs is saved again
      this._sightings.told.connect(() => this._dirty.touch());
    }
    this._format = documentFormat(options.contentType, options.model);
    this._file = this._createFile();
    this._history = this._format && this._createHistory(this._format);
    this._deletion = this._createDeletion();
    this._disposables.add(this._deletion);

    this._options.rooms.changed.connect(this._follow, this);
    this._manager.sharingChanged.connect(this._follow, this);
    options.drive.fileChanged.connect(this._onFileChanged, this);
    this._introduce();

    this._ready.promise.catch(() => undefined); // whoever opens the document hears of it
    this._open().then(
      () => this._ready.resolve(),
      reason => this._ready.reject(reason)
    );
  }

  get ready(): Promise<void> {
    return this._ready.promise;
  }

  get contentType(): string {
    return this._options.contentType;
  }

  get format(): string {
    return this._options.format;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._options.rooms.changed.disconnect(this._follow, this);
    this._manager.sharingChanged.disconnect(this._follow, this);
    this._options.drive.fileChanged.disconnect(this._onFileChanged, this);
    if (this._deletion.isGone) {
      void this._letGo();
    }
    this._history?.dispose();
    this._disposables.dispose();
  }

  /**
   * Save the document to the drive: Jupyter has looked whether it may; and who does so by
   * hand wants the file, also if somebody has deleted it.
   */
  async save(): Promise<void> {
    try {
      await (this._deletion.isGone ? this._keep() : this._save(true));
    } catch (error) {
      if (!(error instanceof FileChanged)) {
        throw error;
      }
      // somebody has written it just now: Jupyter looks again, and asks
      setTimeout(() => void this._jupyter?.save());
      throw unnoticed(error);
    }
  }

  /**
   * Whether the file is gone, and the user has not chosen yet what to do.
   */
  get isGone(): boolean {
    return this._deletion.isGone;
  }

  /**
   * Where the document is in the drive.
   */
  get path(): string {
    return this._file.path;
  }

  /**
   * Whether the document has been opened.
   */
  get isOpen(): boolean {
    return this._isOpen;
  }

  /**
   * Whether the document is open, and Jupyter's alone: it is in no room.
   */
  get isPrivate(): boolean {
    return this._isOpen && (this._history?.isPrivate ?? true);
  }

  /**
   * The version of the file that the document comes from.
   */
  get version(): FileVersion | null {
    const { known } = this._file;
    return known && { last_modified: known.last_modified, hash: known.hash };
  }

  /**
   * Note which version of the file Jupyter has looked at before it saves.
   */
  looked(version: FileVersion): void {
    this._file.looked(version);
  }

  /**
   * Make the document what the drive holds.
   */
  async revert(): Promise<void> {
    await this.ready;
    this._revert(await this._file.load());
  }

  /**
   * Leave the room and join it again.
   */
  async reconnect(): Promise<void> {
    this._history?.leave();
    this._follow();
  }

  private async _open(): Promise<void> {
    const { model } = this._options;
    await this._manager.entered;
    await this._options.rooms.ready;
    const room = this._room();
    if (room) {
      await this._history?.enter(room);
    }
    let content: unknown;
    try {
      content = await this._file.load();
    } catch (reason) {
      const { exists, path } = this._file;
      // JupyterLite also answers so where the site's server refuses what it ships
      if (!this._history || !room || !isAbsence(reason) || (await exists(path))) {
        throw reason;
      }
      await this._openAsGuest(this._history, room);
      return;
    }
    if (this._history) {
      await this._history.open(content, room);
    } else {
      console.warn(
        `${this._file.path} is not shared: its type has no known shared model.`
      );
      model.setSource(content as Parameters<typeof model.setSource>[0]);
    }
    this._opened();
  }

  /**
   * Wait for somebody who has the file, and make it.
   */
  private async _openAsGuest(
    history: DocumentHistory,
    room: DocumentRoom
  ): Promise<void> {
    const { signal, done } = this._options.waiting(this._file.path);
    this._disposables.add(new DisposableDelegate(done));
    let content: unknown;
    try {
      content = await history.openAsGuest(room, signal);
    } finally {
      done();
    }
    let isRefused = false;
    const by = this._options.isDriveShared ? history.deletedBy : null;
    if (by !== null) {
      // it may be this drive that it was deleted from
      this._differs = true;
      this._deletion.ask(by);
      this._opened();
      return;
    }
    try {
      await this._file.makeFolders();
      await this._file.write(content);
    } catch (error) {
      console.warn(`“${this._file.path}” is shared, and can’t be saved yet.`, error);
      isRefused = true;
      this._differs = true;
    }
    this._opened();
    if (isRefused) {
      this._autosave?.tell(true);
    }
  }

  private _revert(content: unknown): void {
    this._history?.revert(content);
    if (this.isPrivate) {
      this._dirty.markSaved(this._dirty.version);
      this._autosave?.saved();
    }
  }

  /**
   * Take in what somebody else has written to the file of a document that is in no room:
   * another tab, a kernel, a script. Whoever has changed the document is asked when it is
   * saved.
   */
  private async _takeIn(): Promise<void> {
    const isShown = () =>
      this.isPrivate && !this._isDisposed && this._jupyter?.isVisible;
    const isUntouched = () => !this._dirty.dirty || this._history?.isUntouched === true;
    if (isShown() && (await this._file.isChanged()) && isUntouched()) {
      const content = await this._file.load();
      if (isShown() && isUntouched()) {
        this._revert(content);
        this._tellJupyter();
      }
    }
  }

  /**
   * Whether changes are saved as they happen.
   */
  private get _isSavedByItself(): boolean {
    const isReadOnly = this.isPrivate && !this._file.isWritable;
    return this._options.autosave() && !isReadOnly && !this._deletion.isGone;
  }

  private get _jupyter(): IJupyterContext | null {
    return this._options.jupyter?.() ?? null;
  }

  /**
   * Tell Jupyter which version of the file a document in no room comes from: it compares
   * that with the drive's.
   */
  private _tellJupyter(): void {
    const { known } = this._file;
    if (this.isPrivate && known) {
      this._jupyter?.told(known);
    }
  }

  /**
   * The document is there.
   */
  private _opened(): void {
    this._isOpen = true;
    this._dirty.markSaved(this._differs ? NEVER_SAVED : this._dirty.version);
    if (this._isDisposed) {
      return;
    }
    const autosave = new Autosave(
      this._dirty,
      () => this._saveByItself(),
      () => this._isSavedByItself,
      isRefused => this._options.unsaved(this._file.path, isRefused),
      this._options.isDriveShared
    );
    this._disposables.add(autosave);
    this._autosave = autosave;
    this._disposables.add(new FileWatch(() => this._takeIn()));
    if (this._differs) {
      autosave.schedule();
    }
    this._follow();
  }

  /**
   * Save the document without being asked to.
   */
  private async _saveByItself(): Promise<number | typeof DECLINED> {
    try {
      const busy = await this._save(false);
      this._tellJupyter();
      return busy;
    } catch (error) {
      if (!(error instanceof FileChanged) || !this._jupyter) {
        throw error;
      }
      await this._takeIn();
      return !this._dirty.dirty || (await this._jupyter.save()) ? 0 : DECLINED;
    }
  }

  /**
   * Save the document to the drive.
   *
   * @param isAsked - Whether Jupyter does so: the user wants the file, also if somebody has
   * taken it away.
   * @returns For how many milliseconds the page was busy with that.
   * @throws FileChanged - If it is in no room, and somebody else has written the file.
   */
  private async _save(isAsked: boolean): Promise<number> {
    await this.ready;
    const { model } = this._options;
    const { version } = this._dirty;
    const start = performance.now();
    let busy: number;
    if (this._history) {
      try {
        busy = await this._history.save(isAsked);
      } catch (error) {
        if (error instanceof FileGone) {
          this._deletion.missed();
          return performance.now() - start;
        }
        throw error;
      }
    } else {
      await this._file.replace(() => model.getSource(), isAsked);
      busy = performance.now() - start;
    }
    if (isAsked || !this._deletion.isGone) {
      this._dirty.markSaved(version);
    }
    this._autosave?.saved();
    return busy;
  }

  /**
   * Keep a document that somebody has deleted: with its file, if that place is free.
   */
  private async _keep(): Promise<void> {
    const { model, reopen } = this._options;
    const { _file: file, _format: format, _history: history } = this;
    const there = await file.found();
    const content = format?.content(model);
    const isOther =
      there !== null &&
      format !== null &&
      !haveSameEssence(format, format.canonical(there), format.canonical(content));
    if (isOther) {
      // it is a new document, of somebody who made it since
      await file.keepCopy(content, null);
      await this._letGo();
      this._deletion.end();
      this._dirty.markSaved(this._dirty.version);
      reopen(file.path);
      return;
    }
    await this._save(true);
    await history?.kept();
    this._deletion.end();
  }

  /**
   * The room to be in: none unless the document is shared.
   */
  private _room(): DocumentRoom | null {
    return this._manager.isShared(this._file.path) ? this._options.rooms.current : null;
  }

  private _follow(): void {
    this._history
      ?.follow(this._room())
      .then(() => this._tellJupyter())
      .catch((error: unknown) => {
        console.warn(`“${this._file.path}” could not be taken into the room.`, error);
      });
  }

  private _createFile(): DriveFile {
    const { contentType, drive, format, isOpen, kept, path, shipped } = this._options;
    const { relocated, remove, rename, site } = this._options;
    return new DriveFile({
      drive,
      site,
      path,
      contentType,
      format: format as Contents.FileFormat,
      canonical: content => this._format!.canonical(content),
      isForeign: () => this._dirty.isForeign,
      isShared: this._options.isDriveShared,
      shipped: shippedPath => shipped(shippedPath, contentType),
      rename,
      remove,
      relocated,
      isOpen,
      kept
    });
  }

  private _createHistory(format: IDocumentFormat): DocumentHistory {
    const { model, contentType, manager } = this._options;
    return new DocumentHistory({
      model,
      format,
      contentType,
      formatName: this._options.format,
      manager,
      drive: this._file,
      isRequested: () => this._options.isRequested,
      isOnPurpose: () => manager.isOnPurpose(this._file.path),
      sightings: this._sightings,
      differs: () => {
        this._differs = true;
      },
      reopen: () => {
        // nothing of ours is left to save: what would be lost is in the copy
        this._dirty.markSaved(this._dirty.version);
        this._options.reopen(this._file.path);
      },
      holderAway: goOn => this._options.holderAway(this._file.path, goOn),
      elsewhere: path => this._options.elsewhere(this._file.path, path),
      tell: news => void this._hear(news)
    });
  }

  /**
   * The user does not keep what somebody has deleted: a file of that name is a new one.
   */
  private async _letGo(): Promise<void> {
    const left = this._history?.left();
    this._manager.deleted(this._file.path);
    await left;
  }

  private _createDeletion(): Deletion {
    const { gone } = this._options;
    const deletion: Deletion = new Deletion({
      isThere: () => this._file.exists(this._file.path),
      ask: by => {
        const keep = () =>
          this._keep().catch((error: unknown) => {
            console.warn('A deleted file can’t be written again.', error);
            this._autosave?.tell(true);
            deletion.ask(by);
          });
        return gone(this._file.path, by, () => void keep());
      },
      missing: () => this._history?.missing() ?? false,
      changed: () => {
        if (deletion.isGone) {
          this._dirty.markSaved(NEVER_SAVED);
        } else {
          this._autosave?.schedule();
        }
      }
    });
    return deletion;
  }

  /**
   * Hear what has become of the document.
   */
  private async _hear(news: News): Promise<void> {
    if (news.what === 'kept') {
      this._deletion.end();
      return;
    }
    const { isDriveShared, tell } = this._options;
    const isDeleted = news.what === 'deleted' && isDriveShared;
    if (!isDeleted || !(await this._deletion.heard(news.by))) {
      tell(this._file.path, news);
    }
  }

  /**
   * Tell the others who this is.
   */
  private _introduce(): void {
    const { model, user } = this._options;
    const setUser = () => {
      model.awareness.setLocalStateField('user', user.identity);
    };
    void user.ready.then(setUser);
    user.userChanged.connect(setUser);
    this._disposables.add(
      new DisposableDelegate(() => user.userChanged.disconnect(setUser))
    );
  }

  private _onFileChanged(_: Contents.IDrive, change: Contents.IChangedArgs): void {
    const oldPath = change.oldValue?.path;
    const newPath = change.newValue?.path;
    if (change.type === 'rename' && oldPath && newPath) {
      this._file.moved(oldPath, newPath);
      if (this._deletion.isGone) {
        void this._deletion.look();
      }
    } else if (change.type === 'delete' && oldPath && this._file.isIn(oldPath)) {
      this._autosave?.dispose(); // it would come back at once
    }
  }

  private readonly _options: DocumentProvider.IOptions;
  private readonly _manager: IWebRtcManager;
  private readonly _format: IDocumentFormat | null;
  private readonly _file: DriveFile;
  private readonly _history: DocumentHistory | null;
  private readonly _deletion: Deletion;
  private readonly _dirty: DirtyState;
  private readonly _sightings: Sightings | undefined;
  private readonly _ready = new PromiseDelegate<void>();
  private readonly _disposables = new DisposableSet();
  private _autosave: Autosave | null = null;
  private _differs = false;
  private _isOpen = false;
  private _isDisposed = false;
}

/**
 * An error that Jupyter says nothing of: the user is asked, or will be.
 */
function unnoticed(error: Error): Error {
  error.name = 'ModalDuplicateError';
  return error;
}

/**
 * A version of a document that no drive has.
 */
const NEVER_SAVED = -1;

/**
 * A namespace for `DocumentProvider` statics.
 */
export namespace DocumentProvider {
  /**
   * What a document provider is made from.
   */
  export interface IOptions extends IDocumentProviderFactory.IOptions {
    /** Knows what is shared. */
    readonly manager: IWebRtcManager;
    /** Knows the room. */
    readonly rooms: DocumentRooms;
    /** The site, or server, whose drive it is. */
    readonly site: string;
    /** What Jupyter does with the document; `null` while it does nothing yet. */
    readonly jupyter?: () => IJupyterContext | null;
    /** Whether the page was asked for this document when it was opened. */
    readonly isRequested: boolean;
    /** Whether the user wants changes saved as they happen. */
    readonly autosave: () => boolean;
    /** What the site ships at a path, or `null`. */
    readonly shipped: (path: string, contentType: string) => Promise<unknown>;
    /**
     * Tell the user that a document waits for somebody who has it.
     *
     * @returns A signal that is aborted when the user gives up, and what ends it.
     */
    readonly waiting: (path: string) => { signal: AbortSignal; done: () => void };
    /**
     * Tell the user that nobody who is here has the room's version of a document.
     *
     * @param goOn - Makes one's own version the room's.
     * @returns What is called when that is over.
     */
    readonly holderAway: (path: string, goOn: () => void) => () => void;
    /** Whether somebody looks at a file. */
    readonly isOpen: (path: string) => boolean;
    /**
     * Tell the user that a copy of a file was kept, of their own version or, if it was
     * found in the drive, of somebody else's.
     */
    readonly kept: (path: string, copy: string, isFound: boolean) => void;
    /** Whether others may write to the same drive, as on a Jupyter server. */
    readonly isDriveShared: boolean;
    /** Tell the user that text was kept whose cell somebody removed. */
    readonly rescued?: (path: string, text: string) => void;
    /** Tell the user that the drive refuses a file, or that it does no more. */
    readonly unsaved: (path: string, isRefused: boolean) => void;
    /**
     * Ask the user about a document whose file somebody has deleted from the drive that
     * they have in common.
     *
     * @param by - Who has; empty if nobody knows.
     * @param keep - Brings the file back.
     * @returns What ends the question.
     */
    readonly gone: (path: string, by: string, keep: () => void) => () => void;
    /** Open a document anew. */
    readonly reopen: (path: string) => void;
    /** Move a file in the drive; the room knows already. */
    readonly rename: FileMover['rename'];
    /** Take a file away that nobody would miss. */
    readonly remove: FileMover['delete'];
    /** Tell Jupyter that an open file is somewhere else than it was looked for. */
    readonly relocated: (from: string, to: string) => void;
    /** Open what is shared under a path at another one; what is open stays private. */
    readonly elsewhere: (path: string, place: string) => void;
    /** Tell the user what has become of a document. */
    readonly tell: (path: string, news: ToldNews) => void;
  }
}
