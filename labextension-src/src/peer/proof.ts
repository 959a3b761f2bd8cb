// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Names what is proven. A change of anything here makes pages of different
 * versions strangers: count up.
 */
const LABEL = 'jupyterlite-webrtc/1/proof';

/**
 * One end of a connection, as both ends see it.
 */
export interface IEnd {
  /** The page's id. */
  readonly id: string;
  /** The fingerprint of its DTLS certificate, from its SDP. */
  readonly fingerprint: string;
}

/**
 * Prove that one holds the room's key, on this very connection.
 *
 * The fingerprints bind the proof to the connection: who sits in the middle of
 * two connections can't pass a proof on. Who proves comes first, so that nobody
 * can be shown their own proof. (The idea is that of RFC 5056, channel bindings.)
 *
 * @param key - The room's authentication key, 32 bytes.
 * @returns 32 bytes: HMAC-SHA-256.
 */
export function prove(key: Uint8Array, prover: IEnd, verifier: IEnd): Uint8Array {
  const transcript = JSON.stringify([
    LABEL,
    prover.id,
    verifier.id,
    prover.fingerprint,
    verifier.fingerprint
  ]);
  return hmac(sha256, key, utf8ToBytes(transcript));
}

/**
 * Whether a proof is right. It takes the same time wherever it is wrong.
 */
export function verify(
  proof: Uint8Array,
  key: Uint8Array,
  prover: IEnd,
  verifier: IEnd
): boolean {
  const expected = prove(key, prover, verifier);
  let difference = proof.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    difference |= expected[i] ^ (proof[i] ?? 0);
  }
  return difference === 0;
}

/**
 * Read the fingerprint of the DTLS certificate out of a session description
 * (RFC 8122).
 *
 * @returns All fingerprints that it names, in order, as `sha-256 AB:CD:…`.
 * @throws Error - If there is none.
 */
export function fingerprintOf(sdp: string): string {
  const found = [...sdp.matchAll(/^a=fingerprint:(\S+) ([0-9A-F:]+)\s*$/gim)].map(
    ([, hash, hex]) => `${hash.toLowerCase()} ${hex.toUpperCase()}`
  );
  if (!found.length) {
    throw new Error('A session description has no fingerprint.');
  }
  return [...new Set(found)].sort().join(', ');
}
