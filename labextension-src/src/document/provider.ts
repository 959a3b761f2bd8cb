// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentProvider } from '@jupyter/collaborative-drive';
import type { IDocumentProviderFactory, IForkProvider } from '@jupyter/docprovider';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import * as Y from 'yjs';

import { RoomLink } from '../peer/link';
import type { IWebRtcManager } from '../tokens';
import { Autosave } from './autosave';
import { DirtyState } from './dirty';
import type { IDocumentFormat } from './format';
import { documentFormat } from './format';
import type { ISeed } from './seed';
import { lineageId, makeSeed } from './seed';

/**
 * Provides the content of one open document, and shares it.
 *
 * It opens from the drive, without waiting for the network. While the document
 * is shared and the page is in a room, a link connects it to the peers that
 * have the same lineage. It saves to the drive, always one's own.
 */
export class DocumentProvider implements IDocumentProvider, IForkProvider {
  constructor(options: DocumentProvider.IOptions) {
    this._options = options;
    this._manager = options.manager;
    this._firstPath = this._path = options.path;
    this._format = documentFormat(options.contentType, options.model);
    this._dirty = new DirtyState(options.model);
    this._disposables.add(this._dirty);

    this._manager.opened(this._path);
    this._manager.sessionChanged.connect(this._connect, this);
    this._manager.sharingChanged.connect(this._connect, this);
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
    this._manager.sessionChanged.disconnect(this._connect, this);
    this._manager.sharingChanged.disconnect(this._connect, this);
    this._options.drive.fileChanged.disconnect(this._onFileChanged, this);
    this._leave();
    this._disposables.dispose();
  }

  /**
   * Save the document to the drive.
   */
  async save(): Promise<void> {
    await this.ready;
    const { drive, model, contentType, format } = this._options;
    const { version } = this._dirty;
    const content = this._format ? this._format.content(model) : model.getSource();
    await drive.save(this._path, {
      type: contentType,
      format: format as Contents.FileFormat,
      content
    });
    this._dirty.markSaved(version);
  }

  /**
   * Leave the room and join it again.
   */
  async reconnect(): Promise<void> {
    this._leave();
    this._connect();
  }

  /**
   * Forks live on a server.
   */
  async connectToForkDoc(): Promise<void> {
    throw new Error('Documents that are shared over WebRTC have no forks.');
  }

  private async _open(): Promise<void> {
    const { drive, model, contentType, format } = this._options;
    const file = await drive.get(this._path, {
      type: contentType,
      format: format as Contents.FileFormat,
      content: true
    });
    if (this._format) {
      const seed = await makeSeed(this._format, this._format.canonical(file.content));
      if (this._isDisposed) {
        return;
      }
      Y.applyUpdate(model.ydoc, seed.update, SEED);
      this._seed = seed;
    } else {
      console.warn(`${this._path} is not shared: its type has no known shared model.`);
      model.setSource(file.content as Parameters<typeof model.setSource>[0]);
    }
    this._dirty.markSaved(this._dirty.version);
    this._disposables.add(
      new Autosave(this._dirty, () => this.save(), this._options.autosave)
    );
    this._connect();
  }

  /**
   * Be connected if and only if the document is shared.
   */
  private _connect(): void {
    const { session } = this._manager;
    if (this._session === session && this._manager.isShared(this._path) && this._link) {
      return;
    }
    this._leave();
    const seed = this._seed;
    if (!session || !seed || this._isDisposed || !this._manager.isShared(this._path)) {
      return;
    }
    const { model, contentType, format } = this._options;
    const documentId = session.keys.documentId({
      path: this._firstPath,
      contentType,
      format,
      generation: 0
    });
    const link = new RoomLink({
      session,
      subject: lineageId(documentId, seed),
      doc: model.ydoc,
      awareness: model.awareness
    });
    this._session = session;
    this._link = new DisposableSet();
    this._link.add(this._manager.watch(link));
    this._link.add(link);
  }

  private _leave(): void {
    this._link?.dispose();
    this._link = null;
    this._session = null;
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
    if (change.type !== 'rename' || !oldPath || !newPath) {
      return;
    }
    if (this._path === oldPath || this._path.startsWith(`${oldPath}/`)) {
      this._path = newPath + this._path.slice(oldPath.length);
    }
  }

  private readonly _options: DocumentProvider.IOptions;
  private readonly _manager: IWebRtcManager;
  private readonly _format: IDocumentFormat | null;
  private readonly _dirty: DirtyState;
  private readonly _firstPath: string;
  private readonly _ready = new PromiseDelegate<void>();
  private readonly _disposables = new DisposableSet();
  private _path: string;
  private _seed: ISeed | null = null;
  private _session: IWebRtcManager['session'] = null;
  private _link: DisposableSet | null = null;
  private _isDisposed = false;
}

/**
 * The origin of the transaction that puts the seed into a document.
 */
export const SEED = Symbol('seed');

/**
 * A namespace for `DocumentProvider` statics.
 */
export namespace DocumentProvider {
  /**
   * What a document provider is made from.
   */
  export interface IOptions extends IDocumentProviderFactory.IOptions {
    /** Knows the room. */
    readonly manager: IWebRtcManager;
    /** Whether the user wants changes saved as they happen. */
    readonly autosave: () => boolean;
  }
}
