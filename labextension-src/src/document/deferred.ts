// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentProvider } from '@jupyter/collaborative-drive';
import type { IForkProvider } from '@jupyter/docprovider';
import type { Contents } from '@jupyterlab/services';

import { loaded } from '../room/loading';
import { movedPath } from '../room/path';
import { DocumentClosed } from './closed';
import type { DocumentProvider } from './provider';
import type { FileVersion } from './version';

/**
 * Provides the content of one open document with code that is loaded when the first
 * document is opened.
 */
export class DeferredProvider implements IDocumentProvider, IForkProvider {
  constructor(options: DeferredProvider.IOptions) {
    const { manager, path } = options;
    this._options = options;
    this._path = path;
    this.contentType = options.contentType;
    this.format = options.format;
    // now, as what is opened later was not restored
    const isRequested = manager.isRequested(path);
    const isNews = manager.opened(path);
    const room = manager.roomName ?? '';
    const { drive } = options;
    drive.fileChanged.connect(this._onFileChanged, this);
    this._loading = loaded(
      () => import(/* webpackChunkName: "document" */ './provider'),
      this._closing.signal
    ).then(({ DocumentProvider: Provider }) => {
      drive.fileChanged.disconnect(this._onFileChanged, this); // it looks by itself
      this._provider = new Provider({ ...options, path: this._path, isRequested });
      return this._provider;
    });
    this.ready = new Promise((resolve, reject) => {
      this._loading
        .then(provider => provider.ready)
        .then(resolve, (reason: Error) => {
          if (!(reason instanceof DocumentClosed)) {
            reject(reason);
          } // else Jupyter would say that the document can't be opened, as `provider` has it
        });
    });
    this.ready.then(
      () =>
        isNews &&
        !this._isDisposed &&
        options.tell(this.path, { what: 'shared', room }),
      () => undefined // whoever opens the document hears of it
    );
  }

  readonly ready: Promise<void>;
  readonly contentType: string;
  readonly format: string;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._options.drive.fileChanged.disconnect(this._onFileChanged, this);
      this._closing.abort(new DocumentClosed());
      this._provider?.dispose();
    }
  }

  /**
   * Where the document is in the drive.
   */
  get path(): string {
    return this._provider?.path ?? this._path;
  }

  /**
   * Whether the document has been opened.
   */
  get isOpen(): boolean {
    return this._provider?.isOpen ?? false;
  }

  /**
   * Whether the document is open, and Jupyter's alone: it is in no room.
   */
  get isPrivate(): boolean {
    return this._provider?.isPrivate ?? false;
  }

  /**
   * What the file would hold if the document, which is open, were saved now.
   */
  get content(): unknown {
    return this._provider?.content ?? null;
  }

  /**
   * The version of the file that the document comes from.
   */
  get version(): FileVersion | null {
    return this._provider?.version ?? null;
  }

  /**
   * Note which version of the file Jupyter has looked at before it saves.
   */
  looked(version: FileVersion): void {
    this._provider?.looked(version);
  }

  /**
   * Whether somebody has deleted the file, and the user has not chosen what to do.
   */
  get isGone(): boolean {
    return this._provider?.isGone ?? false;
  }

  /**
   * Save the document to the drive.
   */
  async save(): Promise<void> {
    await (await this._loading).save();
  }

  /**
   * Note that the file is what it was at a checkpoint.
   */
  restored(): void {
    this._provider?.restored();
  }

  /**
   * Make the document what the drive holds.
   */
  async revert(): Promise<void> {
    await (await this._loading).revert();
  }

  /**
   * Leave the room and join it again.
   */
  async reconnect(): Promise<void> {
    await (await this._loading).reconnect();
  }

  /**
   * Forks live on a server.
   */
  async connectToForkDoc(): Promise<void> {
    throw new Error('Documents that are shared over WebRTC have no forks.');
  }

  private _onFileChanged(_: Contents.IDrive, change: Contents.IChangedArgs): void {
    const { newValue, oldValue, type } = change;
    if (type === 'rename' && oldValue?.path && newValue?.path) {
      this._path = movedPath(this._path, oldValue.path, newValue.path);
    }
  }

  private readonly _options: DeferredProvider.IOptions;
  private readonly _closing = new AbortController();
  private _path: string;
  private readonly _loading: Promise<DocumentProvider>;
  private _provider: DocumentProvider | null = null;
  private _isDisposed = false;
}

/**
 * A namespace for `DeferredProvider` statics.
 */
export namespace DeferredProvider {
  /**
   * What a document provider is made from.
   */
  export type IOptions = Omit<DocumentProvider.IOptions, 'isRequested'>;
}
