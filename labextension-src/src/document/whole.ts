// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { applyUpdate, applyUpdateV2 } from '../peer/integrate';

/**
 * All that a document held, in the second of Yjs's encodings: where people correct what
 * they type, it takes half of what the first one takes, which updates have.
 */
export interface IWhole {
  /** The bytes. */
  readonly whole: Uint8Array;
}

/**
 * A whole, compressed: each correction makes three items of one, which look alike.
 */
export interface IPacked {
  /** The bytes of the whole as gzip has them (RFC 1952). */
  readonly gzip: Uint8Array;
}

/**
 * What may be applied to a document: an update of Yjs, or a whole.
 */
export type Plain = Uint8Array | IWhole;

/**
 * What this browser keeps of a document.
 */
export type Kept = Plain | IPacked;

/**
 * How many bytes a whole may have to be compressed. The page does nothing else meanwhile,
 * some 25 ms for this, and what is larger is mostly outputs, which nobody corrects.
 */
const MAX_PACKED = 500_000;

/**
 * Take down all that a document holds.
 */
export function wholeOf(doc: Y.Doc): IWhole {
  return { whole: Y.encodeStateAsUpdateV2(doc) };
}

/**
 * Apply to a document what was kept.
 */
export function applyKept(doc: Y.Doc, kept: Plain, origin?: unknown): void {
  const apply = 'whole' in kept ? applyUpdateV2 : applyUpdate;
  apply(doc, bytesOf(kept), origin);
}

/**
 * Make a whole smaller, if this browser can, and it is not large; an update stays as it is.
 */
export async function pack(kept: Plain): Promise<Kept> {
  const isMeant = 'whole' in kept && kept.whole.length <= MAX_PACKED;
  if (!isMeant || typeof CompressionStream === 'undefined') {
    return kept;
  }
  const gzip = await through(kept.whole, new CompressionStream('gzip'));
  return gzip.length < kept.whole.length ? { gzip } : kept;
}

/**
 * Make what was kept what it was.
 *
 * @throws Error if it was damaged.
 */
export async function unpack(kept: Kept): Promise<Plain> {
  return 'gzip' in kept
    ? { whole: await through(kept.gzip, new DecompressionStream('gzip')) }
    : kept;
}

/**
 * The bytes of what is kept.
 */
export function bytesOf(kept: Kept): Uint8Array {
  return 'gzip' in kept ? kept.gzip : 'whole' in kept ? kept.whole : kept;
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream
): Promise<Uint8Array> {
  const read = new Response(
    new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream)
  );
  return new Uint8Array(await read.arrayBuffer());
}
