// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

import type { Lineage } from '../room/ids';
import { DriveBase } from './drive';
import { Membership } from './membership';
import type { DocumentRoom } from './room';
import { ARRIVED, lineageId, makeSeed } from './seed';
import type { ISightings } from './sightings';
import { hasContent } from './state';
import type { IBase } from './store';
import { Whereabouts } from './whereabouts';
import { applyKept, unpack } from './whole';

/**
 * What one history of an open document has of a room: it is kept by the store,
 * compared with the drive, and, once joined, shared with others.
 */
export class RoomPart implements IDisposable {
  constructor(options: RoomPart.IOptions) {
    this._options = options;
    const { documentId, format } = options;
    this.base = new DriveBase({
      ...options,
      keepUp: () => this._whereabouts?.keepUp() ?? Promise.resolve(),
      lineageOf: async canonical =>
        lineageId(documentId, (await makeSeed(format, canonical)).digest)
    });
  }

  /** The drive's side of it. */
  readonly base: DriveBase;

  /** The history. */
  get lineage(): Lineage {
    return this._options.lineage;
  }

  /** The room. */
  get room(): DocumentRoom {
    return this._options.room;
  }

  /** Names the document, in this room. */
  get documentName(): string {
    return this.room.store.lockName(this._options.documentId);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Fill the empty document with what this browser keeps.
   *
   * @param base - What it remembers of the document.
   * @returns Whether there is anything.
   */
  async restore(base: IBase): Promise<boolean> {
    const { ydoc } = this._options.model;
    await this._keep();
    const state = base.state && (await unpack(base.state.update));
    if (state && !this._isDisposed) {
      // the store has it, unless the page ended just when the drive was written
      applyKept(ydoc, state, ARRIVED);
    }
    return hasContent(ydoc);
  }

  /**
   * Keep what is open from now on, and share it.
   */
  async join(): Promise<void> {
    await this._keep();
    if (!this._isDisposed && !this.room.isDisposed) {
      this._membership = new Membership(this._options);
      this._whereabouts = new Whereabouts(this._options);
    }
  }

  /**
   * Who in the room has deleted the document from their drive; `null` if nobody has.
   */
  get deletedBy(): string | null {
    return this.room.directory.deletedBy(this._options.documentId);
  }

  /**
   * Tell the room that the file is gone, of which nobody has said so.
   *
   * @returns Whether everybody hears of it now, also this page.
   */
  missing(): boolean {
    const isNews = this.deletedBy === null;
    if (isNews) {
      this.room.directory.delete(this._options.documentId, '');
    }
    return isNews;
  }

  /**
   * Note that the user has kept the document after somebody had deleted it.
   */
  kept(): Promise<void> {
    return this.room.places.kept(this._options.documentId);
  }

  /**
   * Note that the user has let it go.
   */
  left(): Promise<void> {
    return this.room.places.left(this._options.documentId);
  }

  dispose(): void {
    this._isDisposed = true;
    this._membership?.dispose();
    this._whereabouts?.dispose();
    this._closing.abort(); // what is kept, and what is being loaded
  }

  private async _keep(): Promise<void> {
    if (!this._isKept) {
      const { lineage, model, room } = this._options;
      await room.store.keep(lineage, model.ydoc, this._closing.signal);
      this._isKept = true;
    }
  }

  private readonly _options: RoomPart.IOptions;
  private _membership: Membership | null = null;
  private _whereabouts: Whereabouts | null = null;
  private readonly _closing = new AbortController();
  private _isKept = false;
  private _isDisposed = false;
}

/**
 * A namespace for `RoomPart` statics.
 */
export namespace RoomPart {
  /**
   * What it is made from.
   */
  export interface IOptions extends Membership.IOptions, Whereabouts.IOptions {
    /** What the people in the room saw in the drive, if they share one. */
    readonly sightings?: ISightings;
  }
}
