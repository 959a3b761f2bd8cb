// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { NumberFrame } from './frames';
import { decodeFrame, encodeFrame, FrameError, isNumberFrame } from './frames';
import type { ISink } from './outbox';
import { HIGH_WATER_BYTES } from './outbox';

/**
 * How much is received before the other page is told so, in bytes, and after how
 * long it is told in any case, in milliseconds.
 */
const ACK_BYTES = 32 * 1024;
const ACK_INTERVAL = 1000;

/**
 * How often the other page is asked for what is missing, at most, and how often one
 * goes back because it asks, in milliseconds.
 */
const AGAIN_INTERVAL = 250;

/**
 * How long to wait for an acknowledgement on a path that loses things, in
 * milliseconds, before all is sent again; twice as long each time, up to a limit.
 */
const FIRST_PATIENCE = 3000;
const MAX_PATIENCE = 12_000;

/**
 * A way to the other page.
 */
export interface IPath {
  /** Send a frame; its number follows the last one's, unless one goes back. */
  carry(number: number, frame: Uint8Array<ArrayBuffer>): void;

  /** Send a frame that has no number. */
  note(frame: Uint8Array<ArrayBuffer>): void;

  /** Forget frames that wait: they take another path. */
  drop(): void;

  /** How many bytes wait. */
  readonly bufferedAmount: number;

  /** How many bytes may be under way, not acknowledged yet. */
  readonly window: number;

  /** Whether what was sent may be lost while the path goes on. */
  readonly isLossy: boolean;
}

/**
 * The sequence of frames that two pages send each other, whatever paths it takes:
 * the other end gets each once, and in order.
 *
 * Frames are numbered, and kept until the other end has acknowledged them. Who goes
 * on over another path goes back to what was acknowledged. Numbers are not
 * sent with each frame: a path starts at 0, and goes on from there until an `at` says
 * otherwise. It does no input or output itself.
 */
export class Sequence implements ISink {
  /**
   * @param deliver - Takes what the other page sent.
   * @param clock - Tells the time, in milliseconds.
   * @param drained - Is told when not too much is under way any more.
   */
  constructor(
    deliver: (frame: Uint8Array) => void,
    clock: () => number,
    drained: () => void = () => undefined
  ) {
    this._deliver = deliver;
    this._clock = clock;
    this._drained = drained;
  }

  /** The path that frames take; `null` if there is none. */
  get path(): IPath | null {
    return this._path;
  }

  /**
   * Since when the other page has acknowledged nothing although there is
   * something to acknowledge; `null` if there is nothing.
   */
  get waitingSince(): number | null {
    return this._kept.length ? this._waitingSince : null;
  }

  get bufferedAmount(): number {
    if (!this._path) {
      return Infinity;
    }
    const { bufferedAmount, window } = this._path;
    const isFull = this._keptBytes > window;
    return bufferedAmount + (isFull ? Math.max(this._keptBytes, HIGH_WATER_BYTES) : 0);
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (!this._kept.length) {
      this._waitingSince = this._clock();
    }
    this._kept.push(frame);
    this._keptBytes += frame.length;
    this._path?.carry(this._acknowledged + this._kept.length - 1, frame);
  }

  /**
   * Go on over a path, or wait for one.
   */
  use(path: IPath | null): void {
    if (path !== this._path) {
      this._path?.drop();
      this._path = path;
      this._patience = FIRST_PATIENCE;
      this.repeat();
    }
  }

  /**
   * Send again what was not acknowledged: it may have been lost.
   */
  repeat(): void {
    this._wentBack = this._waitingSince = this._clock();
    this._kept.forEach((frame, i) => this._path?.carry(this._acknowledged + i, frame));
  }

  /**
   * The path works again: what both ends sent may have been lost.
   */
  resume(): void {
    this._askAgain();
    this.repeat();
  }

  /**
   * Make a reader of what arrives by a path, from its start.
   *
   * @returns Takes one frame.
   * @throws FrameError - If the other page is to be cut off; so does the reader, and
   * whatever delivering a frame throws.
   */
  reader(): (bytes: Uint8Array) => void {
    let next = 0;
    return bytes => {
      if (isNumberFrame(bytes)) {
        const frame = decodeFrame(bytes) as NumberFrame;
        if (frame.kind === 'at') {
          next = frame.number;
        } else {
          this._onAcknowledged(frame);
        }
        return;
      }
      const number = next++;
      if (number > this._expected) {
        this._askAgain();
        return;
      }
      // what comes again counts, too: the acknowledgement was lost
      this._unsaid += bytes.length;
      if (number === this._expected) {
        this._expected++;
        this._deliver(bytes);
      }
      const isLong = this._clock() - this._said >= ACK_INTERVAL;
      if (this._unsaid >= ACK_BYTES || isLong) {
        this.acknowledge();
      }
    };
  }

  /**
   * Tell the other page how far it was understood.
   *
   * @param path - By which path; the one that frames take if not given.
   */
  acknowledge(path: IPath | null = this._path): void {
    if (path) {
      path.note(encodeFrame({ kind: 'ack', number: this._expected }));
      this._unsaid = 0;
      this._said = this._clock();
    }
  }

  /**
   * Do what is due; to be called every second.
   */
  tick(): void {
    if (this._unsaid) {
      this.acknowledge();
    }
    const waited = this._clock() - (this.waitingSince ?? Infinity);
    if (this._path?.isLossy && waited >= this._patience) {
      this._patience = Math.min(this._patience * 2, MAX_PATIENCE);
      this.repeat();
    }
  }

  private _onAcknowledged(frame: NumberFrame): void {
    const now = this._clock();
    const count = frame.number - this._acknowledged;
    if (count > this._kept.length) {
      throw new FrameError('The other page has heard what was never said.');
    }
    if (count > 0) {
      const wasFull = this._keptBytes > (this._path?.window ?? Infinity);
      for (const { length } of this._kept.splice(0, count)) {
        this._keptBytes -= length;
      }
      this._acknowledged = frame.number;
      this._waitingSince = now;
      this._patience = FIRST_PATIENCE;
      if (wasFull) {
        this._drained();
      }
    }
    if (frame.kind === 'again' && now - this._wentBack >= AGAIN_INTERVAL) {
      this.repeat();
    }
  }

  private _askAgain(): void {
    const now = this._clock();
    if (now - this._asked >= AGAIN_INTERVAL) {
      this._asked = now;
      this._path?.note(encodeFrame({ kind: 'again', number: this._expected }));
    }
  }

  private readonly _deliver: (frame: Uint8Array) => void;
  private readonly _clock: () => number;
  private readonly _drained: () => void;
  private _path: IPath | null = null;
  /** What was sent and not acknowledged, in order. */
  private readonly _kept: Uint8Array<ArrayBuffer>[] = [];
  private _keptBytes = 0;
  /** The number of the first frame that is kept. */
  private _acknowledged = 0;
  private _waitingSince = 0;
  private _wentBack = -Infinity;
  private _patience = FIRST_PATIENCE;
  /** The number of the next frame that the other end is to send. */
  private _expected = 0;
  /** How many bytes were received and not acknowledged. */
  private _unsaid = 0;
  private _said = -Infinity;
  private _asked = -Infinity;
}
