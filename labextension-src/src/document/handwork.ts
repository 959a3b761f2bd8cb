// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';

import type { DocumentId } from '../room/ids';
import { entriesOf } from '../room/ids';
import { movedPath } from '../room/path';
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
    rooms: Handwork.IRooms,
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
    const { current: room, missing } = await this._entered();
    // JupyterLite's drive moves a folder by moving what is in it, one by one
    const isPart = [...this._moving].some(folder => path.startsWith(`${folder}/`));
    if (isPart) {
      return this.rename(path, newPath);
    }
    if (!room) {
      const model = await this.rename(path, newPath);
      // what is shared has been moved with it
      const isTold = (one: string) => this._isTold(movedPath(one, path, newPath));
      tellLate(missing, ({ places }) => places.moved(path, newPath, isTold));
      return model;
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
    const { current: room, missing } = await this._entered();
    if (!room) {
      const isItTold = this._isTold(path); // what is deleted is not shared any more
      await this.remove(path);
      const isTold = (one: string) => (one === path ? isItTold : this._isTold(one));
      tellLate(missing, room => this._tellDeleted(room, path, isTold));
      return;
    }
    const { isTold, places } = await this._affected(room, path);
    return this._alone(room, places, async () => {
      await this.remove(path);
      await this._tellDeleted(room, path, isTold);
    });
  }

  private async _tellDeleted(
    { places }: DocumentRoom,
    path: string,
    isTold: (path: string) => boolean
  ): Promise<void> {
    const { username } = this._manager;
    await places.deleted(path, username, isTold);
    if (this._isDriveShared) {
      await places.deletedOfOthers(path, username);
    }
  }

  /**
   * The room: it may still be entered, and its code be loaded, when somebody has begun
   * to move files.
   */
  private async _entered(): Promise<Handwork.IRooms> {
    await this._manager.entered;
    await this._rooms.ready;
    const { current, missing, ready } = this._rooms; // both at one moment
    return { current, missing, ready };
  }

  /**
   * The documents at a path, and which of their files the room is told about, as it is
   * before it is done.
   */
  private async _affected(room: DocumentRoom, path: string) {
    const places = await room.places.at(path);
    const told = new Set(Object.values(places).filter(one => this._isTold(one)));
    return { places, isTold: (one: string) => told.has(one) };
  }

  /**
   * Whether the room is told about a file: in the room of a link, if this tab shares it; in
   * a named room, unless it was taken out.
   */
  private _isTold(path: string): boolean {
    const { _manager: manager } = this;
    const isNamed = manager.room.kind === 'named';
    return manager.isShared(path) || (isNamed && !manager.isWithdrawn(path));
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
  private readonly _rooms: Handwork.IRooms;
  private readonly _manager: Handwork.IManager;
  private readonly _turns: Exclusively;
  private readonly _isDriveShared: boolean;
}

/**
 * A namespace for `Handwork` statics.
 */
export namespace Handwork {
  /**
   * What knows the room that the page is in.
   */
  export type IRooms = Pick<DocumentRooms, 'current' | 'ready'> &
    Partial<Pick<DocumentRooms, 'missing'>>;

  /**
   * What knows the room, and what is shared.
   */
  export type IManager = Pick<
    IWebRtcManager,
    'entered' | 'isShared' | 'isWithdrawn' | 'room' | 'username'
  >;
}

/**
 * Tell a room whose code is missing, if any is, once it has come: nobody waits for that.
 */
function tellLate(
  missing: DocumentRooms['missing'] | undefined,
  tell: (room: DocumentRoom) => Promise<void>
): void {
  missing
    ?.then(room => room && tell(room))
    .catch((error: unknown) => {
      console.warn('The room was not told what was done to a file.', error);
    });
}
