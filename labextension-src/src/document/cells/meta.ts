// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { isPlain } from '../plain';
import { writeAs } from './ids';
import { REPAIR } from './repair';
import { idOf } from './text';

/**
 * The only major version of notebooks that is opened.
 */
const NBFORMAT = 4;

/**
 * The minor version of which a notebook is again that has none: the first whose cells
 * have ids.
 */
const NBFORMAT_MINOR = 5;

/**
 * What a notebook says about itself, beside its cells: what each may be, and what it is
 * where somebody has made it something else.
 */
const PARTS: ReadonlyMap<unknown, IPart> = new Map<unknown, IPart>([
  [
    'metadata',
    {
      is: ({ content }) => content instanceof Y.ContentType && isMap(content.type),
      make: () => new Y.Map()
    }
  ],
  ['nbformat', { is: item => valueOf(item) === NBFORMAT, make: () => NBFORMAT }],
  [
    'nbformat_minor',
    {
      is: item => Number.isSafeInteger(valueOf(item)) && (valueOf(item) as number) >= 0,
      make: () => NBFORMAT_MINOR
    }
  ]
]);

interface IPart {
  readonly is: (item: Y.Item) => boolean;
  readonly make: () => unknown;
}

/**
 * What a notebook says about itself.
 */
export function metaOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('meta');
}

/**
 * Whether something may stand there: without it, a notebook can't be saved any more.
 *
 * @param item - What somebody has added to a notebook.
 */
export function isMeta(item: Y.Item, meta: Y.Map<unknown>): boolean {
  const parent = item.parent as Y.AbstractType<unknown>;
  if ((parent as unknown) === meta) {
    return PARTS.get(item.parentSub)?.is(item) === true;
  }
  return (parent.parent as unknown) !== meta || isPlain(item);
}

/**
 * Write anew what somebody has taken from there, or put something else in its place.
 * What it held is gone; and all pages write the same, since it follows from the entry
 * that is gone alone.
 */
export function mendMeta({ changed, doc }: Y.Transaction): void {
  const meta = metaOf(doc);
  for (const key of changed.get(meta as never) ?? []) {
    const last = key === null ? undefined : meta._map.get(key);
    const part = PARTS.get(key);
    if (last?.deleted && key !== null && part) {
      doc.transact(() => {
        writeAs(doc, ['meta', key, idOf(last)], () => meta.set(key, part.make()));
      }, REPAIR);
    }
  }
}

function isMap(type: unknown): boolean {
  return type instanceof Y.Map;
}

function valueOf({ content }: Y.Item): unknown {
  return content instanceof Y.ContentAny ? content.arr[0] : undefined;
}
