// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { applyUpdate, applyUpdateV2 } from '../peer/integrate';

/**
 * All that a document held, in the second of Yjs's encodings: where people correct what
 * they type, it takes half of what the first one takes, which updates have.
 */
export interface IWhole {
  /** The bytes. */
  readonly whole: Uint8Array;
}

/**
 * What this browser keeps of a document: an update of Yjs, or a whole.
 */
export type Kept = Uint8Array | IWhole;

/**
 * Take down all that a document holds.
 */
export function wholeOf(doc: Y.Doc): IWhole {
  return { whole: Y.encodeStateAsUpdateV2(doc) };
}

/**
 * Apply to a document what was kept.
 */
export function applyKept(doc: Y.Doc, kept: Kept, origin?: unknown): void {
  const apply = 'whole' in kept ? applyUpdateV2 : applyUpdate;
  apply(doc, bytesOf(kept), origin);
}

/**
 * The bytes of what is kept.
 */
export function bytesOf(kept: Kept): Uint8Array {
  return 'whole' in kept ? kept.whole : kept;
}
