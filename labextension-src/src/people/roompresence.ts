// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates
} from 'y-protocols/awareness';
import * as Y from 'yjs';

import { RoomLink } from '../peer/link';
import type { IRoomSession, IWebRtcManager } from '../tokens';

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
 * Shows who is in one room, and which of the shared documents they look at.
 *
 * JupyterLab writes every open document into its awareness. A private one must
 * not leave the page, so the room gets a copy of the awareness that names only
 * what is shared. The copy has the same client id; what others say comes back
 * through it.
 */
export class RoomPresence implements IDisposable {
  /**
   * @param local - The awareness of the page.
   * @param session - The room.
   * @param manager - Knows what is shared, and is told how the connection is going.
   */
  constructor(local: Awareness, session: IRoomSession, manager: IWebRtcManager) {
    this._local = local;
    this._manager = manager;
    this._doc.clientID = local.clientID;
    this._shared = new Awareness(this._doc);
    this._link = new RoomLink({
      session,
      subject: PRESENCE,
      doc: this._doc,
      awareness: this._shared
    });
    this._watch = manager.watch(this._link);
    this._shared.on('update', this._receive);
    local.on('update', this._send);
    manager.sharingChanged.connect(this._publish, this);
    this._publish();
  }

  get isDisposed(): boolean {
    return this._link.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._manager.sharingChanged.disconnect(this._publish, this);
    this._local.off('update', this._send);
    this._watch.dispose();
    this._link.dispose();
    // y-webrtc does not tell us that we left: those who stay are gone for us,
    // with their clocks, or they would not be seen when we come back
    const others = this._others([...this._shared.getStates().keys()]);
    removeAwarenessStates(this._local, others, REMOTE);
    others.forEach(id => this._local.meta.delete(id));
    this._shared.destroy();
    this._doc.destroy();
  }

  private readonly _receive = (change: IAwarenessChange): void => {
    const { added, updated, removed } = change;
    const others = this._others([...added, ...updated, ...removed]);
    if (others.length) {
      const update = encodeAwarenessUpdate(this._shared, others);
      applyAwarenessUpdate(this._local, update, REMOTE);
    }
  };

  private readonly _send = (_: IAwarenessChange, origin: unknown): void => {
    if (origin !== REMOTE) {
      this._publish();
    }
  };

  /**
   * Tell the room what may be told.
   */
  private _publish(): void {
    this._shared.setLocalState(
      shareable(this._local.getLocalState(), path => this._manager.isShared(path))
    );
  }

  private _others(ids: number[]): number[] {
    return ids.filter(id => id !== this._shared.clientID);
  }

  private readonly _local: Awareness;
  private readonly _manager: IWebRtcManager;
  private readonly _doc = new Y.Doc();
  private readonly _shared: Awareness;
  private readonly _link: RoomLink;
  private readonly _watch: IDisposable;
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
