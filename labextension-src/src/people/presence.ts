// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type {
  IAwarenessProvider,
  IAwarenessProviderFactory
} from '@jupyter/docprovider';
import type { IAwareness } from '@jupyter/ydoc';
import type { Awareness } from 'y-protocols/awareness';

import { untilLoaded } from '../room/loading';
import type { IWebRtcManager } from '../tokens';
import type { RoomPresence } from './roompresence';

/**
 * Shows who is in the room that the page is in. What talks to others is loaded when
 * the page enters its first room.
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
    this._leave();
  }

  private _onSessionChanged(): void {
    this._leave();
    const { session } = this._manager;
    if (session) {
      this._leaving = new AbortController();
      void untilLoaded(
        () => import(/* webpackChunkName: "room" */ './roompresence'),
        ({ RoomPresence: Presence }) => {
          this._room = new Presence(this._local, session, this._manager);
        },
        this._leaving.signal
      );
    }
  }

  private _leave(): void {
    this._leaving?.abort();
    this._room?.dispose();
    this._room = null;
  }

  private readonly _local: Awareness;
  private readonly _manager: IWebRtcManager;
  private readonly _disconnectUser: () => void;
  private _room: RoomPresence | null = null;
  private _leaving: AbortController | null = null;
  private _isDisposed = false;
}
