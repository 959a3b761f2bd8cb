// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Names what keys are derived for. A change of anything here makes pages of
 * different versions deaf to each other: count up.
 */
const LABEL = 'jupyterlite-webrtc/1/relay';

/**
 * The lengths of what keys come with and of what packets begin with, in bytes.
 */
const KEY_BYTES = 32;
export const ADDRESS_BYTES = 12;
const COUNTER_BYTES = 6;
const NONCE_BYTES = 12;
const HEADER_BYTES = ADDRESS_BYTES + COUNTER_BYTES;

/**
 * What sealing adds, in bytes.
 */
export const OVERHEAD_BYTES = HEADER_BYTES + 16;

/**
 * One end of a relayed path.
 */
export interface IRelayEnd {
  /** The page's id. */
  readonly id: string;
  /** Random for each path, and never used again. */
  readonly epoch: string;
}

/**
 * One direction of a relayed path: seals packets, or opens them.
 *
 * ChaCha20-Poly1305 (RFC 8439). Each direction of each path has a key of its own,
 * derived with HKDF from the room's key and both ends' ids and epochs; the nonce is
 * a counter. So a packet can't be shown to anybody else, to the sender, or later. Who
 * opens takes packets in the order in which they were sealed, and none twice.
 *
 * | bytes | content |
 * | --- | --- |
 * | 12 | address: tells the direction of the path from others, looks random |
 * | 6 | counter |
 * | rest | ciphertext and tag |
 */
export class RelayCipher {
  /**
   * @param key - The room's authentication key, 32 bytes.
   */
  constructor(key: Uint8Array, sender: IRelayEnd, receiver: IRelayEnd) {
    const transcript = JSON.stringify([
      LABEL,
      sender.id,
      receiver.id,
      sender.epoch,
      receiver.epoch
    ]);
    const length = KEY_BYTES + ADDRESS_BYTES;
    const bytes = hkdf(sha256, key, undefined, utf8ToBytes(transcript), length);
    this._key = bytes.subarray(0, KEY_BYTES);
    this.address = bytes.subarray(KEY_BYTES);
  }

  /** What packets begin with. */
  readonly address: Uint8Array;

  /**
   * Seal a packet.
   */
  seal(content: Uint8Array): Uint8Array<ArrayBuffer> {
    const packet = new Uint8Array(content.length + OVERHEAD_BYTES);
    packet.set(this.address);
    const view = new DataView(packet.buffer);
    const counter = ++this._counter;
    view.setUint16(ADDRESS_BYTES, Math.floor(counter / 2 ** 32));
    view.setUint32(ADDRESS_BYTES + 2, counter % 2 ** 32);
    packet.set(this._cipher(packet).encrypt(content), HEADER_BYTES);
    return packet;
  }

  /**
   * Open a packet.
   *
   * @returns Its content; `null` if it was not sealed by the other end, was changed,
   * or comes late, or again.
   */
  open(packet: Uint8Array): Uint8Array | null {
    if (packet.length < OVERHEAD_BYTES) {
      return null;
    }
    const view = new DataView(packet.buffer, packet.byteOffset);
    const counter =
      view.getUint16(ADDRESS_BYTES) * 2 ** 32 + view.getUint32(ADDRESS_BYTES + 2);
    if (counter <= this._counter) {
      return null;
    }
    try {
      const content = this._cipher(packet).decrypt(packet.subarray(HEADER_BYTES));
      this._counter = counter;
      return content;
    } catch {
      return null; // not the other end's
    }
  }

  private _cipher(packet: Uint8Array) {
    const header = packet.subarray(0, HEADER_BYTES);
    const nonce = new Uint8Array(NONCE_BYTES);
    nonce.set(header.subarray(ADDRESS_BYTES), NONCE_BYTES - COUNTER_BYTES);
    return chacha20poly1305(this._key, nonce, header);
  }

  private readonly _key: Uint8Array;
  private _counter = 0;
}
