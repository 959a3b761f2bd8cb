// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Lineage } from '../room/ids';
import type { IBase } from './store';

/**
 * Where the content of a document comes from when it is opened in a room.
 *
 * - `store`: this browser has been in the document before, and keeps its history.
 * - `seed`: one's own file begins the history, or is what the room began with.
 * - `room`: the room has another history, which only others can send.
 */
export type Opening =
  | { readonly from: 'store'; readonly lineage: Lineage }
  | { readonly from: 'seed'; readonly lineage: Lineage }
  | { readonly from: 'room'; readonly lineage: Lineage };

/**
 * Decide where the content of a document comes from.
 *
 * @param seed - The lineage that one's own file would begin.
 * @param base - What this browser remembers of the document in this room.
 * @param chosen - The lineage that the room has chosen, as far as is known.
 */
export function decideOpening(
  seed: Lineage,
  base: IBase | null,
  chosen: Lineage | null
): Opening {
  if (base) {
    // also when the room has chosen another one meanwhile: what is here may hold
    // edits that nobody else has, and is looked after when the page switches
    return { from: 'store', lineage: base.lineage };
  }
  if (chosen === null || chosen === seed) {
    return { from: 'seed', lineage: seed };
  }
  return { from: 'room', lineage: chosen };
}

/**
 * Name a copy of a file.
 *
 * @param path - The path of the file.
 * @param number - Which copy: 1 is the first.
 */
export function copyPath(path: string, number: number): string {
  return remark(path, 'my copy', number);
}

/**
 * Name a document of a room where something else has its name.
 *
 * @param path - The name that it has in the room.
 * @param number - Which try: 1 is the first.
 */
export function sharedPath(path: string, number: number): string {
  return remark(path, 'shared', number);
}

function remark(path: string, words: string, number: number): string {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', slash + 1);
  const end = dot === -1 ? path.length : dot;
  const which = number === 1 ? '' : ` ${number}`;
  return `${path.slice(0, end)} (${words}${which})${path.slice(end)}`;
}
