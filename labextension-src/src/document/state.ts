// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

/**
 * Stands in the shared state of every document that has a history, so that an empty
 * file is told from one that has not arrived yet.
 */
export const SEEDED = 'seeded';

/**
 * The keys of the shared state that pages write, and what each may be.
 *
 * Jupyter's editors write `dirty` with every change; nobody reads it, and of ours, nobody
 * writes it (see `DirtyState`).
 * On servers with jupyter-collaboration, others, such as `path` and `hash`, are written by
 * the server, and believed: a change of `path` is a rename.
 */
const KEYS: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map([
  [SEEDED, (value: unknown) => value === true],
  ['dirty', (value: unknown) => typeof value === 'boolean']
]);

/**
 * The part of a document that says how it is, and not what.
 */
export function stateOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('state');
}

/**
 * Whether an entry of the shared state is one of ours.
 */
export function isState({ content, parentSub }: Y.Item): boolean {
  const value: unknown = content instanceof Y.ContentAny ? content.arr[0] : undefined;
  return KEYS.get(parentSub)?.(value) === true;
}

/**
 * Whether what a history began with has arrived: other parts of it may come first. Nobody
 * can take that back.
 */
export function hasContent(doc: Y.Doc): boolean {
  return stateOf(doc)._map.has(SEEDED);
}
