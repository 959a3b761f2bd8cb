// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { randomBytes, utf8ToBytes } from '@noble/ciphers/utils.js';
import * as buffer from 'lib0/buffer';

/**
 * Names this format, also to the cipher: other versions can't be opened.
 */
const VERSION = 'jupyterlite-webrtc/1/signaling';

/**
 * The length of a nonce of XChaCha20-Poly1305, in bytes: random ones never repeat.
 */
const NONCE_BYTES = 24;

/**
 * How long an envelope may be, in characters: a server of ours takes 64 KiB.
 */
const MAX_LENGTH = 64 * 1024;

/**
 * How long an id may be, in characters; ours have 36.
 */
const MAX_ID_LENGTH = 64;

/**
 * How many senders are remembered, so that a server can't repeat what they said.
 */
const MAX_SENDERS = 1024;

/**
 * How many numbers of one sender are remembered: messages may overtake each other
 * by way of several servers, but not by more than this.
 */
const WINDOW = 256;

/**
 * What pages say to each other by way of a signaling server.
 */
export type SignalingMessage =
  | { readonly type: 'announce'; readonly from: string }
  | {
      readonly type: 'signal';
      readonly from: string;
      readonly to: string;
      readonly signal: unknown;
    };

/**
 * What is sealed: a message and which one of its sender it is.
 */
type Sealed = SignalingMessage & { readonly n: number };

/**
 * Seals what pages say to each other by way of a signaling server, so that the
 * server can neither read nor change it, nor show it to another topic, nor
 * repeat it.
 *
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with the version and topic as
 * associated data; sender, receiver and a counter are inside. It needs no
 * `crypto.subtle`, which plain HTTP has not.
 */
export class Envelope {
  /**
   * @param key - The room's signaling key, 32 bytes.
   */
  constructor(key: Uint8Array) {
    this._key = key;
  }

  /**
   * Seal a message for a topic.
   *
   * @returns Text, in base64.
   */
  seal(topic: string, message: SignalingMessage): string {
    const nonce = randomBytes(NONCE_BYTES);
    const sealed: Sealed = { ...message, n: ++this._counter };
    const text = utf8ToBytes(JSON.stringify(sealed));
    const ciphertext = this._cipher(nonce, topic).encrypt(text);
    const bytes = new Uint8Array(NONCE_BYTES + ciphertext.length);
    bytes.set(nonce);
    bytes.set(ciphertext, NONCE_BYTES);
    return buffer.toBase64(bytes);
  }

  /**
   * Open what a server brought.
   *
   * @returns The message, or `null` if it was not sealed by somebody who holds the
   * key, or not for this topic, or has been opened before.
   */
  open(topic: string, data: unknown): SignalingMessage | null {
    if (typeof data !== 'string' || data.length > MAX_LENGTH) {
      return null;
    }
    let message: unknown;
    try {
      const bytes = buffer.fromBase64(data);
      const cipher = this._cipher(bytes.subarray(0, NONCE_BYTES), topic);
      message = JSON.parse(
        new TextDecoder().decode(cipher.decrypt(bytes.subarray(NONCE_BYTES)))
      );
    } catch {
      return null; // a stranger's: anybody can publish anything
    }
    return isMessage(message) && this._isNew(message) ? message : null;
  }

  private _cipher(nonce: Uint8Array, topic: string) {
    return xchacha20poly1305(this._key, nonce, utf8ToBytes(`${VERSION}\0${topic}`));
  }

  /**
   * Whether a message has not been opened before; from now on it has.
   */
  private _isNew({ from, n }: Sealed): boolean {
    const seen = this._seen.get(from) ?? new Set<number>();
    const newest = Math.max(...seen, 0);
    if (seen.has(n) || n <= newest - WINDOW) {
      return false;
    }
    seen.add(n);
    for (const old of seen) {
      if (old <= Math.max(newest, n) - WINDOW) {
        seen.delete(old);
      }
    }
    // the one that was heard of last comes last
    this._seen.delete(from);
    this._seen.set(from, seen);
    if (this._seen.size > MAX_SENDERS) {
      const [oldest] = this._seen.keys();
      this._seen.delete(oldest);
    }
    return true;
  }

  private readonly _key: Uint8Array;
  private readonly _seen = new Map<string, Set<number>>();
  private _counter = 0;
}

function isMessage(value: unknown): value is Sealed {
  const { type, from, to, n } = (value ?? {}) as { [key: string]: unknown };
  const isId = (id: unknown) => typeof id === 'string' && id.length <= MAX_ID_LENGTH;
  return (
    isId(from) &&
    Number.isSafeInteger(n) &&
    (type === 'announce' || (type === 'signal' && isId(to)))
  );
}
