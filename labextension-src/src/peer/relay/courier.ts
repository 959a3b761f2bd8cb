// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as buffer from 'lib0/buffer';

import type { WebsocketClient } from '../signaling/socket';
import { ADDRESS_BYTES } from './cipher';
import { Ration } from './ration';

/**
 * What may be sent to a server that takes binary frames and says how many bytes per
 * second: a little less than that, and no more at once than half of what it allows.
 * The floor is what `docs/protocol.md` says.
 */
const BINARY_SHARE = 0.9;
const BINARY_BURST = 256 * 1024;
const BINARY_FLOOR = 512;

/**
 * What may be sent to any other server, in bytes: half of what ours allows in text,
 * and as many messages as half of what it allows. The others don't say.
 */
const TEXT_RATE = 128 * 1024;
const TEXT_BURST = 256 * 1024;
const TEXT_FLOOR = 1024;

/**
 * What a server names is no ration below this, in bytes per second.
 */
const MIN_RATE = 1024;

/**
 * After how long one looks at the rations again at the latest, in milliseconds.
 */
const MAX_WAIT = 60_000;

/**
 * How many bytes may wait in the browser for a server that reads slowly, and how long
 * until one looks again, in milliseconds.
 */
const BUFFERED_BYTES = 64 * 1024;
const LOOK_AGAIN = 50;

/**
 * The version of the envelope of binary frames.
 */
const ENVELOPE_VERSION = 1;

/**
 * How long a packet may be in base64: whatever is longer is none.
 */
const MAX_TEXT_LENGTH = 64 * 1024;

/**
 * The code with which a server closes the connection of who sends too much.
 */
const TOO_MUCH = 4429;

/**
 * A path that packets go out and come in for.
 */
export interface IPassenger {
  /** The page at the other end. */
  readonly remoteId: string;

  /** What packets for it begin with. */
  readonly address: Uint8Array;

  /** The server by which the other end is heard; `null` if it was not heard. */
  readonly line: ILine | null;

  /** Whether there is something to send. */
  readonly isWaiting: boolean;

  /** Make a packet of what waits. */
  take(): Uint8Array<ArrayBuffer>;

  /** A packet arrived. */
  receive(packet: Uint8Array, line: ILine): void;

  /** There is room for more. */
  drained(): void;

  /** There is a new connection to a server. */
  resumed(): void;
}

/**
 * A connection to a signaling server.
 */
export interface ILine {
  readonly socket: WebsocketClient;
  ration: Ration;
  /** Which part of what it allows is sent, from 0 to 1: it has said that it is too much. */
  share: number;
  /** Whether it takes binary frames. */
  isBinary: boolean;
}

/**
 * Brings packets from page to page by way of signaling servers: as binary frames
 * where a server says that it takes them, else in ordinary `publish`. It keeps to
 * the servers' rations; paths take turns.
 */
export class RelayCourier {
  /**
   * @param topic - The room's topic for relayed packets; each page has a part of it.
   * @param localId - The id of this page.
   */
  constructor(topic: string, localId: string) {
    this._topic = topic;
    this._ownTopic = `${topic}/${localId}`;
    this._ownEnvelope = envelope(this._ownTopic);
  }

  /** Whether a server is connected. */
  get isOpen(): boolean {
    return this._lines.some(({ socket }) => socket.connected);
  }

  /**
   * Use a connection to a server as long as there is one.
   */
  attach(socket: WebsocketClient): void {
    this._lines = this._lines.filter(line => !line.socket.isDestroyed);
    if (this._lines.some(line => line.socket === socket)) {
      return;
    }
    const line = { socket, share: 1, isBinary: false, ration: textRation(1) };
    this._lines.push(line);
    const ifUsed = (action: () => void) => this._lines.includes(line) && action();
    socket.on('connect', () => ifUsed(() => this._onConnect(line)));
    socket.on('disconnect', () => {
      if (socket.closing?.code === TOO_MUCH) {
        line.share /= 2;
      }
    });
    socket.on('message', message => ifUsed(() => this._onMessage(message, line)));
    socket.on('binary', bytes => ifUsed(() => this._onBinary(bytes, line)));
    if (socket.connected) {
      this._onConnect(line);
    }
  }

  /**
   * Receive nothing any more.
   */
  stop(): void {
    clearTimeout(this._timer);
    for (const { socket } of this._lines) {
      socket.send({ type: 'unsubscribe', topics: [this._topic, this._ownTopic] });
    }
    this._lines = [];
  }

  /**
   * Bring a path what is addressed to it.
   */
  register(passenger: IPassenger): void {
    this._passengers.set(bytesToHex(passenger.address), passenger);
  }

  /**
   * … and no more.
   */
  unregister(passenger: IPassenger): void {
    this._passengers.delete(bytesToHex(passenger.address));
    this._waiting.delete(passenger);
  }

  /**
   * Whether bulk may be sent for a path.
   */
  allowsBulk(passenger: IPassenger): boolean {
    const lines = this._linesOf(passenger);
    return (
      lines.length > 0 && lines.every(line => line.ration.allowsBulk && isReading(line))
    );
  }

  /**
   * A path has something to send: it goes out when what runs now is done.
   */
  schedule(passenger: IPassenger): void {
    if (!this._waiting.size) {
      queueMicrotask(() => this._pump());
    }
    this._waiting.add(passenger);
  }

  /**
   * Send what waits for a path, whatever the ration: the page goes away.
   */
  flush(passenger: IPassenger): void {
    const lines = this._linesOf(passenger);
    while (lines.length && passenger.isWaiting) {
      this._post(passenger, lines);
    }
  }

  /**
   * Find out whether the servers still answer.
   */
  check(): void {
    this._lines.forEach(({ socket }) => socket.check());
  }

  private _pump(): void {
    clearTimeout(this._timer);
    let wait = Infinity;
    const starved: IPassenger[] = [];
    for (const passenger of this._waiting) {
      this._waiting.delete(passenger); // who comes next is before it the next time
      const lines = this._linesOf(passenger);
      if (!passenger.isWaiting || !lines.length) {
        continue; // it is scheduled again when there is a server
      }
      const until = Math.max(...lines.map(line => patience(line, false)));
      if (until > 0) {
        wait = Math.min(wait, until);
        starved.push(passenger);
        continue;
      }
      this._post(passenger, lines);
      if (passenger.isWaiting) {
        this._waiting.add(passenger);
      } else {
        passenger.drained(); // it may be added again, behind the others
      }
    }
    starved.forEach(passenger => this._waiting.add(passenger));
    for (const line of this._lines) {
      const until = patience(line, true);
      wait = line.socket.connected && until > 0 ? Math.min(wait, until) : wait;
    }
    if (wait < Infinity) {
      this._timer = setTimeout(
        () => this._refill(),
        Math.min(Math.max(wait, 1), MAX_WAIT)
      );
    }
  }

  /**
   * There is room again: for what waits, then for bulk.
   */
  private _refill(): void {
    this._pump();
    const passengers = [...this._passengers.values()];
    this._turn = (this._turn + 1) % Math.max(1, passengers.length);
    const next = [...passengers.slice(this._turn), ...passengers.slice(0, this._turn)];
    next.forEach(passenger => passenger.drained());
  }

  private _post(passenger: IPassenger, lines: ReadonlyArray<ILine>): void {
    const topic = `${this._topic}/${passenger.remoteId}`;
    const packet = passenger.take();
    for (const { socket, isBinary, ration } of lines) {
      if (isBinary) {
        const head = envelope(topic);
        const frame = new Uint8Array(head.length + packet.length);
        frame.set(head);
        frame.set(packet, head.length);
        socket.sendBytes(frame);
        ration.take(frame.length);
      } else {
        const relay = buffer.toBase64(packet);
        socket.send({ type: 'publish', topic, relay });
        ration.take(relay.length);
      }
    }
  }

  /**
   * By which servers to send to a page: by that which it was heard by, or all.
   */
  private _linesOf({ line }: IPassenger): ReadonlyArray<ILine> {
    return line?.socket.connected
      ? [line]
      : this._lines.filter(({ socket }) => socket.connected);
  }

  private _onConnect(line: ILine): void {
    line.isBinary = false; // it may be another server now
    line.ration = textRation(line.share);
    line.socket.send({ type: 'subscribe', topics: [this._topic, this._ownTopic] });
    line.socket.send({ type: 'features' });
    this._passengers.forEach(passenger => {
      passenger.resumed();
      if (passenger.isWaiting) {
        this.schedule(passenger);
      }
    });
  }

  private _onMessage(message: object, line: ILine): void {
    const { type, topic, relay } = message as { readonly [key: string]: unknown };
    if (type === 'features') {
      const { version, rate } = (relay ?? {}) as { readonly [key: string]: unknown };
      if (
        version === ENVELOPE_VERSION &&
        typeof rate === 'number' &&
        rate >= MIN_RATE
      ) {
        line.isBinary = true;
        line.ration = new Ration(
          rate * BINARY_SHARE * line.share,
          BINARY_BURST,
          BINARY_FLOOR,
          clock
        );
      }
    } else if (
      topic === this._ownTopic &&
      typeof relay === 'string' &&
      relay.length <= MAX_TEXT_LENGTH
    ) {
      const packet = decoded(relay);
      if (packet) {
        this._deliver(packet, line);
      }
    }
  }

  private _onBinary(bytes: Uint8Array, line: ILine): void {
    const own = this._ownEnvelope;
    if (own.every((byte, i) => bytes[i] === byte)) {
      this._deliver(bytes.subarray(own.length), line);
    }
  }

  private _deliver(packet: Uint8Array, line: ILine): void {
    const address = bytesToHex(packet.subarray(0, ADDRESS_BYTES));
    this._passengers.get(address)?.receive(packet, line);
  }

  private readonly _topic: string;
  private readonly _ownTopic: string;
  private readonly _ownEnvelope: Uint8Array;
  private _lines: ILine[] = [];
  private readonly _passengers = new Map<string, IPassenger>();
  private readonly _waiting = new Set<IPassenger>();
  private _turn = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

const clock = () => performance.now();

const textRation = (share: number) =>
  new Ration(TEXT_RATE * share, TEXT_BURST, TEXT_FLOOR, clock);

/**
 * Decode base64; `null` if it is none: nobody of ours sent it.
 */
function decoded(text: string): Uint8Array | null {
  try {
    return buffer.fromBase64(text);
  } catch {
    return null;
  }
}

/** Whether a server takes what it is sent. */
const isReading = ({ socket }: ILine) => socket.bufferedAmount < BUFFERED_BYTES;

/** How long until something may be sent by a line, in milliseconds. */
const patience = (line: ILine, isBulk: boolean) =>
  isReading(line) ? line.ration.wait(isBulk) : LOOK_AGAIN;

/**
 * What a binary frame for a topic begins with.
 */
function envelope(topic: string): Uint8Array {
  const name = utf8ToBytes(topic);
  return Uint8Array.of(ENVELOPE_VERSION, name.length, ...name);
}
