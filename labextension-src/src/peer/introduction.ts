// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { StrangerError } from './errors';
import type { Negotiation } from './negotiation';
import type { IEnd } from './proof';
import { fingerprintOf, prove, verify } from './proof';
import { decodeFrame, encodeFrame } from './wire/frames';

/**
 * How many frames may arrive before this page has introduced itself: the other one has
 * only its proof to send before it has seen ours.
 */
const MAX_EARLY = 16;

/**
 * What the two ends of a connection say first: each proves that it holds the room's key,
 * before anything else is sent or heard.
 */
export class Introduction {
  constructor(options: Introduction.IOptions) {
    this._options = options;
  }

  /**
   * Prove that this page holds the key, and hear what the other one has said meanwhile.
   *
   * Browsers may tell that a channel is open before they tell of the descriptions that
   * it comes from.
   */
  async begin(): Promise<void> {
    const { events, key, negotiation } = this._options;
    await negotiation.settled();
    if (this._isStopped) {
      return;
    }
    events.guard(() => {
      const [local, remote] = this._ends();
      events.send(encodeFrame({ kind: 'proof', proof: prove(key, local, remote) }));
      const early = this._early ?? [];
      this._early = null;
      early.forEach(bytes => this._onFrame(bytes));
    });
  }

  /**
   * Take what the other page sent.
   *
   * @throws StrangerError if it does not hold the key, or says something else first.
   */
  receive(bytes: Uint8Array): void {
    if (!this._early) {
      this._onFrame(bytes);
    } else if (this._early.push(bytes) > MAX_EARLY) {
      throw new StrangerError('The other page speaks before it has proven itself.');
    }
  }

  /** Say and hear no more. */
  stop(): void {
    this._isStopped = true;
  }

  private _onFrame(bytes: Uint8Array): void {
    const { events, key } = this._options;
    if (this._isProven) {
      events.frame(bytes);
      return;
    }
    const frame = decodeFrame(bytes);
    if (frame.kind !== 'proof') {
      throw new StrangerError('The other page speaks before it has proven itself.');
    }
    const [local, remote] = this._ends();
    if (!verify(frame.proof, key, remote, local)) {
      throw new StrangerError('The other page does not hold the key of this room.');
    }
    this._isProven = true;
    events.proven();
  }

  /**
   * This page and the other one, as both see them.
   */
  private _ends(): [IEnd, IEnd] {
    const { connection, localId, remoteId } = this._options;
    const { localDescription, remoteDescription } = connection;
    return [
      { id: localId, fingerprint: fingerprintOf(localDescription?.sdp ?? '') },
      { id: remoteId, fingerprint: fingerprintOf(remoteDescription?.sdp ?? '') }
    ];
  }

  private readonly _options: Introduction.IOptions;
  /** What arrived before this page has introduced itself; `null` afterwards. */
  private _early: Uint8Array[] | null = [];
  private _isProven = false;
  private _isStopped = false;
}

/**
 * A namespace for `Introduction` statics.
 */
export namespace Introduction {
  /**
   * What is told of an introduction.
   */
  export interface IEvents {
    /** Something to send. */
    send(frame: Uint8Array<ArrayBuffer>): void;

    /** The other page has proven itself. */
    proven(): void;

    /** A frame arrived afterwards. */
    frame(bytes: Uint8Array): void;

    /** Does something that may throw what the other page did wrong. */
    guard(action: () => void): void;
  }

  /**
   * What an introduction is made from.
   */
  export interface IOptions {
    /** The id of this page. */
    readonly localId: string;
    /** The id of the other page. */
    readonly remoteId: string;
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** The connection that is proven. */
    readonly connection: RTCPeerConnection;
    /** What its descriptions come from. */
    readonly negotiation: Negotiation;
    /** Is told what happens. */
    readonly events: IEvents;
  }
}
