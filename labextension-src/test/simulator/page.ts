// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { YFile, YNotebook } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableSet } from '@lumino/disposable';

import { guardNotebook, guardText } from '../../src/document/allowed';
import { correctCells } from '../../src/document/cells/corrections';
import { CellOperations } from '../../src/document/cells/operations';
import { CellRuns } from '../../src/document/cells/runs';
import { DocumentClosed } from '../../src/document/closed';
import { DirtyState } from '../../src/document/dirty';
import { documentFormat } from '../../src/document/format';
import type { FileMover } from '../../src/document/handwork';
import { Handwork } from '../../src/document/handwork';
import { DocumentHistory } from '../../src/document/history';
import type { Exclusively } from '../../src/document/lock';
import { DocumentRoom } from '../../src/document/room';
import type { DocumentId } from '../../src/room/ids';
import { roomKeys } from '../../src/room/keys';
import type { IRoomSession } from '../../src/tokens';
import type { Browser } from './browser';
import { fillEmpty } from './commands';
import type { TalkOfVersions } from './drive';
import { driveFile } from './drive';

const SESSION: IRoomSession = {
  name: 'room',
  keys: roomKeys(new Uint8Array(32)),
  signalingUrls: [],
  iceServers: [],
  iceTransportPolicy: 'all',
  relay: 'auto'
};

const MANAGER = {
  watch: () => ({ isDisposed: false, dispose: () => undefined })
};

/**
 * A tab: one document in one room.
 */
export class Page {
  constructor(
    private readonly _browser: Browser,
    path: string,
    private readonly _isOnPurpose = false
  ) {
    this.path = path;
    this._room = enterRoom(_browser, _browser.locks.of(this));
    this.handwork = this._fileMover();
    new Handwork(
      this.handwork,
      { current: this._room, ready: Promise.resolve() },
      {
        entered: Promise.resolve(),
        isShared: () => true,
        isWithdrawn: () => false,
        room: { kind: 'named', name: 'room' },
        username: 'Ada'
      },
      _browser.locks.of(this)
    );
    this._sightings = _browser.isKept ? undefined : _browser.talk.join(this);
    this._document = this._open();
  }

  /** Where the document is in the drive. */
  path: string;

  get isDead(): boolean {
    return this._isDead;
  }

  get killed(): Promise<void> {
    return this._killed.promise;
  }

  /** Goes on without the history that the room has chosen, while nobody has that here. */
  goOn: (() => void) | null = null;

  /** The history that is open. */
  get lineage(): string | null {
    return this._document.history.lineage;
  }

  /** The history that the room has chosen, as far as this page knows. */
  get chosen(): string | null {
    const { _documentId: id } = this;
    return id === null ? null : this._room.directory.chosen(id as DocumentId);
  }

  /** Which document of the room it is, once that is known. */
  get documentId(): string | null {
    return this._documentId;
  }

  /** What the room calls it, if it was renamed there. */
  get title(): string | null {
    const { _documentId: id } = this;
    return id === null
      ? null
      : (this._room.directory.title(id as DocumentId)?.path ?? null);
  }

  /** What the user does to files in this tab. */
  readonly handwork: FileMover;

  /** The shared model, or `null` until it is shown. */
  get model(): YDocument<DocumentChange> | null {
    return this._document.isReady ? this._document.model : null;
  }

  /** What is shown, or `null`. */
  get content(): unknown {
    const { format, isReady, model } = this._document;
    return isReady ? format.content(model) : null;
  }

  /** Whether the browser does not keep all. */
  get isRefused(): boolean {
    return this._room.store.isRefused;
  }

  /**
   * Make the document what the drive holds.
   *
   * @returns Whether there is a file.
   */
  revert(): boolean {
    const { format, model } = this._document;
    const content = this._browser.drive.get(this.path);
    if (content !== null) {
      format.revert(model, content);
    }
    return content !== null;
  }

  /** Save to the drive. */
  async save(): Promise<void> {
    if (this._document.isReady) {
      await this._document.history.save();
    }
  }

  /** Close the page. */
  close(): void {
    this._close(this._document);
    this._room.dispose();
    this._die();
  }

  /** End at once: nobody is told, and nothing more is written. */
  kill(): void {
    this._die();
    this._document.history.dispose();
    this._room.dispose();
  }

  /**
   * As JupyterLite's drive: not in one go.
   */
  private _fileMover(): FileMover {
    const { drive } = this._browser;
    return {
      rename: async (path, newPath) => {
        const content = drive.get(path);
        await Promise.resolve();
        drive.set(newPath, content);
        await Promise.resolve();
        drive.delete(path);
        if (this.path === path) {
          this.path = newPath;
        }
        return { path: newPath } as Contents.IModel;
      },
      delete: async path => {
        await Promise.resolve();
        drive.delete(path);
      }
    };
  }

  private _die(): void {
    this._isDead = true;
    this._killed.resolve();
  }

  private _open() {
    const isNotebook = this.path.endsWith('.ipynb');
    const notebook = isNotebook
      ? new YNotebook({ disableDocumentWideUndoRedo: true })
      : null;
    const model: YDocument<DocumentChange> = notebook ?? new YFile();
    const guards = DisposableSet.from([new DirtyState(model)]);
    if (notebook) {
      guard(notebook).forEach(part => guards.add(part));
    } else {
      guardText(model.ydoc);
    }
    const contentType = isNotebook ? 'notebook' : 'file';
    const format = documentFormat(contentType, model)!;
    const { drive, locks } = this._browser;
    const file = driveFile(
      drive,
      this,
      format,
      () => this.path,
      to => {
        this.path = to;
      }
    );
    const history = new DocumentHistory({
      model,
      format,
      contentType,
      formatName: isNotebook ? 'json' : 'text',
      manager: MANAGER,
      drive: file,
      exclusively: locks.of(this),
      sightings: this._sightings,
      isOnPurpose: () => this._isOnPurpose,
      differs: () => undefined,
      holderAway: goOn => {
        this.goOn = goOn;
        return () => {
          this.goOn = null;
        };
      },
      reopen: () => {
        if (this._document.history === history && !this._isDead) {
          this._close(this._document);
          this._document = this._open();
        }
      }
    });
    const opened = { model, format, history, guards, isReady: false };
    const open = async () => {
      this._documentId = await history.enter(this._room);
      const content = file.load();
      if (content !== null) {
        await history.open(content, this._room);
      } else {
        const { signal } = new AbortController();
        await file.write(await history.openAsGuest(this._room, signal));
      }
    };
    const ready = () => {
      opened.isReady = true;
      notebook?.changed.connect(() => {
        if (!notebook.cells.length) {
          setImmediate(() => !notebook.isDisposed && fillEmpty(notebook));
        }
      });
    };
    void open().then(ready, error => {
      if (!(error instanceof DocumentClosed)) {
        throw error;
      }
    });
    return opened;
  }

  private _close(document: ReturnType<Page['_open']>): void {
    document.history.dispose();
    document.guards.dispose();
    document.model.dispose();
  }

  private readonly _room: DocumentRoom;
  private readonly _sightings: ReturnType<TalkOfVersions['join']> | undefined;
  private readonly _killed = new PromiseDelegate<void>();
  private _document: ReturnType<Page['_open']>;
  private _documentId: string | null = null;
  private _isDead = false;
}

/**
 * Be in the room, with no document.
 */
export function enterRoom(
  { isKept: isKeptThere, network, number, site }: Browser,
  turns?: Exclusively,
  isKept = isKeptThere
): DocumentRoom {
  return new DocumentRoom(
    SESSION,
    MANAGER,
    site,
    options => network.connect(number, options),
    turns,
    isKept
  );
}

/**
 * As `guardCells`, without JupyterLab's views.
 */
function guard(notebook: YNotebook): IDisposable[] {
  guardNotebook(notebook.ydoc);
  correctCells(notebook);
  return [
    new CellOperations({ notebook, rescued: () => undefined }),
    new CellRuns({ notebook, untrusted: show => show() })
  ];
}
