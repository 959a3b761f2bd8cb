// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { sha256 } from '@noble/hashes/sha2.js';
import {
  bytesToHex,
  concatBytes,
  hexToBytes,
  utf8ToBytes
} from '@noble/hashes/utils.js';

/**
 * The length of a room's secret, in bytes: 256 random bits can't be guessed.
 */
const SECRET_BYTES = 32;

/**
 * The length of a document's id, in bytes.
 */
const DOCUMENT_BYTES = 32;

/**
 * The length of the checksum, in bytes. Of all the ways to cut or mistype a link,
 * one in 2³², about 4 billion, goes unnoticed.
 */
const CHECKSUM_BYTES = 4;

/**
 * Keeps this checksum apart from other uses of the same hash.
 */
const CHECKSUM_LABEL = utf8ToBytes('jupyterlite-webrtc/1/link\0');

/**
 * The name of a link's part of the fragment.
 */
const ROOM = 'room=';

/**
 * What a share link says, beside the address of the page and the `path` in it.
 *
 * The path is a hint: the document may have another name by now. Its id stays.
 */
export interface IShareLink {
  /** The secret of the room, 32 bytes: whoever holds it is in. */
  readonly secret: Uint8Array;

  /**
   * The id of the document that was shared, 64 lower-case hexadecimal digits;
   * `null` if the link is for the room as such.
   */
  readonly document: string | null;
}

/**
 * What the fragment of an address says about a room: a link, `invalid` if a link
 * was cut or mistyped, `null` if it is no link of ours at all.
 */
export type FragmentRoom = IShareLink | 'invalid' | null;

/**
 * Make the secret of a new room.
 *
 * @returns 32 bytes from the browser's cryptographic source of randomness, which
 * plain-HTTP pages have too.
 */
export function newRoomSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/**
 * Write what a link says as text: secret, document and checksum, in base64url.
 *
 * One checksum is over all of it, so that a link that lost its end is never taken
 * for a shorter one.
 */
export function formatShareLink(link: IShareLink): string {
  const { secret, document } = link;
  const id = document === null ? new Uint8Array() : hexToBytes(document);
  if (secret.length !== SECRET_BYTES || ![0, DOCUMENT_BYTES].includes(id.length)) {
    throw new Error('A link takes a secret of 32 bytes, and an id of 64 digits.');
  }
  const payload = concatBytes(secret, id);
  return toBase64url(concatBytes(payload, checksum(payload)));
}

/**
 * Read the text form of a link.
 *
 * @returns `null` if it was cut or mistyped.
 */
export function parseShareLink(text: string): IShareLink | null {
  const bytes = fromBase64url(text);
  const length = (bytes?.length ?? 0) - CHECKSUM_BYTES;
  if (!bytes || ![SECRET_BYTES, SECRET_BYTES + DOCUMENT_BYTES].includes(length)) {
    return null;
  }
  const payload = bytes.slice(0, length);
  if (checksum(payload).some((byte, i) => byte !== bytes[length + i])) {
    return null;
  }
  const id = payload.slice(SECRET_BYTES);
  return {
    secret: payload.slice(0, SECRET_BYTES),
    document: id.length ? bytesToHex(id) : null
  };
}

/**
 * Read the fragment of an address.
 *
 * @param fragment - With or without its `#`.
 */
export function readFragment(fragment: string): FragmentRoom {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(ROOM)) {
    return null; // a heading's, or somebody else's: left alone
  }
  return parseShareLink(text.slice(ROOM.length)) ?? 'invalid';
}

/**
 * Write the fragment of an address, without its `#`.
 */
export function linkFragment(link: IShareLink): string {
  return `${ROOM}${formatShareLink(link)}`;
}

function checksum(payload: Uint8Array): Uint8Array {
  return sha256(concatBytes(CHECKSUM_LABEL, payload)).slice(0, CHECKSUM_BYTES);
}

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

/**
 * @returns `null` if the text is not what {@link toBase64url} writes: also bits
 * that no byte needs have to be right.
 */
function fromBase64url(text: string): Uint8Array | null {
  if (!/^[\w-]*$/.test(text)) {
    return null;
  }
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(binary, char => char.charCodeAt(0));
    return toBase64url(bytes) === text ? bytes : null;
  } catch {
    return null; // no bytes have this length
  }
}
