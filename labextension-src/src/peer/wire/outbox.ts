// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Frame } from './frames';
import { encodeFrame } from './frames';

/**
 * How large a frame may be, in bytes: every browser and every signaling server takes
 * this much, larger frames are no faster, and on a slow path others wait for less.
 */
export const MAX_FRAME_BYTES = 16 * 1024;

/**
 * What the fields of a frame take beside its data, in bytes: at most.
 */
const HEADER_BYTES = 32;

/**
 * How large a message may be, in bytes, that goes before bulk: presence, edits by
 * hand, questions.
 */
export const SMALL_MESSAGE_BYTES = 16 * 1024;

/**
 * How much bulk may wait in the browser, in bytes. What goes before bulk still
 * waits for this: 256 KiB take 10 ms on one machine, where 4 MiB took 110.
 */
export const HIGH_WATER_BYTES = 256 * 1024;

/**
 * How much of what goes before bulk may wait in the browser, in bytes. Chromium
 * fails at 16 MiB.
 */
const HARD_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * How much may wait here, in bytes, until the other page is given up: it
 * does not read.
 */
export const OUTBOX_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * What frames go out through.
 */
export interface ISink {
  /** Send one frame. */
  send(frame: Uint8Array<ArrayBuffer>): void;

  /** How many bytes wait in the browser. */
  readonly bufferedAmount: number;
}

/**
 * Bulk of one channel: messages, one after the other, made when they are needed.
 */
interface IBulk {
  readonly channel: number;
  readonly messages: Iterator<Uint8Array>[];
  /** How many of them are a single large message each, of which some has yet to go. */
  single: number;
  /** The message under way. */
  current: Uint8Array | null;
  offset: number;
}

/**
 * Sends messages to one peer, in two lanes: what is small goes first, and waits
 * for little; the bulk of several channels takes turns.
 *
 * So a small message may overtake a large one of its own channel, unless it is
 * to keep its order. It may always overtake a stream, whose messages keep theirs.
 */
export class Outbox {
  /**
   * @param sink - Where frames go.
   * @param maxFrame - How large a frame may be, in bytes.
   */
  constructor(sink: ISink, maxFrame = MAX_FRAME_BYTES) {
    this._sink = sink;
    this._maxData = Math.max(1, maxFrame - HEADER_BYTES);
  }

  /** How many bytes of messages wait here, those of streams not counted. */
  get waiting(): number {
    return this._waiting;
  }

  /**
   * Send a frame before everything else but other such frames.
   *
   * @throws Error - If too much is waiting.
   */
  urgent(frame: Frame): void {
    this._add(encodeFrame(frame));
    this.pump();
  }

  /**
   * Send a message.
   *
   * @param ordered - Whether it waits for the large messages of its channel.
   * @throws Error - If too much is waiting.
   */
  message(channel: number, data: Uint8Array, ordered = false): void {
    const isSmall = data.length <= Math.min(SMALL_MESSAGE_BYTES, this._maxData);
    const waits = ordered && this._bulkOf(channel)?.single;
    if (isSmall && !waits) {
      this.urgent({ kind: 'message', channel, data });
      return;
    }
    this._count(data.length);
    const bulk = this._bulkOf(channel) ?? this._addBulk(channel);
    bulk.single++;
    bulk.messages.push(this._single(bulk, data));
    this.pump();
  }

  /**
   * Send messages one after the other; each is asked for when there is room.
   */
  stream(channel: number, messages: Iterator<Uint8Array>): void {
    const bulk = this._bulkOf(channel) ?? this._addBulk(channel);
    bulk.messages.push(messages);
    this.pump();
  }

  /**
   * Drop the bulk of a channel.
   */
  forget(channel: number): void {
    this._bulk = this._bulk.filter(bulk => bulk.channel !== channel);
  }

  /**
   * Send what there is room for; to be called when room was made.
   */
  pump(): void {
    if (this._isPumping) {
      return; // an iterator that sends something itself
    }
    this._isPumping = true;
    try {
      do {
        while (this._urgent.length && this._sink.bufferedAmount < HARD_LIMIT_BYTES) {
          const frame = this._urgent.shift() as Uint8Array<ArrayBuffer>;
          this._waiting -= frame.length;
          this._sink.send(frame);
        }
      } while (
        !this._urgent.length &&
        this._sink.bufferedAmount < HIGH_WATER_BYTES &&
        this._sendBulk()
      );
    } finally {
      this._isPumping = false;
    }
  }

  /**
   * Send one frame of the channel whose turn it is.
   *
   * @returns Whether there was something to send.
   */
  private _sendBulk(): boolean {
    const bulk = this._bulk.shift();
    if (!bulk) {
      return false;
    }
    const { channel } = bulk;
    bulk.current ??= this._next(bulk);
    if (bulk.current === null) {
      return true; // its last message has gone; others may have some
    }
    const { current, offset } = bulk;
    const data = current.subarray(offset, offset + this._maxData);
    const isWhole = offset === 0 && data.length === current.length;
    this._sink.send(
      encodeFrame(
        isWhole
          ? { kind: 'message', channel, data }
          : offset === 0
            ? { kind: 'begin', channel, total: current.length, data }
            : { kind: 'part', channel, data }
      )
    );
    bulk.offset += data.length;
    if (bulk.offset >= current.length) {
      bulk.current = null;
      bulk.offset = 0;
    }
    this._bulk.push(bulk);
    return true;
  }

  private _next(bulk: IBulk): Uint8Array | null {
    while (bulk.messages.length) {
      const result = bulk.messages[0].next();
      if (!result.done) {
        return result.value;
      }
      bulk.messages.shift();
    }
    return null;
  }

  private *_single(bulk: IBulk, data: Uint8Array): Generator<Uint8Array, void> {
    this._waiting -= data.length;
    yield data;
    bulk.single--; // all of it has gone
  }

  private _bulkOf(channel: number): IBulk | undefined {
    return this._bulk.find(bulk => bulk.channel === channel);
  }

  private _addBulk(channel: number): IBulk {
    const bulk = { channel, messages: [], single: 0, current: null, offset: 0 };
    this._bulk.push(bulk);
    return bulk;
  }

  private _add(frame: Uint8Array<ArrayBuffer>): void {
    this._count(frame.length);
    this._urgent.push(frame);
  }

  private _count(bytes: number): void {
    if (this._waiting + bytes > OUTBOX_LIMIT_BYTES) {
      throw new Error('The other page does not read what it is sent.');
    }
    this._waiting += bytes;
  }

  private readonly _sink: ISink;
  private readonly _maxData: number;
  private readonly _urgent: Uint8Array<ArrayBuffer>[] = [];
  private _bulk: IBulk[] = [];
  private _waiting = 0;
  private _isPumping = false;
}
