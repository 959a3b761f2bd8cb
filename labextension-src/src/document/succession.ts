// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';

import type { DocumentId, Lineage } from '../room/ids';
import type { RoomPart } from './roompart';

/**
 * How long after a copy could not be kept that is tried again, in milliseconds.
 */
const AGAIN = 10_000;

/**
 * Lets a room's history take the place of the one that is open, as soon as that is kept.
 */
export class Succession implements IDisposable {
  constructor(options: Succession.IOptions) {
    this._options = options;
  }

  /**
   * Open another history, once what would be lost of ours is kept.
   *
   * @param documentId - The document.
   * @param lineage - The history that the room has chosen.
   * @param theirs - What it holds by now, in canonical form.
   */
  begin(documentId: DocumentId, lineage: Lineage, theirs: () => string): void {
    this._switch(documentId, lineage, theirs).catch((error: unknown) => {
      console.warn('A copy could not be kept; that is tried again.', error);
      clearTimeout(this._again);
      this._again = setTimeout(() => this.begin(documentId, lineage, theirs), AGAIN);
    });
  }

  /**
   * Try no more: the room was left.
   */
  cancel(): void {
    clearTimeout(this._again);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.cancel();
  }

  private async _switch(
    documentId: DocumentId,
    lineage: Lineage,
    theirs: () => string
  ): Promise<void> {
    const { hasWritten, opened, part: current, reopen } = this._options;
    const part = current();
    // while it is being opened, the document does not hold what would be lost
    await opened;
    if (!part || part !== current()) {
      return;
    }
    if (part.room.directory.chosen(documentId) !== lineage) {
      return; // it has chosen again, and that is being fetched
    }
    await part.base.superseded(lineage, theirs, hasWritten);
    if (!this._isDisposed) {
      reopen();
    }
  }

  private readonly _options: Succession.IOptions;
  private _again: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/**
 * A namespace for `Succession` statics.
 */
export namespace Succession {
  /**
   * What gives way.
   */
  export interface IOptions {
    /** Resolves once the document is open. */
    readonly opened: Promise<void>;
    /** The open history's part in the room; `null` while the document is private. */
    readonly part: () => RoomPart | null;
    /** Whether this page has written into the history. */
    readonly hasWritten: () => boolean;
    /** Open the document anew. */
    readonly reopen: () => void;
  }
}
