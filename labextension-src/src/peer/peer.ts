// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as encoding from 'lib0/encoding';
import { ObservableV2 } from 'lib0/observable';
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  messageYjsUpdate
} from 'y-protocols/sync';
import type * as Y from 'yjs';

import type { PeerHub } from './hub';
import { MESSAGE_SYNC } from './progress';
import type { IAskable, Questions } from './questions';
import { stateUpdates } from './updates';

/**
 * What messages of y-webrtc begin with that pass on what somebody else wrote.
 */
const MESSAGE_FORWARDED = 5;

/**
 * What y-webrtc knows of a connection: one topic, shared with one other page.
 *
 * y-webrtc imports it in place of simple-peer, whose interface it has. What it
 * does is the hub's: all topics of the same two pages share one connection.
 */
export class Peer extends ObservableV2<Peer.Events> implements IAskable {
  constructor(options: Peer.IOptions) {
    super();
    this.topic = options.topic;
    this.remoteId = options.remoteId;
    this._hub = options.hub;
    this._questions = options.questions;
    // what comes in one packet comes at once: also what is said in a topic that opens
    this._hub.expect(this);
    // y-webrtc listens only once it has a peer
    queueMicrotask(() => {
      if (!this._isDestroyed) {
        this._hub.attach(this, options.initiator);
      }
    });
  }

  readonly topic: string;
  readonly remoteId: string;

  /**
   * Take what the other page sent through signaling.
   */
  signal(signal: unknown): void {
    queueMicrotask(() => this._hub.receive(this.remoteId, signal));
  }

  /**
   * The other page has announced itself again, as who has lost a connection does.
   */
  announced(): void {
    this._hub.announced(this);
  }

  /**
   * Send a message. Who does not read is cut off.
   */
  send(data: Uint8Array): void {
    if (data[0] === MESSAGE_SYNC && data[1] === messageYjsSyncStep1) {
      this._questions.ask(this);
      return;
    }
    // An update that overtakes those which it builds on has to wait for them at the
    // other end: nothing is gained by that. It may pass the answer to a question, which
    // can take long: whoever asks gets the updates of others meanwhile, too, and keeps
    // those that come too early (`backlog.ts`).
    const isUpdate =
      data[0] === MESSAGE_FORWARDED ||
      (data[0] === MESSAGE_SYNC && data[1] === messageYjsUpdate);
    this._hub.send(this, data, isUpdate);
  }

  /**
   * Send sync step 1.
   */
  ask(question: Uint8Array): void {
    this._hub.send(this, question, false);
  }

  /**
   * Answer sync step 1 with all that the other page lacks.
   *
   * @param doc - The document.
   * @param stateVector - What the other page has.
   */
  answer(doc: Y.Doc, stateVector: Uint8Array): void {
    this._hub.stream(this, syncMessages(stateUpdates(doc, stateVector)));
  }

  /**
   * Take part no more.
   *
   * @param error - What the other page did wrong: it is cut off.
   */
  override destroy(error?: Error): void {
    if (!this._isDestroyed) {
      this._isDestroyed = true;
      this._hub.detach(this, error ?? null);
      this.closed(error ?? null);
    }
  }

  /**
   * Called by the hub when the other page takes part in the topic.
   */
  connected(): void {
    if (!this._isConnected) {
      this._isConnected = true;
      this.emit('connect', []);
    }
  }

  /**
   * Called by the hub when the connection is lost.
   */
  closed(error: Error | null): void {
    this._isDestroyed = true;
    if (error) {
      this.emit('error', [error]);
    }
    this.emit('close', []);
    super.destroy();
  }

  private readonly _hub: PeerHub;
  private readonly _questions: Questions;
  private _isConnected = false;
  private _isDestroyed = false;
}

/**
 * y-webrtc's default import.
 */
export default Peer;

/**
 * A namespace for `Peer` statics.
 */
export namespace Peer {
  /**
   * What a peer is made from.
   */
  export interface IOptions {
    /** Whether this page begins: the other one announced itself. */
    readonly initiator: boolean;
    /** Has the connections of this page. */
    readonly hub: PeerHub;
    /** Asks the other pages for what is not here. */
    readonly questions: Questions;
    /** What is shared. */
    readonly topic: string;
    /** The other page. */
    readonly remoteId: string;
  }

  /**
   * What a peer emits: simple-peer's events, how far a large message is, and which is
   * too large to be sent.
   */
  export type Events = {
    signal: (signal: object) => void;
    connect: () => void;
    data: (data: Uint8Array) => void;
    progress: (progress: { readonly received: number; readonly total: number }) => void;
    oversized: (size: number) => void;
    error: (error: Error) => void;
    close: () => void;
  };
}

/**
 * Wrap updates in messages of y-webrtc; the last one says that it was the last.
 */
export function* syncMessages(
  updates: Iterator<Uint8Array, void>
): Generator<Uint8Array, void> {
  let result = updates.next();
  while (!result.done) {
    const update = result.value;
    result = updates.next();
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE_SYNC);
    const step = result.done ? messageYjsSyncStep2 : messageYjsUpdate;
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, update);
    yield encoding.toUint8Array(encoder);
  }
}
