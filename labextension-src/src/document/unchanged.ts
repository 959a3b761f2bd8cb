// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

/**
 * Let the events of a transaction name no key of a map whose value is what it was; to be
 * called before its observers.
 *
 * Yjs names those, too, for which a value came that another had overwritten already, as
 * where two people run a cell at once, and then has no change to tell of them. Jupyter's
 * model of a cell reads that change all the same (`getChanges` in
 * https://github.com/jupyter-server/jupyter_ydoc/blob/main/javascript/src/ycell.ts) and
 * throws: nothing that the transaction did to the cell would be shown.
 *
 * @param isMeant - Whether it is about a map. Others count keys that came and went.
 */
export function forgetUnchanged(
  transaction: Y.Transaction,
  isMeant: (type: Y.AbstractType<unknown>) => boolean
): void {
  transaction.changed.forEach((keys, type) => {
    if (!isMeant(type as never)) {
      return;
    }
    const event = new Y.YEvent(type, transaction);
    const unchanged = [...keys].filter(key => key !== null && !event.keys.has(key));
    unchanged.forEach(key => keys.delete(key));
  });
}
