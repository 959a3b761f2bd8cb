// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import { Awareness } from 'y-protocols/awareness';

import type { IRoomLink } from '../peer/link';
import { RoomLink } from '../peer/link';
import type { IRoomSession, IWebRtcManager } from '../tokens';
import { Directory } from './directory';
import { RoomStore } from './store';

/**
 * What the directory of a room is called when its topic is derived.
 */
const DIRECTORY = 'directory';

/**
 * What the store of a room is called when its name is derived.
 */
const STORE = 'store';

/**
 * The room that this page is in, as far as documents are concerned.
 */
export class DocumentRoom implements IDisposable {
  /**
   * @param session - The room.
   * @param manager - Is told how the connection is going.
   * @param site - Tells sites of one origin apart, which have drives of their own.
   * @param connect - Connects what is shared to others.
   * @param isKept - Whether this browser keeps histories. Where people have one drive,
   * that goes on while a browser is away, and an old history of it is of no use.
   */
  constructor(
    session: IRoomSession,
    manager: Pick<IWebRtcManager, 'watch'>,
    site: string,
    connect = (options: RoomLink.IOptions): IRoomLink => new RoomLink(options),
    isKept = true
  ) {
    this.session = session;
    this.connect = connect;
    this.store = new RoomStore(session.keys.topic(`${STORE}/${site}`), isKept);
    const { doc } = this.directory;
    const release = this.store.keep(DIRECTORY, doc);
    this.loaded = release.then(
      () => undefined,
      (error: unknown) => {
        console.warn('What this browser knows of the room could not be read.', error);
      }
    );
    this._awareness = new Awareness(doc);
    this._awareness.setLocalState(null); // who is here is told elsewhere
    const awareness = this._awareness;
    this.link = connect({ session, subject: DIRECTORY, doc, awareness });
    this._watch = manager.watch(this.link);
    this._release = release.catch(() => () => Promise.resolve());
  }

  readonly session: IRoomSession;
  readonly store: RoomStore;
  readonly directory = new Directory();
  readonly link: IRoomLink;

  /** Connects what is shared to others. */
  readonly connect: (options: RoomLink.IOptions) => IRoomLink;

  /** Resolves when what this browser remembers of the directory is there. */
  readonly loaded: Promise<void>;

  get isDisposed(): boolean {
    return this.link.isDisposed;
  }

  dispose(): void {
    this._watch.dispose();
    this.link.dispose();
    this._awareness.destroy();
    void this._release.then(async release => {
      await release();
      await this.store.dispose();
    });
  }

  private readonly _awareness: Awareness;
  private readonly _watch: IDisposable;
  private readonly _release: Promise<() => Promise<void>>;
}

/**
 * Follows the page from room to room.
 */
export class DocumentRooms {
  /**
   * @param manager - Knows the room.
   * @param site - Tells sites of one origin apart.
   * @param isKept - Whether this browser keeps histories.
   */
  constructor(manager: IWebRtcManager, site: string, isKept = true) {
    this._manager = manager;
    this._isKept = isKept;
    this._site = site;
    manager.sessionChanged.connect(this._onSessionChanged, this);
    this._onSessionChanged();
  }

  /** The room that the page is in, or `null`. */
  get current(): DocumentRoom | null {
    return this._current;
  }

  private _onSessionChanged(): void {
    const { session } = this._manager;
    this._current?.dispose();
    this._current = session
      ? new DocumentRoom(session, this._manager, this._site, undefined, this._isKept)
      : null;
  }

  private readonly _manager: IWebRtcManager;
  private readonly _site: string;
  private readonly _isKept: boolean;
  private _current: DocumentRoom | null = null;
}
