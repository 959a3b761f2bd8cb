// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { isPlainPath } from '../room/path';

/**
 * How many documents of others are offered: more than anybody shares, and few
 * enough for a list.
 */
const MAX_OFFERS = 50;

/**
 * List what others say they share, whatever they wrote.
 *
 * @param states - Awareness states by client id.
 * @param me - The client id of this page.
 * @param isShared - Whether this page shares a path already.
 */
export function offers(
  states: ReadonlyMap<number, { [key: string]: unknown }>,
  me: number,
  isShared: (path: string) => boolean
): string[] {
  const paths = new Set<string>();
  for (const [id, state] of states) {
    const documents: unknown = id === me ? null : state?.['documents'];
    for (const path of Array.isArray(documents) ? (documents as unknown[]) : []) {
      if (isPlainPath(path) && !isShared(path)) {
        paths.add(path);
      }
      if (paths.size >= MAX_OFFERS) {
        break;
      }
    }
  }
  return [...paths].sort((a, b) => a.localeCompare(b));
}
