// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';

import type { DocumentId } from '../room/ids';
import { entriesOf } from '../room/ids';
import type { IWebRtcManager } from '../tokens';
import type { Exclusively } from './lock';
import { exclusively } from './lock';
import type { DocumentRoom } from './room';
import type { DocumentRooms } from './rooms';

/**
 * The part of a drive that moves and deletes files.
 */
export type FileMover = Pick<Contents.IDrive, 'rename' | 'delete'>;

/**
 * Tells the room what the user does to the files of its documents: moving, renaming and
 * deleting them, or a folder around them.
 *
 * While that is done, none of these documents is saved, in no tab: JupyterLite reads a
 * file, writes it elsewhere and removes it, and what is saved in between would be lost.
 */
export class Handwork {
  /**
   * @param drive - The drive, whose methods are wrapped.
   * @param rooms - Knows the room.
   * @param manager - Knows what is shared.
   * @param turns - Lets one tab at a time work on a document.
   * @param isDriveShared - Whether others may have the same drive, as on a Jupyter server.
   */
  constructor(
    drive: FileMover,
    rooms: Pick<DocumentRooms, 'current' | 'ready'>,
    manager: Handwork.IManager,
    turns: Exclusively = exclusively,
    isDriveShared = false
  ) {
    this._isDriveShared = isDriveShared;
    this._rooms = rooms;
    this._manager = manager;
    this._turns = turns;
    this.rename = drive.rename.bind(drive);
    this.remove = drive.delete.bind(drive);
    drive.rename = (path, newPath) => this._move(path, newPath);
    drive.delete = path => this._delete(path);
  }

  /**
   * The drive's own methods, for what follows the room, and what nobody did by hand.
   */
  readonly rename: FileMover['rename'];
  readonly remove: FileMover['delete'];

  private async _move(path: string, newPath: string): Promise<Contents.IModel> {
    const room = await this._room();
    // JupyterLite's drive moves a folder by moving what is in it, one by one
    const isPart = [...this._moving].some(folder => path.startsWith(`${folder}/`));
    if (!room || isPart) {
      return this.rename(path, newPath);
    }
    const { isTold, places } = await this._affected(room, path);
    return this._alone(room, places, async () => {
      this._moving.add(path);
      try {
        const model = await this.rename(path, newPath);
        await room.places.moved(path, newPath, isTold);
        return model;
      } finally {
        this._moving.delete(path);
      }
    });
  }

  private async _delete(path: string): Promise<void> {
    const room = await this._room();
    if (!room) {
      return this.remove(path);
    }
    const { isTold, places } = await this._affected(room, path);
    return this._alone(room, places, async () => {
      await this.remove(path);
      const { username } = this._manager;
      await room.places.deleted(path, username, isTold);
      if (this._isDriveShared) {
        await room.places.deletedOfOthers(path, username);
      }
    });
  }

  /**
   * The room: it may still be entered, and its code be loaded, when somebody has begun
   * to move files.
   */
  private async _room(): Promise<DocumentRoom | null> {
    await this._manager.entered;
    await this._rooms.ready;
    return this._rooms.current;
  }

  /**
   * The documents at a path, and which of their files the room is told about: in the
   * room of a link, those that this tab shares before it is done; in a named room, all
   * that were ever opened there, and not taken out.
   */
  private async _affected(room: DocumentRoom, path: string) {
    const places = await room.places.at(path);
    const { _manager: manager } = this;
    const isNamed = manager.room.kind === 'named';
    const shared = new Set(
      Object.values(places).filter(
        one => manager.isShared(one) || (isNamed && !manager.isWithdrawn(one))
      )
    );
    return { places, isTold: (one: string) => shared.has(one) };
  }

  /**
   * Do something while nobody else works on some documents.
   */
  private _alone<T>(
    room: DocumentRoom,
    places: Readonly<Record<DocumentId, string>>,
    work: () => Promise<T>
  ): Promise<T> {
    // in one order, so that no two tabs wait for each other
    return entriesOf(places)
      .map(([documentId]) => documentId)
      .sort()
      .reduceRight<() => Promise<T>>(
        (inner, id) => () => this._turns(room.store.lockName(id), inner),
        work
      )();
  }

  private readonly _moving = new Set<string>();
  private readonly _rooms: Pick<DocumentRooms, 'current' | 'ready'>;
  private readonly _manager: Handwork.IManager;
  private readonly _turns: Exclusively;
  private readonly _isDriveShared: boolean;
}

/**
 * A namespace for `Handwork` statics.
 */
export namespace Handwork {
  /**
   * What knows the room, and what is shared.
   */
  export type IManager = Pick<
    IWebRtcManager,
    'entered' | 'isShared' | 'isWithdrawn' | 'room' | 'username'
  >;
}
