// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

/**
 * Apply an update: the only way, so that each site's Yjs is mended before.
 *
 * @param doc - What it is applied to.
 * @param update - In the first of Yjs's encodings.
 * @param origin - Of the transaction.
 * @throws If it can't be decoded.
 */
export function applyUpdate(doc: Y.Doc, update: Uint8Array, origin?: unknown): void {
  mend();
  Y.applyUpdate(doc, update, origin);
}

/**
 * Apply an update in the second of Yjs's encodings, as `applyUpdate` does.
 */
export function applyUpdateV2(doc: Y.Doc, update: Uint8Array, origin?: unknown): void {
  mend();
  Y.applyUpdateV2(doc, update, origin);
}

let isMended = false;

/**
 * Mend the Yjs of the page, which is everybody's there.
 */
function mend(): void {
  if (!isMended) {
    isMended = true;
    mendForgotten();
    mendUndone();
  }
}

/**
 * Let what was written beside something that is forgotten be forgotten, too, as it is
 * since Yjs 13.6.8: `getMissing` in https://github.com/yjs/yjs/blob/v13.6.33/src/structs/Item.js.
 *
 * The Yjs of JupyterLite 0.8 and of JupyterLab 4.6 throws instead where its neighbour on the
 * other side is not forgotten, as when people type in a cell while one moves it: neither that
 * update nor what builds on it arrives.
 */
function mendForgotten(): void {
  const { prototype } = Y.Item;
  const getMissing = Reflect.get(prototype, 'getMissing');
  prototype.getMissing = function (transaction, store) {
    const missing = getMissing.call(this, transaction, store);
    if (missing === null && [this.left, this.right].some(isForgotten)) {
      this.parent = null;
    }
    return missing;
  };
}

function isForgotten(neighbour: unknown): boolean {
  return neighbour instanceof Y.GC;
}

/**
 * Let an undo put back what it puts back between two neighbours that stand in this order.
 *
 * Yjs takes those that it had, of which one may stand elsewhere since, and others who
 * receive that put it to another place, for good
 * (https://github.com/yjs/yjs/issues/794, not mended upstream).
 */
function mendUndone(): void {
  const { prototype } = Y.Item;
  const integrate = Reflect.get(prototype, 'integrate');
  prototype.integrate = function (transaction, offset) {
    const { left, right } = this;
    const isUndone = transaction.origin instanceof Y.UndoManager;
    if (isUndone && left && right && !isBehind(left, right)) {
      this.right = left.right;
      this.rightOrigin = left.right && left.right.id;
    }
    integrate.call(this, transaction, offset);
  };
}

function isBehind(left: Y.Item, right: Y.Item): boolean {
  let item = left.right;
  while (item && item !== right) {
    item = item.right;
  }
  return item !== null;
}
