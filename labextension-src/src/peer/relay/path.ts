// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

import { encodeFrame, FrameError } from '../wire/frames';
import { HIGH_WATER_BYTES, MAX_FRAME_BYTES } from '../wire/outbox';
import type { IPath } from '../wire/sequence';
import type { IRelayEnd } from './cipher';
import { RelayCipher } from './cipher';
import type { ILine, IPassenger, RelayCourier } from './courier';

/**
 * How much may be under way, in bytes: half a second of what a server rations.
 */
const WINDOW_BYTES = 128 * 1024;

/**
 * How many bytes of frames go into one packet; a single frame may have more.
 */
const PACKET_BYTES = MAX_FRAME_BYTES;

/**
 * The path to another page by way of a signaling server, which sees nothing but
 * ciphertext. Frames that wait go out together.
 */
export class RelayPath implements IPath, IPassenger {
  constructor(options: RelayPath.IOptions) {
    this._options = options;
    const { key, local, remote, courier } = options;
    this._outgoing = new RelayCipher(key, local, remote);
    this._incoming = new RelayCipher(key, remote, local);
    this.remoteId = remote.id;
    this.address = this._incoming.address;
    courier.register(this);
  }

  readonly remoteId: string;
  readonly address: Uint8Array;
  readonly window = WINDOW_BYTES;
  readonly isLossy = true;

  /** The server by which the other page was heard last; `null` before. */
  line: ILine | null = null;

  /** Whether the other page was heard by this path, and so has proven itself. */
  get isOpen(): boolean {
    return this.line !== null;
  }

  /** Whether something can be sent. */
  get isUsable(): boolean {
    return this._options.courier.isOpen;
  }

  /** How much was sent and received, in bytes. */
  sent = 0;
  received = 0;

  get isWaiting(): boolean {
    return this._queue.length > 0;
  }

  get bufferedAmount(): number {
    // bulk goes out one by one, each as soon as the server's ration has room
    const hasRoom = !this.isWaiting && this._options.courier.allowsBulk(this);
    return this._queuedBytes + (hasRoom ? 0 : HIGH_WATER_BYTES);
  }

  carry(number: number, frame: Uint8Array<ArrayBuffer>): void {
    if (number !== this._next) {
      this._keep(entry => entry.number === null || entry.number < number);
    }
    this._next = number + 1;
    this._add({ number, frame });
  }

  note(frame: Uint8Array<ArrayBuffer>): void {
    this._add({ number: null, frame });
  }

  drop(): void {
    this._keep(entry => entry.number === null);
  }

  /**
   * Make a packet of what waits.
   */
  take(): Uint8Array<ArrayBuffer> {
    const encoder = encoding.createEncoder();
    let next = 0;
    do {
      const { number, frame } = this._queue.shift() as IEntry;
      this._queuedBytes -= frame.length;
      if (number !== null && number !== next) {
        encoding.writeVarUint8Array(encoder, encodeFrame({ kind: 'at', number }));
      }
      next = number === null ? next : number + 1;
      encoding.writeVarUint8Array(encoder, frame);
    } while (
      this._queue.length &&
      encoding.length(encoder) + this._queue[0].frame.length <= PACKET_BYTES
    );
    const packet = this._outgoing.seal(encoding.toUint8Array(encoder));
    this.sent += packet.length;
    return packet;
  }

  receive(packet: Uint8Array, line: ILine): void {
    const { events } = this._options;
    events.guard(() => {
      const content = this._incoming.open(packet);
      if (!content) {
        return;
      }
      this.received += packet.length;
      const isFirst = !this.isOpen;
      this.line = line;
      if (isFirst) {
        events.opened();
      }
      const read = events.reader();
      for (const frame of framesOf(content)) {
        read(frame);
      }
    });
  }

  drained(): void {
    this._options.events.guard(() => this._options.events.drained());
  }

  resumed(): void {
    this._options.events.guard(() => this._options.events.resumed());
  }

  /**
   * Send at once what waits: the page goes away.
   */
  flush(): void {
    this._options.courier.flush(this);
  }

  /**
   * The other page does not answer: find out whether the server does.
   */
  check(): void {
    this._options.courier.check();
  }

  close(): void {
    this._queue = [];
    this._options.courier.unregister(this);
  }

  private _add(entry: IEntry): void {
    this._queue.push(entry);
    this._queuedBytes += entry.frame.length;
    this._options.courier.schedule(this);
  }

  private _keep(keeps: (entry: IEntry) => boolean): void {
    this._queue = this._queue.filter(keeps);
    this._queuedBytes = this._queue.reduce((sum, { frame }) => sum + frame.length, 0);
  }

  private readonly _options: RelayPath.IOptions;
  private readonly _outgoing: RelayCipher;
  private readonly _incoming: RelayCipher;
  private _queue: IEntry[] = [];
  private _queuedBytes = 0;
  private _next = 0;
}

/**
 * A frame that waits, and its number if it has one.
 */
interface IEntry {
  readonly number: number | null;
  readonly frame: Uint8Array<ArrayBuffer>;
}

/**
 * The frames of a packet.
 *
 * @throws FrameError - If it holds anything else.
 */
function* framesOf(content: Uint8Array): Generator<Uint8Array, void> {
  const decoder = decoding.createDecoder(content);
  while (decoding.hasContent(decoder)) {
    let frame: Uint8Array;
    try {
      frame = decoding.readVarUint8Array(decoder);
    } catch {
      throw new FrameError('A relayed packet ends too early.');
    }
    yield frame;
  }
}

/**
 * A namespace for `RelayPath` statics.
 */
export namespace RelayPath {
  /**
   * What is told of a path.
   */
  export interface IEvents {
    /** The other page was heard for the first time. */
    opened(): void;

    /** Makes a reader of the frames of one packet. */
    reader(): (frame: Uint8Array) => void;

    /** There is room for more. */
    drained(): void;

    /** Signaling works again: something may have been lost. */
    resumed(): void;

    /** Does something that may throw what the other page did wrong. */
    guard(action: () => void): void;
  }

  /**
   * What a path is made from.
   */
  export interface IOptions {
    /** The room's authentication key, 32 bytes. */
    readonly key: Uint8Array;
    /** This page. */
    readonly local: IRelayEnd;
    /** The other page. */
    readonly remote: IRelayEnd;
    /** Has the connections to signaling servers. */
    readonly courier: RelayCourier;
    /** Is told what happens. */
    readonly events: IEvents;
  }
}
