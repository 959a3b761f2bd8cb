// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { PromiseDelegate } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import type { IWebRtcManager } from '../tokens';
import type { IDocumentFormat } from './format';
import { hasContent, Membership } from './membership';
import { decideOpening, mustKeep } from './opening';
import type { DocumentRoom } from './room';
import type { ISeed } from './seed';
import { contentDigest, lineageId, makeSeed } from './seed';

/**
 * The history of one open document: where it comes from, where it is kept, and
 * who it is shared with.
 */
export class DocumentHistory implements IDisposable {
  constructor(options: DocumentHistory.IOptions) {
    this._options = options;
  }

  /** The history that is open, or `null` while the document is in no room. */
  get lineage(): string | null {
    return this._membership?.lineage ?? null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.leave();
  }

  /**
   * Fill the empty document.
   *
   * @param content - What the drive holds.
   * @param room - The room to open it in, or `null` if it is private.
   */
  async open(content: unknown, room: DocumentRoom | null): Promise<void> {
    const { format, model } = this._options;
    this._drive = format.canonical(content);
    this._driveDigest = await contentDigest(this._drive);
    const seed = await makeSeed(format, this._drive);
    if (room) {
      await this._openInRoom(room, seed, content);
    } else {
      this._begin(seed);
    }
    this._isOpen = true;
    this._opened.resolve();
    if (
      room &&
      !this._isDisposed &&
      format.canonical(format.content(model)) !== this._drive
    ) {
      this._options.differs();
    }
  }

  /**
   * Fill the empty document of somebody who does not have the file, from others.
   *
   * It waits as long as it takes: until somebody is there who has the document.
   *
   * @param room - The room.
   * @param signal - Aborted by a user who has waited long enough.
   * @returns What the drive should hold.
   * @throws What the signal was aborted with.
   */
  async openAsGuest(room: DocumentRoom, signal: AbortSignal): Promise<unknown> {
    const { format, model } = this._options;
    const documentId = this._documentId(room);
    const { directory } = room;
    await room.loaded;
    while (!hasContent(model.ydoc)) {
      signal.throwIfAborted();
      const chosen = directory.chosen(documentId);
      if (chosen !== null && chosen !== this._membership?.lineage) {
        this.leave();
        this._root = chosen;
        await this._join(room, documentId, chosen);
      } else {
        await new Promise<void>(resolve => {
          const wake = () => {
            directory.changed.disconnect(wake);
            model.ydoc.off('update', wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          directory.changed.connect(wake);
          model.ydoc.on('update', wake);
          signal.addEventListener('abort', wake);
        });
      }
    }
    // a large document comes in parts: the drive shall hold all of it
    await this._membership?.settled();
    signal.throwIfAborted();
    const content = format.content(model);
    this._drive = format.canonical(content);
    this._driveDigest = await contentDigest(this._drive);
    this._isOpen = true;
    this._opened.resolve();
    await this._remember([this._driveDigest]);
    return content;
  }

  /**
   * Be in a room, or in none; a document that is open already takes its history
   * along.
   */
  async follow(room: DocumentRoom | null): Promise<void> {
    if (
      !this._isOpen ||
      this._isDisposed ||
      room === (this._membership?.room ?? null)
    ) {
      return;
    }
    this.leave();
    if (room) {
      await room.loaded;
      const documentId = this._documentId(room);
      const lineage =
        this._lineages.get(documentId) ?? lineageId(documentId, this._root);
      await this._join(room, documentId, lineage);
      await this._remember([this._driveDigest]);
    }
  }

  /**
   * Leave the room; the document stays as it is.
   */
  leave(): void {
    this._membership?.dispose();
    this._membership = null;
    void this._release?.();
    this._release = null;
  }

  /**
   * Note that the drive is about to hold a content, and then that it does.
   *
   * @param content - What is being saved.
   * @param save - Saves it.
   */
  async saving(content: unknown, save: () => Promise<unknown>): Promise<void> {
    const canonical = this._options.format.canonical(content);
    const digest = await contentDigest(canonical);
    await this._remember([this._driveDigest, digest]);
    await save();
    this._drive = canonical;
    this._driveDigest = digest;
    await this._remember([digest]);
  }

  private async _openInRoom(
    room: DocumentRoom,
    seed: ISeed,
    content: unknown
  ): Promise<void> {
    const { model } = this._options;
    const documentId = this._documentId(room);
    const own = lineageId(documentId, seed.digest);
    await room.loaded;
    const base = await room.store.base(documentId);
    if (!base && room.directory.chosen(documentId) === null) {
      await room.link.settled();
    }
    const opening = decideOpening(own, base, room.directory.chosen(documentId));
    if (opening.from !== 'seed') {
      this._root = opening.lineage;
      await this._join(room, documentId, opening.lineage);
      if (!hasContent(model.ydoc)) {
        await this._membership?.settled();
      }
      if (hasContent(model.ydoc)) {
        await this._keep(this._theirs(), base?.digests ?? [], () => content);
        await this._remember([this._driveDigest]);
        return;
      }
      this.leave(); // the room's history is not to be had now: begin with ours
    }
    this._begin(seed);
    await this._join(room, documentId, own);
    await this._remember([this._driveDigest]);
  }

  /**
   * Begin with one's own file.
   */
  private _begin(seed: ISeed): void {
    if (!this._isDisposed) {
      this._root = seed.digest;
      Y.applyUpdate(this._options.model.ydoc, seed.update, SEED);
    }
  }

  /**
   * Keep the history, and share it.
   */
  private async _join(
    room: DocumentRoom,
    documentId: string,
    lineage: string
  ): Promise<void> {
    const { format, manager, model } = this._options;
    this._lineages.set(documentId, lineage);
    const release = await room.store.keep(lineage, model.ydoc);
    if (this._isDisposed || room.isDisposed) {
      await release();
      return;
    }
    this._release = release;
    this._membership = new Membership({
      room,
      manager,
      documentId,
      lineage,
      model,
      format,
      switchTo: (chosen, theirs) => void this._switch(documentId, chosen, theirs)
    });
  }

  /**
   * Open the room's history instead of ours, which is kept as a copy if it would
   * be lost.
   */
  private async _switch(
    documentId: string,
    lineage: string,
    theirs: string
  ): Promise<void> {
    const { format, model } = this._options;
    const membership = this._membership;
    // while it is being opened, the document does not hold what would be lost
    await this._opened.promise;
    if (!membership || membership !== this._membership) {
      return;
    }
    const { room } = membership;
    let kept: string;
    do {
      kept = this._theirs();
      // the drive is in step with our history, which is not the room's
      await this._keep(theirs, [], () => format.content(model));
      await room.store.setBase(documentId, { lineage, digests: [this._driveDigest] });
      // somebody may have typed while it was kept
    } while (this._theirs() !== kept);
    if (!this._isDisposed) {
      this._options.reopen();
    }
  }

  /**
   * Keep one's own content beside the room's, unless nothing would be lost.
   */
  private async _keep(
    theirs: string,
    known: ReadonlyArray<string>,
    content: () => unknown
  ): Promise<void> {
    const { format, keepCopy, shipped } = this._options;
    const situation = {
      mine: format.essence(format.canonical(content())),
      theirs: format.essence(theirs),
      drive: format.essence(this._drive),
      driveDigest: this._driveDigest,
      known
    };
    if (mustKeep({ ...situation, shipped: null })) {
      const original = await shipped();
      const canonical = original === null ? null : format.canonical(original);
      const essence = canonical === null ? null : format.essence(canonical);
      if (mustKeep({ ...situation, shipped: essence })) {
        await keepCopy(content());
      }
    }
  }

  private async _remember(digests: ReadonlyArray<string>): Promise<void> {
    const membership = this._membership;
    if (membership) {
      const { lineage, room } = membership;
      await room.store.setBase(this._documentId(room), { lineage, digests });
    }
  }

  /**
   * What the document holds, in canonical form.
   */
  private _theirs(): string {
    const { format, model } = this._options;
    return format.canonical(format.content(model));
  }

  private _documentId(room: DocumentRoom): string {
    const { path, contentType, formatName } = this._options;
    return room.session.keys.documentId({
      path,
      contentType,
      format: formatName,
      generation: 0
    });
  }

  private readonly _options: DocumentHistory.IOptions;
  private readonly _lineages = new Map<string, string>();
  private _isOpen = false;
  private readonly _opened = new PromiseDelegate<void>();
  private _root = '';
  private _drive = '';
  private _driveDigest = '';
  private _membership: Membership | null = null;
  private _release: (() => Promise<void>) | null = null;
  private _isDisposed = false;
}

/**
 * The origin of the transaction that puts the seed into a document.
 */
export const SEED = Symbol('seed');

/**
 * A namespace for `DocumentHistory` statics.
 */
export namespace DocumentHistory {
  /**
   * What a history is made from.
   */
  export interface IOptions {
    /** The open document, empty. */
    readonly model: YDocument<DocumentChange>;
    /** Its format. */
    readonly format: IDocumentFormat;
    /** The path at which it was opened. */
    readonly path: string;
    /** Its content type. */
    readonly contentType: string;
    /** The name of its format in the contents API. */
    readonly formatName: string;
    /** Is told how the connections are going. */
    readonly manager: Pick<IWebRtcManager, 'watch'>;
    /** What the site ships at this path, or `null`. */
    readonly shipped: () => Promise<unknown>;
    /** Keep a content beside the file, and tell the user. */
    readonly keepCopy: (content: unknown) => Promise<void>;
    /** Called when the document was opened with a content that the drive lacks. */
    readonly differs: () => void;
    /** Open the document anew: the room has another history. */
    readonly reopen: () => void;
  }
}
