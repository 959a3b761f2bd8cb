// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { applyUpdate } from '../peer/integrate';
import type { IDocumentFormat } from './format';
import { ARRIVED, mergeClientId } from './seed';
import type { IWhole, Plain } from './whole';
import { applyKept, bytesOf, wholeOf } from './whole';

/**
 * The origin of the transaction that puts into a document what was changed without
 * the room.
 */
const MERGE = Symbol('merge');

/**
 * Merge what was changed without the room, as if it had been written when the drive was
 * last in step.
 *
 * @param model - The open document.
 * @param format - Its format.
 * @param update - What the drive held then, as a state of the history.
 * @param changed - What it holds now, in canonical form.
 * @returns The same as a state of the history, or `null` if somebody would have to choose.
 */
export async function mergeChange(
  model: YDocument<DocumentChange>,
  format: IDocumentFormat,
  update: Plain,
  changed: string
): Promise<IWhole | null> {
  const fork = format.scratch();
  const guard = format.guard(fork);
  try {
    Object.defineProperty(fork, 'dirty', { value: false, writable: true });
    applyKept(fork.ydoc, update);
    const contents = [fork, model].map(one =>
      format.essence(format.canonical(format.content(one)))
    );
    if (!format.canMerge(contents[0], format.essence(changed), contents[1])) {
      return null;
    }
    fork.ydoc.clientID = await mergeClientId(bytesOf(update), changed);
    format.rewrite(fork, changed);
    const state = wholeOf(fork.ydoc);
    // what was typed into a cell that is gone by now is rescued where it was typed
    applyUpdate(fork.ydoc, missing(fork.ydoc, model.ydoc), ARRIVED);
    applyUpdate(model.ydoc, missing(model.ydoc, fork.ydoc), MERGE);
    return state;
  } finally {
    guard.dispose();
    fork.dispose();
  }
}

/**
 * What a document lacks that another one has.
 */
function missing(doc: Y.Doc, from: Y.Doc): Uint8Array {
  return Y.encodeStateAsUpdate(from, Y.encodeStateVector(doc));
}
