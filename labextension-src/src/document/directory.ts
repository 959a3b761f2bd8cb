// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

/**
 * What the people in a room agree on: which history is the one of a document.
 *
 * A document may have several lineages, because people opened different files
 * before they met. The room's is the registered one with the smallest digest:
 * a rule that needs no clock and no vote, so that everybody who has seen the
 * same registrations chooses the same, and a registration is never taken back.
 */
export class Directory {
  constructor() {
    this._lineages.observe(() => this._changed.emit());
  }

  /**
   * The shared state. Keys are `document id/lineage id`, so that two people who
   * register at once don't overwrite each other.
   */
  readonly doc = new Y.Doc();

  /**
   * Emitted when a lineage was registered, here or elsewhere.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * The room's lineage of a document, or `null` while none is registered.
   */
  chosen(documentId: string): string | null {
    const prefix = `${documentId}${SEPARATOR}`;
    const [smallest] = [...this._lineages.keys()]
      .filter(key => key.startsWith(prefix))
      .map(key => key.slice(prefix.length))
      .sort();
    return smallest ?? null;
  }

  /**
   * Register a lineage, for ever.
   */
  register(documentId: string, lineage: string): void {
    const key = `${documentId}${SEPARATOR}${lineage}`;
    if (!this._lineages.has(key)) {
      this._lineages.set(key, true);
    }
  }

  private readonly _lineages = this.doc.getMap<boolean>('lineages');
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * Stands between two ids, which are hexadecimal.
 */
const SEPARATOR = '/';
