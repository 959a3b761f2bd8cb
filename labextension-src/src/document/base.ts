// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Lineage } from '../room/ids';
import type { IBase } from './store';

/**
 * Make one base of what the browser remembers of a document and what a page found
 * meanwhile, which could not read or write that. Nothing that either knows to be kept
 * somewhere is forgotten.
 *
 * @param stored - What the browser remembers.
 * @param own - What the page found: the drive is as that says.
 */
export function mergeBases(stored: IBase, own: IBase): IBase {
  const copies = [...(own.copies ?? [])];
  for (const copy of stored.copies ?? []) {
    if (!copies.some(({ path }) => path === copy.path)) {
      copies.push(copy);
    }
  }
  const orphans = new Set([...(stored.orphans ?? []), ...(own.orphans ?? [])]);
  const merged = { ...own, copies, orphans: [...orphans] };
  if (stored.lineage !== own.lineage) {
    // what was written into the other history is in none that is open
    return { ...merged, orphans: orphanedBy(stored, orphans) };
  }
  return {
    ...stored,
    ...merged,
    digests: [...new Set([...stored.digests, ...own.digests])],
    isAuthor: stored.isAuthor === true || own.isAuthor === true
  };
}

/**
 * The histories that have to be kept as copies once another one takes the place of what
 * is remembered.
 */
export function orphanedBy(
  base: IBase,
  orphans: Iterable<Lineage> = base.orphans ?? []
): Lineage[] {
  const all = new Set(orphans);
  if (base.isAuthor) {
    all.add(base.lineage);
  }
  return [...all];
}
