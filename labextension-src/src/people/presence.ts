// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type {
  IAwarenessProvider,
  IAwarenessProviderFactory
} from '@jupyter/docprovider';
import type { IAwareness } from '@jupyter/ydoc';
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates
} from 'y-protocols/awareness';
import * as Y from 'yjs';

import { RoomLink } from '../peer/link';
import type { IWebRtcManager } from '../tokens';

/**
 * What the presence of a room is called when its topic is derived.
 */
const PRESENCE = 'presence';

/**
 * The states of an awareness, as the wire format has them.
 */
interface IAwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

/**
 * Shows who is in the room, and which of the shared documents they look at.
 *
 * JupyterLab writes every open document into its awareness. A private one must
 * not leave the page, so the room gets a copy of the awareness that names only
 * what is shared. The copy has the same client id; what others say comes back
 * through it.
 */
export class PresenceProvider implements IAwarenessProvider {
  constructor(options: IAwarenessProviderFactory.IOptions, manager: IWebRtcManager) {
    const { awareness, user } = options;
    this.awareness = awareness;
    this._local = awareness;
    this._manager = manager;

    const setUser = () => {
      this._local.setLocalStateField('user', user.identity);
    };
    void user.ready.then(setUser);
    user.userChanged.connect(setUser);
    this._disconnectUser = () => user.userChanged.disconnect(setUser);

    manager.sessionChanged.connect(this._onSessionChanged, this);
    manager.sharingChanged.connect(this._publish, this);
    this._onSessionChanged();
  }

  readonly awareness: IAwareness;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._disconnectUser();
    this._manager.sessionChanged.disconnect(this._onSessionChanged, this);
    this._manager.sharingChanged.disconnect(this._publish, this);
    this._leave();
  }

  private _onSessionChanged(): void {
    this._leave();
    const { session } = this._manager;
    if (!session) {
      return;
    }
    const doc = new Y.Doc();
    doc.clientID = this._local.clientID;
    const shared = new Awareness(doc);
    const link = new RoomLink({ session, subject: PRESENCE, doc, awareness: shared });
    const watch = this._manager.watch(link);

    const receive = (change: IAwarenessChange) => {
      const others = [...change.added, ...change.updated, ...change.removed].filter(
        id => id !== shared.clientID
      );
      if (others.length) {
        applyAwarenessUpdate(
          this._local,
          encodeAwarenessUpdate(shared, others),
          REMOTE
        );
      }
    };
    const send = (_: IAwarenessChange, origin: unknown) => {
      if (origin !== REMOTE) {
        this._publish();
      }
    };
    shared.on('update', receive);
    this._local.on('update', send);
    this._shared = shared;
    this._publish();

    this._leave = () => {
      this._leave = () => undefined;
      this._shared = null;
      this._local.off('update', send);
      watch.dispose();
      link.dispose();
      // y-webrtc does not tell us that we left: those who stay are gone for us,
      // with their clocks, or they would not be seen when we come back
      const others = [...shared.getStates().keys()].filter(
        id => id !== shared.clientID
      );
      removeAwarenessStates(this._local, others, REMOTE);
      others.forEach(id => this._local.meta.delete(id));
      shared.destroy();
      doc.destroy();
    };
  }

  /**
   * Tell the room what may be told.
   */
  private _publish(): void {
    this._shared?.setLocalState(
      shareable(this._local.getLocalState(), path => this._manager.isShared(path))
    );
  }

  private readonly _local: Awareness;
  private readonly _manager: IWebRtcManager;
  private readonly _disconnectUser: () => void;
  private _shared: Awareness | null = null;
  private _leave: () => void = () => undefined;
  private _isDisposed = false;
}

/**
 * Marks what came from others in the awareness of this page.
 */
const REMOTE = Symbol('presence of others');

/**
 * The part of an awareness state that others may see.
 *
 * @param state - JupyterLab's state: `current` is the tracker and path of the
 * document in front, `documents` are the paths of all that are open.
 * @param isShared - Whether a path is shared in the room.
 */
export function shareable(
  state: { [key: string]: unknown } | null,
  isShared: (path: string) => boolean
): { [key: string]: unknown } | null {
  if (!state) {
    return null;
  }
  const { user, current, documents, away } = state;
  const path = typeof current === 'string' ? current.replace(/^\w+:/, '') : null;
  return {
    user,
    current: path !== null && isShared(path) ? current : null,
    documents: Array.isArray(documents) ? documents.filter(isShared) : [],
    ...(away === true && { away })
  };
}
