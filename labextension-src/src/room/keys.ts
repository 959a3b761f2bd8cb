// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

import type { DocumentId } from './ids';
import { samePath } from './path';

/**
 * How often PBKDF2 hashes a room's name: OWASP's recommendation for SHA-256,
 * 70 ms on a small machine. A name can be guessed; this makes guesses dear.
 */
const PBKDF2_ROUNDS = 600_000;

/**
 * The length of secrets and keys, in bytes.
 */
const KEY_BYTES = 32;

/**
 * Names this derivation. A change of anything here makes other rooms: count up.
 */
const DERIVATION = 'jupyterlite-webrtc/1';

/**
 * Everything derived from a room's secret.
 */
export interface IRoomKeys {
  /**
   * Seals the room's signaling messages: 32 bytes.
   */
  readonly signalingKey: Uint8Array;

  /**
   * Proves to another page that one holds the secret: 32 bytes.
   */
  readonly peerKey: Uint8Array;

  /**
   * The topic under which the pages that share one thing find each other: it
   * looks random to a server.
   *
   * @param subject - What is shared: a lineage, or a well-known word.
   */
  topic(subject: string): string;

  /**
   * The id of a document in this room.
   *
   * A file that is open as a notebook and as text is two documents: they have
   * different shared models.
   */
  documentId(document: IDocumentName): DocumentId;
}

/**
 * What tells a document from others in a room.
 */
export interface IDocumentName {
  /** The path at which it was first shared, however its accents are written. */
  readonly path: string;
  /** The content type of its model, such as `notebook`. */
  readonly contentType: string;
  /** The format of its model, such as `json`. */
  readonly format: string;
  /** How many documents had this path before. */
  readonly generation: number;
}

/**
 * Derive the secret of a named room.
 *
 * Implements PBKDF2 (RFC 8018) with HMAC-SHA-256, of the name, salted with the
 * prefix. The browser's own implementation is used where there is one; it is
 * absent on plain HTTP.
 *
 * @returns 32 bytes.
 */
export async function namedRoomSecret(
  prefix: string,
  name: string
): Promise<Uint8Array> {
  const password = utf8ToBytes(name);
  const salt = utf8ToBytes(`${DERIVATION}/named-room\0${prefix}`);
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    return pbkdf2Async(sha256, password, salt, { c: PBKDF2_ROUNDS, dkLen: KEY_BYTES });
  }
  const key = await subtle.importKey('raw', password as BufferSource, 'PBKDF2', false, [
    'deriveBits'
  ]);
  const bits = await subtle.deriveBits(
    {
      name: 'PBKDF2',
      hash: 'SHA-256',
      salt: salt as BufferSource,
      iterations: PBKDF2_ROUNDS
    },
    key,
    KEY_BYTES * 8
  );
  return new Uint8Array(bits);
}

/**
 * Derive a room's keys from its secret with HKDF (RFC 5869), each under its own label.
 *
 * @param secret - 32 bytes.
 */
export function roomKeys(secret: Uint8Array): IRoomKeys {
  const key = (label: string) =>
    hkdf(sha256, secret, undefined, utf8ToBytes(`${DERIVATION}/${label}`), KEY_BYTES);
  const topicKey = key('topic');
  const documentKey = key('document');
  const mac = (macKey: Uint8Array, subject: string) =>
    bytesToHex(hmac(sha256, macKey, utf8ToBytes(subject)));

  return {
    signalingKey: key('signaling'),
    peerKey: key('peer'),
    topic: subject => mac(topicKey, subject),
    documentId: ({ path, contentType, format, generation }) =>
      // JSON, so that no two names can run together
      mac(
        documentKey,
        JSON.stringify([samePath(path), contentType, format, generation])
      ) as DocumentId
  };
}
