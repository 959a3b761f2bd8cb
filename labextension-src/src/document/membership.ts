// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';

import type { IRoomLink } from '../peer/link';
import type { DocumentId, Lineage } from '../room/ids';
import type { IWebRtcManager } from '../tokens';
import { Fetching } from './fetching';
import type { IDocumentFormat } from './format';
import type { DocumentRoom } from './room';

/**
 * One open document's part in a room.
 *
 * States and transitions:
 *
 * - *unregistered*: nobody in the room has a history of this document that
 *   counts; ours is open. Once a second browser has told all it knows of the room,
 *   ours is registered; not before, or a room that has chosen long ago would have to
 *   choose again whenever somebody comes. Two things are registered without a second
 *   browser, once there was time for one to tell. What somebody shares on purpose:
 *   whoever comes when they are away begins nothing that counts as much. And, where the
 *   browser keeps nothing, what another tab of it may open, or have open: nothing else
 *   tells the tabs which history is theirs. A guest has nothing to register: what it
 *   joins has arrived, and so is registered.
 * - *in step*: the room has chosen the history that is open here.
 * - *fetching*: the room has chosen another one. Its content is fetched from
 *   the others into a document of its own: two histories are never merged. Once
 *   it is here, the page is asked to switch. Until then, work goes on with ours,
 *   which is not registered: registered beats unregistered.
 *
 * What is chosen may change in each state, because others register too (two halves
 * of a room that could not see each other); it can only become smaller, so this ends.
 */
export class Membership implements IDisposable {
  constructor(options: Membership.IOptions) {
    this._options = options;
    const { manager, model, room, lineage } = options;
    this._link = room.connect({
      session: room.session,
      subject: lineage,
      doc: model.ydoc,
      awareness: model.awareness
    });
    this._watch = manager.watch(this._link);
    this._begin();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    const { directory, link } = this._options.room;
    directory.changed.disconnect(this._update, this);
    link.stateChanged.disconnect(this._update, this);
    this._fetch(null);
    this._watch.dispose();
    this._link.dispose();
  }

  private _begin(): void {
    const { directory, link } = this._options.room;
    directory.changed.connect(this._update, this);
    link.stateChanged.connect(this._update, this);
    void this._options.room.browsersSettled().then(() => {
      this._isSettled = true;
      this._update();
    });
    this._update();
  }

  private _update(): void {
    const { documentId, format, lineage, manager, room } = this._options;
    const { directory } = room;
    if (this._isDisposed || room.places.hasLeft(documentId)) {
      return;
    }
    const chosen = directory.chosen(documentId);
    if (chosen === null) {
      if (this._isToRegister()) {
        directory.register(documentId, lineage);
      }
    } else if (chosen === lineage) {
      this._fetch(null);
    } else if (chosen !== this._fetching?.lineage) {
      this._fetch(
        new Fetching({
          room,
          manager,
          format,
          lineage: chosen,
          isKept: true,
          arrived: theirs => {
            this._tellNothing();
            this._options.switchTo(chosen, theirs);
          }
        })
      );
    }
  }

  /**
   * Whether ours is to be the room's history, since there is none.
   */
  private _isToRegister(): boolean {
    const { isOnPurpose, room } = this._options;
    const { connected, synced, tabs = 0 } = room.link.state;
    if (connected > 0 && synced) {
      return true;
    }
    const isForTabs = !room.store.isKept && tabs > 0 && synced;
    return this._isSettled && (isForTabs || isOnPurpose?.() === true);
  }

  /**
   * Fetch something else from now on, or nothing. If nobody has it, the user is told.
   */
  private _fetch(fetching: Fetching | null): void {
    this._tellNothing();
    this._fetching?.dispose();
    this._fetching = fetching;
    void fetching?.settled().then(isThere => {
      // who also waits for it answers, and has nothing
      const isMissing = !isThere || fetching.state === null;
      if (isMissing && fetching === this._fetching) {
        const { directory } = this._options.room;
        const { documentId, lineage } = this._options;
        const goOn = () => directory.prefer(documentId, lineage);
        this._takeBack = this._options.holderAway?.(goOn) ?? NOTHING;
      }
    });
  }

  private _tellNothing(): void {
    this._takeBack();
    this._takeBack = NOTHING;
  }

  private readonly _options: Membership.IOptions;
  private readonly _link: IRoomLink;
  private readonly _watch: IDisposable;
  private _fetching: Fetching | null = null;
  /** Ends what the user was told. */
  private _takeBack: () => void = NOTHING;
  private _isSettled = false;
  private _isDisposed = false;
}

const NOTHING = (): void => undefined;

/**
 * A namespace for `Membership` statics.
 */
export namespace Membership {
  /**
   * What a membership is made from.
   */
  export interface IOptions {
    /** The room. */
    readonly room: DocumentRoom;
    /** Is told how the connections are going. */
    readonly manager: Pick<IWebRtcManager, 'watch'>;
    /** The document's id in the room. */
    readonly documentId: DocumentId;
    /** The history that is open. */
    readonly lineage: Lineage;
    /** The open document. */
    readonly model: YDocument<DocumentChange>;
    /** Its format. */
    readonly format: IDocumentFormat;
    /** Whether this person shares it by hand. */
    readonly isOnPurpose?: () => boolean;
    /**
     * Tell the user that nobody who is here has the room's history.
     *
     * @param goOn - Goes on without it.
     * @returns What is called when that is over.
     */
    readonly holderAway?: (goOn: () => void) => () => void;
    /**
     * Called once the room's history is here, and kept by this browser.
     *
     * @param lineage - The room's history.
     * @param theirs - What it holds by now, in canonical form.
     */
    readonly switchTo: (lineage: Lineage, theirs: () => string) => void;
  }
}
