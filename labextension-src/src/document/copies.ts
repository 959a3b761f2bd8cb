// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ICopyInPlace, IDocumentDrive } from './file';
import type { IDocumentFormat } from './format';
import { essenceDigest } from './seed';
import type { IBase, IKeptCopy } from './store';

/**
 * What is remembered of a document.
 */
export interface IRecord {
  /** Read it. */
  readonly get: () => Promise<IBase | null>;

  /** Change it. */
  readonly set: (change: Partial<IBase>) => Promise<void>;
}

/**
 * The copies beside a file, of what the room does not have: one of each history, and
 * none once the room has it after all.
 */
export class KeptCopies {
  /**
   * @param drive - Where they are.
   * @param format - The format of the document.
   * @param record - Where they are remembered.
   */
  constructor(drive: IDocumentDrive, format: IDocumentFormat, record: IRecord) {
    this._drive = drive;
    this._format = format;
    this._record = record;
  }

  /**
   * Keep a copy, in the place of an earlier version of it.
   *
   * @param content - What is kept.
   * @param lineage - The history that it is of, or would have begun.
   * @param isEarlier - Whether a copy is an earlier version of it.
   * @param isFound - Whether somebody else wrote it, to a drive that people share.
   */
  async keep(
    content: unknown,
    lineage: string,
    isEarlier = (copy: IKeptCopy) => copy.lineage === lineage,
    isFound = false
  ): Promise<void> {
    const canonical = this._format.canonical(content);
    if (this._format.isEmpty(canonical)) {
      return;
    }
    const base = await this._record.get();
    const copies = base?.copies ?? [];
    const digest = await essenceDigest(this._format, canonical);
    if (copies.some(copy => copy.lineage === lineage && copy.digest === digest)) {
      return; // it is kept
    }
    const earlier = copies.find(isEarlier);
    const path = await this._drive.keepCopy(
      content,
      earlier ? this._inPlace(earlier) : null,
      isFound
    );
    const others = copies.filter(copy => copy !== earlier);
    await this._record.set({ copies: [...others, { lineage, path, digest }] });
  }

  /**
   * When the room comes back to a history that a copy was kept of, or shows the same as
   * the copy, that is needless.
   *
   * @param lineage - The history that is open.
   * @param shown - The digest of what it holds.
   */
  async dropNeedless(lineage: string, shown: string): Promise<void> {
    const copies = (await this._record.get())?.copies ?? [];
    const needless = copies.filter(
      copy => copy.lineage === lineage || copy.digest === shown
    );
    for (const copy of needless) {
      await this._drive.dropCopy(this._inPlace(copy));
    }
    if (needless.length) {
      await this._record.set({
        copies: copies.filter(copy => !needless.includes(copy))
      });
    }
  }

  private _inPlace({ path, digest }: IKeptCopy): ICopyInPlace {
    return {
      path,
      isUntouched: async content =>
        digest === (await essenceDigest(this._format, this._format.canonical(content)))
    };
  }

  private readonly _drive: IDocumentDrive;
  private readonly _format: IDocumentFormat;
  private readonly _record: IRecord;
}
