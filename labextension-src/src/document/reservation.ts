// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentId, Lineage } from '../room/ids';
import { orphanedBy } from './base';
import type { Exclusively } from './lock';
import { exclusively } from './lock';
import { decideOpening } from './opening';
import type { DocumentRoom } from './room';
import type { IBase, RoomStore } from './store';

/**
 * Sees to it that the tabs of a browser open one history of a document, also when they
 * open it at the same instant: what the first decides is remembered at once.
 */
export class Reservation {
  /**
   * @param room - The room.
   * @param documentId - The document's id in the room.
   * @param turns - Lets one tab at a time decide.
   * @param signal - Aborted once nobody opens the document any more: nothing is decided then.
   */
  constructor(
    room: DocumentRoom,
    documentId: DocumentId,
    turns: Exclusively = exclusively,
    signal?: AbortSignal
  ) {
    this._signal = signal;
    this._room = room;
    this._documentId = documentId;
    this._turns = turns;
  }

  /**
   * Decide which history is opened.
   *
   * @param own - The history that one's own file would begin.
   * @param origin - The digest of that file: it counts from the moment in which any tab
   * may show it.
   * @returns The history, and what was remembered of the document before.
   */
  decide(
    own: Lineage,
    origin?: string
  ): Promise<{ base: IBase | null; lineage: Lineage }> {
    const { directory, store } = this._room;
    this._own = { lineage: own, origin };
    return this._exclusively(async () => {
      const base = await this._base(store);
      const { lineage } = decideOpening(own, base, directory.chosen(this._documentId));
      if (!base) {
        const reserved = { ...this._reserved(lineage), isReserved: true };
        await store.setBase(this._documentId, reserved);
      }
      this._wasReserved = !base || base.isReserved === true;
      return { base, lineage };
    });
  }

  /**
   * Open what was decided, or something else because that is not to be had.
   *
   * @param decided - What was decided.
   * @param opened - What is opened.
   * @returns Whether it may be: not if another tab has opened something else meanwhile.
   */
  confirm(decided: Lineage, opened: Lineage): Promise<boolean> {
    const { store } = this._room;
    return this._exclusively(async () => {
      const base = await this._base(store);
      if (base && base.lineage !== decided) {
        return base.lineage === opened;
      }
      if (decided !== opened) {
        if (base && this._wasReserved && !base.isReserved) {
          return false; // another tab has got what was decided, and shows it
        }
        // what was decided may be kept by a browser that does not answer now
        const kept = base ? { copies: base.copies, orphans: orphanedBy(base) } : {};
        const reserved = { ...this._reserved(opened), ...kept };
        await store.setBase(this._documentId, reserved);
      } else if (base?.isReserved) {
        await store.setBase(this._documentId, { ...base, isReserved: false });
      }
      return true;
    });
  }

  private _reserved(lineage: Lineage): IBase {
    const { lineage: own, origin } = this._own;
    return { lineage, digests: [], ...(lineage === own && origin ? { origin } : {}) };
  }

  private async _base(store: RoomStore): Promise<IBase | null> {
    this._signal?.throwIfAborted(); // what was not waited for may be there
    const base = await store.base(this._documentId);
    this._signal?.throwIfAborted();
    return base;
  }

  private _exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this._turns(this._room.store.lockName(this._documentId), work);
  }

  private readonly _room: DocumentRoom;
  private readonly _documentId: DocumentId;
  private readonly _turns: Exclusively;
  private readonly _signal: AbortSignal | undefined;
  private _wasReserved = false;
  private _own: { lineage: Lineage | null; origin?: string } = { lineage: null };
}
