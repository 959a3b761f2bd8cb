// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PromiseDelegate } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ignored } from '../room/ignored';
import { untilLoaded } from '../room/loading';
import type { IWebRtcManager } from '../tokens';
import type { DocumentRoom } from './room';
import type { RoomStore } from './store';

/**
 * Follows the page from room to room. What talks to others is loaded when the page
 * enters its first one.
 */
export class DocumentRooms {
  /**
   * @param manager - Knows the room.
   * @param site - Tells sites of one origin apart.
   * @param isKept - Whether this browser keeps histories.
   * @param refused - Is told that it does not, though it should, and when it does again.
   */
  constructor(
    manager: IWebRtcManager,
    site: string,
    isKept = true,
    refused: (isRefused: boolean) => void = () => undefined
  ) {
    this._manager = manager;
    this._site = site;
    this._isKept = isKept;
    this._refused = refused;
    manager.sessionChanged.connect(this._onSessionChanged, this);
    this._onSessionChanged();
  }

  /** The room that the page is in, or `null`. */
  get current(): DocumentRoom | null {
    return this._current;
  }

  /** Resolves once `current` is the room of the session, unless its code is missing. */
  get ready(): Promise<void> {
    return this._ready;
  }

  /**
   * The session's room, if its code has not come yet: resolves once it has, with `null` if
   * the page has left before. `null` if nothing is missing: only then `current` says
   * whether the page is in a room.
   */
  get missing(): Promise<DocumentRoom | null> | null {
    return this._missing?.promise ?? null;
  }

  /** Emitted when `current` has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private _onSessionChanged(): void {
    const { session } = this._manager;
    this._leaving?.abort();
    this._set(null);
    ignored.clear();
    this._missing?.resolve(null);
    this._missing = null;
    if (session) {
      this._missing = new PromiseDelegate();
      this._leaving = new AbortController();
      this._ready = untilLoaded(
        () => import(/* webpackChunkName: "room" */ './room'),
        ({ DocumentRoom }) => {
          const { _isKept: isKept, _manager: manager, _site: site } = this;
          const room = new DocumentRoom(
            session,
            manager,
            site,
            undefined,
            undefined,
            isKept
          );
          const { _missing: missing } = this;
          this._missing = null;
          this._set(room);
          missing?.resolve(room);
        },
        this._leaving.signal
      );
    }
  }

  private _set(room: DocumentRoom | null): void {
    if (room !== this._current) {
      if (this._current) {
        this._current.store.isRefusedChanged.disconnect(this._onRefused, this);
        this._current.dispose();
        this._refused(false);
      }
      this._current = room;
      room?.store.isRefusedChanged.connect(this._onRefused, this);
      this._changed.emit();
    }
  }

  private _onRefused(_: RoomStore, isRefused: boolean): void {
    this._refused(isRefused);
  }

  private readonly _manager: IWebRtcManager;
  private readonly _site: string;
  private readonly _isKept: boolean;
  private readonly _refused: (isRefused: boolean) => void;
  private readonly _changed = new Signal<this, void>(this);
  private _current: DocumentRoom | null = null;
  private _leaving: AbortController | null = null;
  private _missing: PromiseDelegate<DocumentRoom | null> | null = null;
  private _ready: Promise<void> = Promise.resolve();
}
