// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import type { IRoomLink } from '../peer/link';
import type { IWebRtcManager } from '../tokens';
import type { IDocumentFormat } from './format';
import type { DocumentRoom } from './room';

/**
 * One open document's part in a room.
 *
 * States and transitions:
 *
 * - *unregistered*: nobody in the room has a history of this document that
 *   counts; ours is open. When a second browser is there, it is registered.
 * - *in step*: the room has chosen the history that is open here.
 * - *fetching*: the room has chosen another one. Its content is fetched from
 *   the others into a document of its own: two histories are never merged. Once
 *   it is here, the page is asked to switch. Until then, work goes on with ours.
 *
 * What is chosen may change in each state, because others register too; it can
 * only become smaller, so this ends.
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

  /** The history that is open. */
  get lineage(): string {
    return this._options.lineage;
  }

  /** The room. */
  get room(): DocumentRoom {
    return this._options.room;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Wait for what others have, as long as somebody may have something.
   */
  settled(): Promise<void> {
    return this._link.settled();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    const { directory, link } = this._options.room;
    directory.changed.disconnect(this._update, this);
    link.stateChanged.disconnect(this._update, this);
    this._fetching?.dispose();
    this._watch.dispose();
    this._link.dispose();
  }

  private _begin(): void {
    const { directory, link } = this._options.room;
    directory.changed.connect(this._update, this);
    link.stateChanged.connect(this._update, this);
    this._update();
  }

  private _update(): void {
    const { documentId, lineage, room } = this._options;
    const { directory, link } = room;
    const chosen = directory.chosen(documentId);
    if (chosen === null) {
      if (link.state.connected > 0) {
        directory.register(documentId, lineage);
      }
    } else if (chosen !== lineage && chosen !== this._fetching?.lineage) {
      if (link.state.connected > 0) {
        // ours counts as well, so that whoever has it open somewhere else finds
        // the same choice
        directory.register(documentId, lineage);
      }
      this._fetching?.dispose();
      this._fetching = new Fetching(this._options, chosen);
    }
  }

  private readonly _options: Membership.IOptions;
  private readonly _link: IRoomLink;
  private readonly _watch: IDisposable;
  private _fetching: Fetching | null = null;
  private _isDisposed = false;
}

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
    readonly documentId: string;
    /** The history that is open. */
    readonly lineage: string;
    /** The open document. */
    readonly model: YDocument<DocumentChange>;
    /** Its format. */
    readonly format: IDocumentFormat;
    /**
     * Called once the room's history is here, and kept by this browser.
     *
     * @param lineage - The room's history.
     * @param theirs - Its content, in canonical form.
     */
    readonly switchTo: (lineage: string, theirs: string) => void;
  }
}

/**
 * Fetches the room's history of a document while another one is open.
 */
class Fetching implements IDisposable {
  constructor(options: Membership.IOptions, lineage: string) {
    this.lineage = lineage;
    const { format, manager, room } = options;
    this._scratch = format.scratch();
    const doc = this._scratch.ydoc;
    const awareness = new Awareness(doc);
    awareness.setLocalState(null); // nobody is in there yet
    this._awareness = awareness;
    const kept = room.store.keep(lineage, doc);
    this._release = kept.catch(() => () => Promise.resolve());
    this._link = room.connect({
      session: room.session,
      subject: lineage,
      doc,
      awareness
    });
    this._watch = manager.watch(this._link);
    const arrived = () => {
      if (!this._isDisposed && hasContent(doc) && this._link.state.synced) {
        this._link.stateChanged.disconnect(arrived);
        doc.off('update', arrived);
        const theirs = format.canonical(format.content(this._scratch));
        void this._release.then(() => {
          if (!this._isDisposed) {
            options.switchTo(lineage, theirs);
          }
        });
      }
    };
    this._link.stateChanged.connect(arrived);
    doc.on('update', arrived); // from somebody who had nothing yet when we met
  }

  readonly lineage: string;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._watch.dispose();
    this._link.dispose();
    void this._release.then(async release => {
      await release();
      this._awareness.destroy();
      this._scratch.dispose();
    });
  }

  private readonly _scratch: YDocument<DocumentChange>;
  private readonly _awareness: Awareness;
  private readonly _link: IRoomLink;
  private readonly _watch: IDisposable;
  private readonly _release: Promise<() => Promise<void>>;
  private _isDisposed = false;
}

/**
 * Whether anything was ever written into a document.
 */
export function hasContent(doc: Y.Doc): boolean {
  return Y.decodeStateVector(Y.encodeStateVector(doc)).size > 0;
}
