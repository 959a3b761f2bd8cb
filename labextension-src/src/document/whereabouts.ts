// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

import type { DocumentId } from '../room/ids';
import type { IDocumentDrive } from './file';
import type { Exclusively } from './lock';
import { exclusively } from './lock';
import type { News } from './places';
import type { DocumentRoom } from './room';

/**
 * Keeps an open document where it belongs in the drive, whoever in the room, or in
 * another tab, renames it; and hears of it when somebody deletes it.
 */
export class Whereabouts implements IDisposable {
  constructor(options: Whereabouts.IOptions) {
    this._options = options;
    options.room.directory.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /**
   * Be where the file is by now. Who calls holds the document's lock, so that the file
   * is not moved while it is written.
   */
  async keepUp(): Promise<void> {
    const { documentId, drive, room } = this._options;
    for (const news of await room.places.keepUp(documentId, drive)) {
      this._options.tell?.(news);
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.room.directory.changed.disconnect(this._onChanged, this);
  }

  private _onChanged(): void {
    const { documentId, room } = this._options;
    const { directory } = room;
    const known = JSON.stringify([
      directory.title(documentId),
      directory.deletedBy(documentId)
    ]);
    if (known === this._known) {
      return; // it was about something else
    }
    this._known = known;
    // who has deleted the file here is about to close it
    const isOver = () => this._isDisposed || room.places.hasLeft(documentId);
    const work = () => (isOver() ? Promise.resolve() : this.keepUp());
    const turn = this._options.exclusively ?? exclusively;
    turn(room.store.lockName(documentId), work).catch((error: unknown) => {
      console.warn('A shared file could not be moved to its new place.', error);
    });
  }

  private readonly _options: Whereabouts.IOptions;
  private _known = JSON.stringify([null, null]);
  private _isDisposed = false;
}

/**
 * A namespace for `Whereabouts` statics.
 */
export namespace Whereabouts {
  /**
   * What it is made from.
   */
  export interface IOptions {
    /** The room. */
    readonly room: DocumentRoom;
    /** The document's id in the room. */
    readonly documentId: DocumentId;
    /** The file. */
    readonly drive: IDocumentDrive;
    /** Lets one tab at a time work on a document. */
    readonly exclusively?: Exclusively;
    /** Tell the user what has become of it. */
    readonly tell?: (news: News) => void;
  }
}
