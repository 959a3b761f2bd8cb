// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import * as encoding from 'lib0/encoding';
import { messageYjsSyncStep2, writeSyncStep1 } from 'y-protocols/sync';
import type * as Y from 'yjs';

import { MESSAGE_SYNC } from './progress';

/**
 * How long somebody who was asked may be silent before the next one is asked, in
 * milliseconds: many times what an answer takes to begin.
 */
const PATIENCE = 3000;

/**
 * How long the answer of one page may keep others from being asked, in milliseconds: a
 * large one on the relay.
 */
const MAX_TURN = 120_000;

/**
 * Another page, as far as it can be asked for what it has.
 */
export interface IAskable {
  /** Send sync step 1. */
  ask(question: Uint8Array): void;

  /** Be told what it does. */
  on(name: 'data', listener: (data: Uint8Array) => void): unknown;
  on(name: 'progress' | 'close', listener: () => void): unknown;
}

/**
 * Asks the other pages for what one lacks: one of those who have more than is here, and
 * the next one when that has answered.
 *
 * y-webrtc asks everybody at once. In a class of thirty, who comes late to a document
 * of ten megabytes would get thirty times ten.
 */
export class Questions implements IDisposable {
  /**
   * @param doc - The document.
   * @param lacks - Whether something is not here that a page has; `null` as long as it
   * has not said what it has.
   */
  constructor(doc: Y.Doc, lacks: (peer: IAskable) => boolean | null) {
    this._doc = doc;
    this._lacks = lacks;
  }

  /**
   * Ask a page, as soon as nobody else is about to answer the same.
   */
  ask(peer: IAskable): void {
    if (this._isDisposed) {
      return;
    }
    if (!this._known.has(peer)) {
      this._known.add(peer);
      this._watch(peer);
    }
    if (this._answered.has(peer)) {
      this._put(peer); // what it has more by now can't be much
    } else if (peer !== this._asked) {
      this._waiting.add(peer);
      this._next();
    }
  }

  /**
   * Ask everybody who is there for what one lacks, unless something large of theirs is
   * under way: it may be just that, and takes long on a slow path.
   */
  askAll(): void {
    const now = performance.now();
    if (now - this._since > MAX_TURN) {
      this._release(); // who writes all the time, and never answers
    }
    for (const peer of this._known) {
      if (now - (this._progressed.get(peer) ?? -Infinity) > PATIENCE) {
        this.ask(peer);
      }
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._known.clear();
    this._waiting.clear();
    this._release();
  }

  private _watch(peer: IAskable): void {
    peer.on('data', ([message, step]) => {
      if (message === MESSAGE_SYNC && step === messageYjsSyncStep2) {
        this._answered.add(peer);
        if (this._asked === peer) {
          this._release();
        }
      }
      if (message === MESSAGE_SYNC && this._asked === peer) {
        this._wait(); // presence is no part of an answer
      }
      this._next(); // they may have said what they have
    });
    peer.on('progress', () => {
      this._progressed.set(peer, performance.now());
      if (this._asked === peer) {
        this._wait();
      }
    });
    peer.on('close', () => {
      this._known.delete(peer);
      this._waiting.delete(peer);
      if (this._asked === peer) {
        this._release();
      }
      this._next();
    });
  }

  private _next(): void {
    for (const peer of this._waiting) {
      // the answer of who has nothing more is small
      if (this._lacks(peer) === false) {
        this._waiting.delete(peer);
        this._put(peer);
      }
    }
    if (this._asked === null && this._waiting.size) {
      const waiting = [...this._waiting];
      const peer = waiting.find(one => this._lacks(one)) ?? waiting[0];
      this._waiting.delete(peer);
      this._asked = peer;
      this._since = performance.now();
      this._wait();
      this._put(peer);
    }
  }

  /**
   * Ask now, with what is here by now.
   */
  private _put(peer: IAskable): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE_SYNC);
    writeSyncStep1(encoder, this._doc);
    peer.ask(encoding.toUint8Array(encoder));
  }

  private _wait(): void {
    clearTimeout(this._patience);
    this._patience = setTimeout(() => {
      this._asked = null; // its answer is welcome when it comes
      this._next();
    }, PATIENCE);
  }

  private _release(): void {
    clearTimeout(this._patience);
    this._asked = null;
  }

  private readonly _doc: Y.Doc;
  private readonly _lacks: (peer: IAskable) => boolean | null;
  private readonly _known = new Set<IAskable>();
  private readonly _answered = new WeakSet<IAskable>();
  /** When a part of something large arrived from a page, in milliseconds. */
  private readonly _progressed = new WeakMap<IAskable, number>();
  private readonly _waiting = new Set<IAskable>();
  private _asked: IAskable | null = null;
  private _since = -Infinity;
  private _patience: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
