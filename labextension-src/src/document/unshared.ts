// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { KeptCopies } from './copies';
import { haveSameEssence } from './essence';
import type { IDocumentDrive } from './file';
import type { IDocumentFormat } from './format';
import type { IBase } from './store';

/**
 * Names the copies of what somebody else wrote, without a room, in place of a history.
 */
const FOREIGN = 'foreign';

/**
 * The file of a document that is open and in no room.
 */
export class UnsharedFile {
  /**
   * @param drive - The file.
   * @param format - The format of the document.
   * @param isDriveShared - Whether others may write it too, as on a Jupyter server.
   */
  constructor(drive: IDocumentDrive, format: IDocumentFormat, isDriveShared: boolean) {
    this._drive = drive;
    this._format = format;
    this._isDriveShared = isDriveShared;
    let record: IBase = { lineage: '', digests: [] };
    this._copies = new KeptCopies(drive, format, {
      get: () => Promise.resolve(record),
      set: change => {
        record = { ...record, ...change };
        return Promise.resolve();
      }
    });
  }

  /**
   * Write the file.
   *
   * @param content - What the document holds; asked for once more when it is written.
   * @param before - What the file held when this page read or wrote it last, in
   * canonical form.
   * @returns What it holds now, in canonical form.
   */
  async save(content: () => unknown, before: string): Promise<string> {
    if (this._isDriveShared) {
      await this._keepForeign([before, this._format.canonical(content())]);
    }
    const written = content();
    await this._drive.write(written);
    return this._format.canonical(written);
  }

  /**
   * Keep what somebody else has written to the drive while the document was open here:
   * as a copy, which takes the place of an earlier one.
   */
  private async _keepForeign(own: ReadonlyArray<string>): Promise<void> {
    const content = await this._drive.read();
    if (content === null) {
      return;
    }
    const found = this._format.canonical(content);
    if (!own.some(one => haveSameEssence(this._format, one, found))) {
      await this._copies.keep(content, FOREIGN, undefined, true);
    }
  }

  private readonly _drive: IDocumentDrive;
  private readonly _format: IDocumentFormat;
  private readonly _isDriveShared: boolean;
  private readonly _copies: KeptCopies;
}
