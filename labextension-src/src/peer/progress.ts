// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as decoding from 'lib0/decoding';
import type { IDisposable } from '@lumino/disposable';
import { messageYjsSyncStep1, messageYjsSyncStep2 } from 'y-protocols/sync';
import * as Y from 'yjs';

import type { Peer } from './peer';

/**
 * What messages of y-webrtc begin with that carry y-protocols' sync protocol.
 */
export const MESSAGE_SYNC = 0;

/**
 * What is known of one peer.
 */
interface IPeerProgress {
  /** What it has: client → clock; absent until it has said so. */
  target?: Map<number, number>;
  /** Whether it has sent all of that. */
  isAnswered: boolean;
  /** How far the large message is that is arriving, from 0 to 1. */
  message: number;
  /** How large that is, in bytes. */
  total: number;
}

/**
 * Tells how much of what others have is here, and what they have.
 */
export class Progress implements IDisposable {
  /**
   * @param doc - The document.
   */
  constructor(doc: Y.Doc) {
    this._doc = doc;
  }

  /**
   * When something arrived last, in milliseconds as `performance.now` counts.
   */
  get touched(): number {
    return this._touched;
  }

  /**
   * How much is here of what the peer has of which least is, from 0 to 1;
   * `null` if nothing is known to be missing.
   */
  get fraction(): number | null {
    const fractions = [...this._peers.values()].flatMap(progress => {
      const { isAnswered, message, target } = progress;
      if (!target || isAnswered) {
        return [];
      }
      let all = 0;
      let here = 0;
      for (const [client, clock] of target) {
        all += clock;
        here += Math.min(clock, Y.getState(this._doc.store, client));
      }
      return here < all ? [Math.max(here / all, message)] : [];
    });
    return fractions.length ? Math.min(...fractions) : null;
  }

  /**
   * Whether something is not here that a peer has; `null` as long as it has not said
   * what it has.
   */
  lacks(peer: object): boolean | null {
    const target = this._peers.get(peer)?.target;
    return target
      ? [...target].some(
          ([client, clock]) => Y.getState(this._doc.store, client) < clock
        )
      : null;
  }

  /**
   * Watch a peer until it closes.
   */
  watch(peer: Peer): void {
    const progress: IPeerProgress = { isAnswered: false, message: 0, total: 0 };
    peer.on('connect', () => this._peers.set(peer, progress));
    peer.on('data', data => {
      this._touched = performance.now();
      if (data.length === progress.total) {
        progress.message = 0; // small ones pass it while it arrives
      }
      const [message, step] = data;
      if (message === MESSAGE_SYNC && step === messageYjsSyncStep1) {
        progress.target = readStateVector(data) ?? progress.target;
        progress.isAnswered = false;
      } else if (message === MESSAGE_SYNC && step === messageYjsSyncStep2) {
        progress.isAnswered = true;
      }
    });
    peer.on('progress', ({ received, total }) => {
      this._touched = performance.now();
      progress.message = received / total;
      progress.total = total;
    });
    peer.on('close', () => this._peers.delete(peer));
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._peers.clear();
  }

  private readonly _doc: Y.Doc;
  private readonly _peers = new Map<object, IPeerProgress>();
  private _touched = -Infinity;
  private _isDisposed = false;
}

/**
 * Read the state vector out of a message of sync step 1; `null` if it is malformed.
 */
function readStateVector(data: Uint8Array): Map<number, number> | null {
  try {
    const decoder = decoding.createDecoder(data);
    decoding.readVarUint(decoder); // the message
    decoding.readVarUint(decoder); // the step
    return Y.decodeStateVector(decoding.readVarUint8Array(decoder));
  } catch {
    return null; // y-webrtc reads it, too, and says so
  }
}
