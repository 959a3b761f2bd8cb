// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import type { IRoomLink } from '../peer/link';
import type { Lineage } from '../room/ids';
import type { IWebRtcManager } from '../tokens';
import type { IDocumentFormat } from './format';
import type { DocumentRoom } from './room';
import { hasContent } from './state';

/**
 * Fetches a history of a document into a document of its own: what is open may have
 * another one, or get another one if this one is not to be had, and two histories are
 * never merged, not even in part.
 */
export class Fetching implements IDisposable {
  constructor(options: Fetching.IOptions) {
    const { format, lineage, manager, room } = options;
    this.lineage = lineage;
    this._scratch = format.scratch();
    const doc = this._scratch.ydoc;
    const awareness = new Awareness(doc);
    awareness.setLocalState(null); // nobody is in there yet
    this._awareness = awareness;
    const kept = options.isKept
      ? room.store.keep(lineage, doc, this._closing.signal)
      : Promise.resolve(() => Promise.resolve());
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
        void this._release.then(() => {
          if (!this._isDisposed) {
            options.arrived(() => format.canonical(format.content(this._scratch)));
          }
        });
      }
    };
    this._link.stateChanged.connect(arrived);
    doc.on('update', arrived); // from somebody who had nothing yet when we met
  }

  readonly lineage: Lineage;

  /** What has arrived, as a Yjs update; `null` if nothing that can be shown. */
  get state(): Uint8Array | null {
    const { ydoc } = this._scratch;
    return hasContent(ydoc) ? Y.encodeStateAsUpdate(ydoc) : null;
  }

  /**
   * Wait for what others have, as long as somebody may have something.
   *
   * @returns Whether somebody's whole state has arrived.
   */
  settled(): Promise<boolean> {
    return this._link.settled();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._closing.abort(); // what is being loaded
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
  private readonly _closing = new AbortController();
  private _isDisposed = false;
}

/**
 * A namespace for `Fetching` statics.
 */
export namespace Fetching {
  /**
   * What is fetched, and from where.
   */
  export interface IOptions {
    /** The room. */
    readonly room: DocumentRoom;
    /** Is told how the connection is going. */
    readonly manager: Pick<IWebRtcManager, 'watch'>;
    /** The format of the document. */
    readonly format: IDocumentFormat;
    /** The history. */
    readonly lineage: Lineage;
    /** Whether this browser keeps it from now on. */
    readonly isKept: boolean;
    /**
     * Called once it is here, and kept if it is to be kept.
     *
     * @param content - What it holds by now, in canonical form.
     */
    readonly arrived: (content: () => string) => void;
  }
}
