// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Frame } from './frames';
import { FrameError } from './frames';

/**
 * How large a message may be, in bytes, unless configured otherwise: the state
 * of a document comes in many messages, so this bounds one cell's outputs.
 */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * How many times the largest message all messages of one peer that are under
 * way may claim together.
 */
const MEMORY_FACTOR = 2;

/**
 * How long a message may make no progress, in milliseconds. A slow network
 * slows all frames down; one that brings others but not these is none.
 */
const STALL_LIMIT = 30_000;

/**
 * A message under way.
 */
interface IPartial {
  readonly total: number;
  readonly parts: Uint8Array[];
  received: number;
  /** When the last part came, in milliseconds. */
  touched: number;
}

/**
 * Puts the messages of one peer together from their parts, within limits.
 *
 * Memory grows with what was received, not with what was announced.
 */
export class Reassembler {
  /**
   * @param maxMessage - How large a message may be, in bytes.
   */
  constructor(maxMessage = MAX_MESSAGE_BYTES) {
    this._maxMessage = maxMessage;
  }

  /**
   * Take a part.
   *
   * @param now - The time, in milliseconds.
   * @returns The message if it is complete, else how far it is.
   * @throws FrameError - If the part does not fit, or is too much.
   */
  receive(
    frame: Extract<Frame, { kind: 'begin' | 'part' }>,
    now: number
  ): Uint8Array | { readonly received: number; readonly total: number } {
    const { channel, data } = frame;
    const partial =
      frame.kind === 'begin' ? this._begin(channel, frame.total) : this._find(channel);
    if (!data.length) {
      throw new FrameError('A part of a message is empty.');
    }
    partial.parts.push(data);
    partial.received += data.length;
    partial.touched = now;
    const { received, total } = partial;
    if (received > total) {
      throw new FrameError(`A message of ${total} bytes has at least ${received}.`);
    }
    if (received < total) {
      return { received, total };
    }
    this.forget(channel);
    const message = new Uint8Array(total);
    let offset = 0;
    for (const part of partial.parts) {
      message.set(part, offset);
      offset += part.length;
    }
    return message;
  }

  /**
   * Drop what is under way in a channel.
   */
  forget(channel: number): void {
    this._claimed -= this._partials.get(channel)?.total ?? 0;
    this._partials.delete(channel);
  }

  /**
   * Whether a message has not gone on for too long.
   *
   * @param now - The time, in milliseconds.
   */
  isStalled(now: number): boolean {
    return [...this._partials.values()].some(
      ({ touched }) => now - touched > STALL_LIMIT
    );
  }

  private _begin(channel: number, total: number): IPartial {
    if (this._partials.has(channel)) {
      throw new FrameError('A message begins before the last one has ended.');
    }
    if (total > this._maxMessage) {
      throw new FrameError(
        `A message of ${total} bytes is larger than ${this._maxMessage}.`
      );
    }
    if (this._claimed + total > MEMORY_FACTOR * this._maxMessage) {
      throw new FrameError('Too many large messages are under way.');
    }
    const partial = { total, parts: [], received: 0, touched: 0 };
    this._partials.set(channel, partial);
    this._claimed += total;
    return partial;
  }

  private _find(channel: number): IPartial {
    const partial = this._partials.get(channel);
    if (!partial) {
      throw new FrameError('A part comes without the beginning of its message.');
    }
    return partial;
  }

  private readonly _maxMessage: number;
  private readonly _partials = new Map<number, IPartial>();
  private _claimed = 0;
}
