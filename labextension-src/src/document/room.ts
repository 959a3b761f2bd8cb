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
   */
  constructor(
    session: IRoomSession,
    manager: Pick<IWebRtcManager, 'watch'>,
    site: string,
    connect = (options: RoomLink.IOptions): IRoomLink => new RoomLink(options)
  ) {
    this.session = session;
    this.connect = connect;
    this.store = new RoomStore(session.keys.topic(`${STORE}/${site}`));
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
