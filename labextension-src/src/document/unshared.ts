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
   */
  constructor(drive: IDocumentDrive, format: IDocumentFormat) {
    this._drive = drive;
    this._format = format;
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
   * @param content - What the document holds; asked for when it is written.
   * @param isAsked - Whether Jupyter saves, and has asked the user where it had to.
   * @returns What it holds now, in canonical form.
   * @throws FileChanged - If somebody else has written it meanwhile.
   */
  async save(content: () => unknown, isAsked: boolean): Promise<string> {
    return this._format.canonical(await this._drive.replace(content, isAsked));
  }

  /**
   * Write the file where nobody can be asked, on the way into a room; what somebody else
   * has written meanwhile is kept beside it.
   *
   * @param content - What the document holds; asked for once more when it is written.
   * @param before - What the file held when this page read or wrote it last, in
   * canonical form.
   */
  async saveForRoom(content: () => unknown, before: string): Promise<void> {
    const { canonical } = this._format;
    if (!haveSameEssence(this._format, before, canonical(content()))) {
      await this._keepForeign([before, canonical(content())]);
      await this._drive.write(content());
    }
  }

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
  private readonly _copies: KeptCopies;
}
