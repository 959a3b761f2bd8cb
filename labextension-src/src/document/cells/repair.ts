// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Transaction } from 'yjs';

/**
 * The origin of the transactions that repair a document.
 */
export const REPAIR = Symbol('repair');

/**
 * Note that a transaction repairs, which has another origin.
 */
export function markRepair({ meta }: Transaction): void {
  meta.set(REPAIR, true);
}

/**
 * Whether a transaction repairs what others have written: every page may make it, and it
 * is nobody's.
 */
export function isRepair({ meta, origin }: Transaction): boolean {
  return origin === REPAIR || meta.has(REPAIR);
}
