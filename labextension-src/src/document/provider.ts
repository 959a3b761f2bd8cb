// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentProvider } from '@jupyter/collaborative-drive';
import type { YFile, YNotebook } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';

import type { IWebRtcManager } from '../tokens';
import { FileGone, isAbsence } from './absence';
import { guardText } from './allowed';
import { Autosave } from './autosave';
import { guardCells } from './cells/guard';
import { correctText } from './cells/replace';
import { DocumentClosed } from './closed';
import { Deletion } from './deletion';
import { DirtyState } from './dirty';
import { EarlierVersions } from './earlier';
import { haveSameEssence } from './essence';
import { DriveFile } from './file';
import type { IDocumentFormat } from './format';
import { documentFormat } from './format';
import { DocumentHistory } from './history';
import { documentKind } from './kind';
import { nameWriters } from './intake';
import type { IProviderOptions } from './options';
import type { News } from './places';
import { PrivateDocument } from './private';
import type { DocumentRoom } from './room';
import { Sightings } from './sightings';
import { TrustGuard } from './trust';
import type { FileVersion } from './version';
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
    nameWriters(options.model.ydoc, options.model.awareness);
    if (options.contentType === 'notebook') {
      this._disposables.add(new TrustGuard(options.model));
      const rescued = (text: string) => options.rescued?.(this._file.path, text);
      const notebook = options.model as unknown as YNotebook;
      this._disposables.add(guardCells(notebook, rescued));
    }
    if (documentKind(options.contentType, options.model) === 'text') {
      guardText(options.model.ydoc);
      correctText(options.model as unknown as YFile);
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
    this._private = this._createPrivate();
    this._deletion = this._createDeletion();
    this._disposables.add(this._deletion);

    this._options.rooms.changed.connect(this._follow, this);
    this._manager.sharingChanged.connect(this._follow, this);
    options.drive.fileChanged.connect(this._onFileChanged, this);
    this._introduce();

    this._ready.promise.catch(() => undefined); // whoever opens the document hears of it
    this._open().then(
      () => this._ready.resolve(),
      reason => {
        if (!(reason instanceof DocumentClosed)) {
          this._ready.reject(reason);
        } // else Jupyter would say that the document, which is closed, can't be opened
      }
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
    await (this._deletion.isGone ? this._keep() : this._private.saveForJupyter());
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
   * What the file would hold if the document were saved now.
   */
  get content(): unknown {
    const { model } = this._options;
    return this._format ? this._format.content(model) : model.getSource();
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
   * Note that the file is what it was at a checkpoint: also if that is what was last saved.
   */
  restored(): void {
    this._isRestored = true;
  }

  /**
   * Make the document what the drive holds. In a room, what was last saved brings nothing
   * new, and would take away what others have typed since.
   */
  async revert(): Promise<void> {
    await this.ready;
    const isWanted = this.isPrivate || this._isRestored;
    this._isRestored = false;
    const content = await (isWanted ? this._file.load() : this._file.read());
    if (content !== null) {
      this._revert(content);
    }
  }

  /**
   * Leave the room and join it again.
   */
  async reconnect(): Promise<void> {
    this._history?.leave();
    this._follow();
  }

  private async _open(): Promise<void> {
    await this._manager.entered;
    await this._options.rooms.ready;
    this._stopIfClosed();
    await this._file.find();
    this._stopIfClosed();
    let room = this._room();
    if (room) {
      await this._history?.enter(room);
    }
    this._stopIfClosed();
    let content: unknown;
    try {
      content = await this._file.load();
    } catch (reason) {
      this._stopIfClosed();
      const { exists, path } = this._file;
      const { missing } = this._options.rooms;
      const isShared = this._history !== null && this._manager.isShared(path);
      if (missing && isShared && isAbsence(reason)) {
        // it may be in the room, or somewhere else in the drive: the room knows
        await missing;
        this._stopIfClosed();
        return this._open();
      }
      // JupyterLite also answers so where the site's server refuses what it ships
      if (!this._history || !room || !isAbsence(reason) || (await exists(path))) {
        throw reason;
      }
      this._stopIfClosed();
      if (room !== this._room()) {
        throw reason;
      }
      await this._openAsGuest(this._history, room);
      return;
    }
    this._stopIfClosed();
    if (room !== this._room()) {
      room = null; // the user has left, or taken it out: another one is entered once it is open
    }
    if (this._history) {
      await this._history.open(content, room);
    } else {
      console.warn(
        `${this._file.path} is not shared: its type has no known shared model.`
      );
      this._setSource(content);
    }
    this._opened();
  }

  /**
   * Fill a document whose format we don't know.
   */
  private _setSource(content: unknown): void {
    const { model } = this._options;
    model.setSource(content as Parameters<typeof model.setSource>[0]);
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
    this._stopIfClosed();
    let refusal: unknown = null;
    const { isDriveShared } = this._options;
    const by = isDriveShared ? (history.part?.deletedBy ?? null) : null;
    if (by !== null) {
      // it may be this drive that it was deleted from
      this._differs = true;
      this._deletion.ask(by);
      this._opened();
      return;
    }
    await this._options.settled?.(this._file.path);
    this._stopIfClosed();
    try {
      await this._file.makeFolders();
      await this._file.write(content);
    } catch (error) {
      console.warn(`“${this._file.path}” is shared, and can’t be saved yet.`, error);
      refusal = error;
      this._differs = true;
    }
    this._opened();
    if (refusal !== null) {
      this._autosave?.tell(refusal);
    }
  }

  /**
   * Go on with opening only as long as somebody waits for that.
   */
  private _stopIfClosed(): void {
    if (this._isDisposed) {
      throw new DocumentClosed();
    }
  }

  private _revert(content: unknown): void {
    if (this._history) {
      this._history.revert(content);
    } else {
      this._setSource(content);
    }
    if (this.isPrivate) {
      this._dirty.markSaved(this._dirty.version);
      this._autosave?.saved();
    }
  }

  /**
   * Whether changes are saved as they happen.
   */
  private get _isSavedByItself(): boolean {
    const isReadOnly = this.isPrivate && !this._file.isWritable;
    const isGone = this._isTakenAway || this._deletion.isGone;
    return this._options.autosave() && !isReadOnly && !isGone;
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
      async () => {
        await this._options.settled?.(this._file.path);
        return this._file.isWritable ? this._private.saveByItself() : this._keepOut();
      },
      () => this._isSavedByItself,
      error => this._options.unsaved(this._file.path, error),
      this._options.isDriveShared
    );
    this._disposables.add(autosave);
    this._autosave = autosave;
    this._disposables.add(new FileWatch(() => this._look()));
    if (this._differs) {
      autosave.schedule();
    }
    this._follow();
  }

  /**
   * Write nothing to a file that is read-only: the room has what was changed.
   */
  private _keepOut(): number {
    this._dirty.markSaved(this._dirty.version);
    if (!this._isKeptOut) {
      this._isKeptOut = true;
      this._options.readOnly(this._file.path);
    }
    return 0;
  }

  /**
   * See whether somebody else has written the file: a kernel, another tab, an upload.
   */
  private async _look(): Promise<void> {
    if (this.isPrivate) {
      await this._private.takeIn();
    } else if (
      !this._options.isDriveShared &&
      !this._dirty.dirty &&
      this._isSavedByItself &&
      (await this._file.isChanged()) &&
      this._file.isWritable
    ) {
      // to save is to merge
      this._dirty.markSaved(NEVER_SAVED);
      this._autosave?.schedule();
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
      await this._file.replace(() => this.content, isAsked);
      busy = performance.now() - start;
    }
    if (isAsked || !this._deletion.isGone) {
      this._dirty.markSaved(version);
    }
    this._isTakenAway &&= !isAsked;
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
    await history?.part?.kept();
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
      .then(() => this._private.tellJupyter())
      .catch((error: unknown) => {
        if (!(error instanceof DocumentClosed)) {
          console.warn(`“${this._file.path}” could not be taken into the room.`, error);
        }
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
      keepVersion: content => this._keepVersion(content),
      shipped: shippedPath => shipped(shippedPath, contentType),
      rename,
      remove,
      relocated,
      isOpen,
      kept
    });
  }

  /**
   * Keep what the file holds, before others' changes are written to it.
   */
  private _keepVersion(content: unknown): Promise<void> {
    const { contentType, format, site } = this._options;
    const { path } = this._file;
    return new EarlierVersions().keep(
      {
        site,
        document: this._history?.part?.documentName ?? `${site} ${path}`,
        path,
        contentType,
        format
      },
      content
    );
  }

  private _createPrivate(): PrivateDocument {
    return new PrivateDocument({
      isPrivate: () => this.isPrivate && !this._isDisposed,
      dirty: this._dirty,
      isUntouched: () => this._history?.isUntouched === true,
      file: this._file,
      jupyter: () => this._options.jupyter?.() ?? null,
      revert: content => this._revert(content),
      save: isAsked => this._save(isAsked)
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
    const left = this._history?.part?.left();
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
            this._autosave?.tell(error);
            deletion.ask(by);
          });
        return gone(this._file.path, by, () => void keep());
      },
      missing: () => this._history?.part?.missing() ?? false,
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
      this._isTakenAway = true; // it would come back at once
    } else if (this._isTakenAway && newPath === this._file.path) {
      this._isTakenAway = false;
      this._autosave?.schedule();
    }
  }

  private readonly _options: DocumentProvider.IOptions;
  private readonly _manager: IWebRtcManager;
  private readonly _format: IDocumentFormat | null;
  private readonly _file: DriveFile;
  private readonly _history: DocumentHistory | null;
  private readonly _deletion: Deletion;
  private readonly _private: PrivateDocument;
  private readonly _dirty: DirtyState;
  private readonly _sightings: Sightings | undefined;
  private readonly _ready = new PromiseDelegate<void>();
  private readonly _disposables = new DisposableSet();
  private _autosave: Autosave | null = null;
  private _differs = false;
  private _isKeptOut = false;
  private _isOpen = false;
  private _isRestored = false;
  /** Whether the user has deleted the file, or the folder around it, and not saved since. */
  private _isTakenAway = false;
  private _isDisposed = false;
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
  export type IOptions = IProviderOptions;
}
