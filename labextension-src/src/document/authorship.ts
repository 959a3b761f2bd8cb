// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type * as Y from 'yjs';

import { isRepair } from './cells/repair';

/**
 * Keys of shared maps that Jupyter writes by itself when a document is shown or a
 * kernel starts.
 */
const WRITTEN_BY_JUPYTER = new Set([
  'kernelspec',
  'language_info',
  'trusted',
  'execution_state',
  'nbformat',
  'nbformat_minor'
]);

/**
 * Whether a transaction is something that the person at this page did to the content: not
 * what the page has repaired of what others did.
 *
 * @param transaction - A transaction of the document.
 * @param state - The part of the document that says how it is, and not what.
 */
export function isPersonal(transaction: Y.Transaction, state: Y.Map<unknown>): boolean {
  return (
    transaction.local &&
    !isRepair(transaction) &&
    [...transaction.changed].some(
      ([type, keys]) =>
        (type as unknown) !== state &&
        [...keys].some(key => key === null || !WRITTEN_BY_JUPYTER.has(key))
    )
  );
}
