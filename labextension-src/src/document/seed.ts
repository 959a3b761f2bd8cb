// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

import type { DocumentId, Lineage } from '../room/ids';
import type { IDocumentFormat } from './format';

/**
 * The first update of a new history, which two peers with equal files make
 * byte for byte alike, so that it can't stand twice when they meet.
 */
export interface ISeed {
  /** The encoded Yjs update. */
  readonly update: Uint8Array;

  /** The SHA-256 of the update, in hex. */
  readonly digest: string;
}

/**
 * The origin of the transaction that puts the seed into a document.
 */
export const SEED = Symbol('seed');

/**
 * The origin of the transaction that puts into it what was kept, or sent by others.
 */
export const ARRIVED = Symbol('arrived');

/**
 * Make the seed of a content.
 *
 * @param format - The format of the document.
 * @param canonical - The content in canonical form.
 */
export async function makeSeed(
  format: IDocumentFormat,
  canonical: string
): Promise<ISeed> {
  // the essence of a large content is asked for again, and its digest is remembered
  const content = (await essenceDigest(format, canonical)) + format.rest(canonical);
  const clientId = seedClientId(await digest(utf8ToBytes(content)));
  const update = format.encode(canonical, clientId);
  return { update, digest: bytesToHex(await digest(update)) };
}

/**
 * The identity of a history: only states of the same lineage are ever merged.
 *
 * It depends on the seed's bytes, and not on the content, so that two versions
 * of Yjs or of the shared models, which may encode differently, don't meet.
 *
 * @param documentId - The document's id in its room.
 * @param root - The digest of the seed that the history began with.
 */
export function lineageId(documentId: DocumentId, root: string): Lineage {
  return bytesToHex(
    sha256(concatBytes(utf8ToBytes(`${documentId}/`), utf8ToBytes(root)))
  ) as Lineage;
}

/**
 * Where the client ids of seeds begin. Yjs draws those of people from the 32-bit
 * numbers, and encodes any that JavaScript can count to.
 */
const SEED_CLIENTS = 2 ** 52;

/**
 * The Yjs client that writes a seed.
 *
 * It belongs to the content and is used for nothing else: Yjs knows items by
 * client and clock, so two contents under one client id corrupt each other
 * silently when they meet.
 *
 * @param digest - The SHA-256 of the canonical content.
 */
export function seedClientId(digest: Uint8Array): number {
  const view = new DataView(digest.buffer, digest.byteOffset);
  const high20 = view.getUint32(0) >>> 12;
  const low32 = view.getUint32(4);
  return SEED_CLIENTS + high20 * 2 ** 32 + low32;
}

/**
 * The Yjs client that writes what was changed without the room.
 *
 * @param state - The state of the history that was changed, as a Yjs update.
 * @param changed - What it became, in canonical form.
 */
export async function mergeClientId(
  state: Uint8Array,
  changed: string
): Promise<number> {
  return seedClientId(await digest(concatBytes(state, utf8ToBytes(changed))));
}

/**
 * The digest of a content in canonical form, in hex.
 */
export async function contentDigest(canonical: string): Promise<string> {
  return bytesToHex(await digest(utf8ToBytes(canonical)));
}

/**
 * The digest of what people made of a content, in hex. The newest one is remembered: of a
 * large notebook it takes long, and is asked for by several.
 *
 * @param format - The format of an open document.
 * @param canonical - The content in canonical form.
 */
export function essenceDigest(
  format: Pick<IDocumentFormat, 'essence'>,
  canonical: string
): Promise<string> {
  const newest = newestDigests.get(format);
  if (newest?.canonical === canonical) {
    return newest.digest;
  }
  const digest = contentDigest(format.essence(canonical));
  newestDigests.set(format, { canonical, digest });
  return digest;
}

const newestDigests = new WeakMap<
  object,
  { readonly canonical: string; readonly digest: Promise<string> }
>();

/**
 * The SHA-256 of some bytes; the browser's own keeps the page usable with large
 * notebooks, but is absent on plain HTTP.
 */
async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  return subtle
    ? new Uint8Array(await subtle.digest('SHA-256', bytes as BufferSource))
    : sha256(bytes);
}
