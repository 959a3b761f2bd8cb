// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { ObservableV2 } from 'lib0/observable';

import type { IRefusedAddress } from '../../room/refused';
import { refusedAddress } from '../../room/refused';

/**
 * How long a server may take to accept a connection, in milliseconds, before
 * another attempt: a firewall that drops packets never answers.
 */
const CONNECT_PATIENCE = 8000;

/**
 * How often to ask a silent server whether it is there, in milliseconds.
 */
const PING_AFTER = 15_000;

/**
 * How long a server may be silent, in milliseconds, before the connection is
 * taken for dead.
 */
const DEAD_AFTER = 30_000;

/**
 * How long a server may take to answer after this page woke up or its network
 * changed, in milliseconds.
 */
const WAKE_PATIENCE = 3000;

/**
 * How long to wait before the first new attempt, and at most, in milliseconds.
 */
const FIRST_DELAY = 250;
const MAX_DELAY = 4000;

/**
 * How long to wait before a new attempt at a server that refused this page, in
 * milliseconds: asking often changes nothing, and a host may mend it.
 */
const REFUSED_DELAY = 30_000;

/**
 * The close codes of `docs/protocol.md` that say that this page is refused.
 */
const REFUSALS: ReadonlyArray<number> = [4401, 4403, 4430, 4503];

/**
 * Why a server closed a connection.
 */
export interface IClosing {
  readonly code: number;
  readonly reason: string;
}

/**
 * How long to wait before the next attempt to connect, in milliseconds.
 *
 * It grows with each failure, and is random, so that the pages of a class don't
 * come back to a server that has restarted all at once.
 *
 * @param failures - How many attempts have failed in a row.
 * @param code - The code with which the server closed the last connection.
 * @param random - From 0 to 1.
 */
export function reconnectDelay(failures: number, code: number, random: number): number {
  const delay = REFUSALS.includes(code)
    ? REFUSED_DELAY
    : Math.min(FIRST_DELAY * 2 ** failures, MAX_DELAY);
  return delay * (0.5 + random / 2);
}

/**
 * A connection to a signaling server that comes back by itself.
 *
 * y-webrtc imports it in place of `lib0/websocket`, whose interface it has. It
 * does what that one does not: it gives up attempts that get no answer, waits for
 * random times, comes back at once when the network does, closes its socket
 * when it is destroyed, and keeps why it was refused. An address that the browser
 * refuses is a server that never answers.
 */
export class WebsocketClient extends ObservableV2<WebsocketClient.Events> {
  /**
   * @param url - `ws://` or `wss://`.
   */
  constructor(url: string) {
    super();
    this.url = url;
    window.addEventListener('online', this._wake);
    window.addEventListener('pageshow', this._wake);
    document.addEventListener('visibilitychange', this._wake);
    this._connect();
  }

  readonly url: string;

  /** Whether messages can be sent. */
  connected = false;

  /** How many attempts have failed in a row. */
  unsuccessfulReconnects = 0;

  /** Why the server closed the last connection; `null` if it didn't. */
  closing: IClosing | null = null;

  /** That the browser won't connect to this address; `null` as far as it has not said so. */
  get refused(): IRefusedAddress | null {
    return this._refused;
  }

  /**
   * Send a message as JSON, unless there is no connection: who needs it says it
   * again when there is one.
   */
  send(message: unknown): void {
    if (this._socket?.readyState === WebSocket.OPEN) {
      this._socket.send(JSON.stringify(message));
    }
  }

  /**
   * Send a binary message. Only servers that say so take them: npm's server ends
   * its process over one.
   */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this._socket?.readyState === WebSocket.OPEN) {
      this._socket.send(bytes);
    }
  }

  /** How many bytes wait in the browser. */
  get bufferedAmount(): number {
    return this._socket?.bufferedAmount ?? 0;
  }

  /** Whether it was closed for good. */
  get isDestroyed(): boolean {
    return this._isDestroyed;
  }

  /**
   * Find out whether the server is still there, soon.
   */
  check(): void {
    if (this.connected && !this._isChecking) {
      this._isChecking = true;
      this._listen(0, WAKE_PATIENCE);
    }
  }

  /**
   * Close the connection for good.
   */
  override destroy(): void {
    this._isDestroyed = true;
    clearTimeout(this._timer);
    window.removeEventListener('online', this._wake);
    window.removeEventListener('pageshow', this._wake);
    document.removeEventListener('visibilitychange', this._wake);
    // a good-bye that is said now still goes out
    setTimeout(() => this._drop());
    super.destroy();
  }

  private _connect(): void {
    clearTimeout(this._timer);
    const socket = this._open();
    if (!socket) {
      return;
    }
    socket.binaryType = 'arraybuffer';
    this._socket = socket;
    this._timer = setTimeout(() => this._lost(null), CONNECT_PATIENCE);
    socket.onopen = () => {
      this.connected = true;
      this.unsuccessfulReconnects = 0;
      this.closing = null;
      this._listen(PING_AFTER, DEAD_AFTER - PING_AFTER);
      this.emit('connect', [{ type: 'connect' }, this]);
    };
    socket.onmessage = event => {
      this._isChecking = false;
      this._listen(PING_AFTER, DEAD_AFTER - PING_AFTER);
      const data: unknown = event.data;
      const message = parse(data);
      if (data instanceof ArrayBuffer) {
        this.emit('binary', [new Uint8Array(data), this]);
      } else if (message) {
        this.emit('message', [message, this]);
      }
    };
    socket.onclose = event => this._lost(event);
  }

  /**
   * Make a socket, unless the browser refuses the address: it would do so again.
   */
  private _open(): WebSocket | null {
    try {
      return new WebSocket(this.url);
    } catch (error) {
      this.unsuccessfulReconnects++;
      this._refused = refusedAddress(this.url, error);
      return null;
    }
  }

  /**
   * Ask the server whether it is there after some silence, and give it up if it
   * does not answer.
   */
  private _listen(silence: number, patience: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this.send({ type: 'ping' });
      this._timer = setTimeout(() => this._lost(null), patience);
    }, silence);
  }

  private _lost(closing: IClosing | null): void {
    const wasConnected = this.connected;
    this._drop();
    this.closing = closing && { code: closing.code, reason: closing.reason };
    const code = closing?.code ?? 0;
    if (!wasConnected || REFUSALS.includes(code)) {
      // our server accepts a connection before it says that it refuses it
      this.unsuccessfulReconnects++;
    }
    const delay = reconnectDelay(this.unsuccessfulReconnects, code, Math.random());
    this._timer = setTimeout(() => this._connect(), delay);
    // also for attempts that failed: the page wants to know that nobody answers
    this.emit('disconnect', [{ type: 'disconnect' }, this]);
  }

  /**
   * Let go of the socket, whatever becomes of it.
   */
  private _drop(): void {
    clearTimeout(this._timer);
    const socket = this._socket;
    this._socket = null;
    this.connected = this._isChecking = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private readonly _wake = (): void => {
    if (this._isDestroyed || document.visibilityState === 'hidden') {
      return;
    }
    if (this.connected) {
      this.check();
    } else if (this._socket === null && this._refused === null) {
      this._connect();
    }
  };

  private _socket: WebSocket | null = null;
  private _refused: IRefusedAddress | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isChecking = false;
  private _isDestroyed = false;
}

/**
 * A namespace for `WebsocketClient` statics.
 */
export namespace WebsocketClient {
  /**
   * What a client emits.
   */
  export type Events = {
    connect: (event: { type: 'connect' }, client: WebsocketClient) => void;
    disconnect: (event: { type: 'disconnect' }, client: WebsocketClient) => void;
    message: (message: object, client: WebsocketClient) => void;
    binary: (message: Uint8Array, client: WebsocketClient) => void;
  };
}

/**
 * Read what a server sent; `null` if it is not a JSON object.
 */
function parse(data: unknown): object | null {
  try {
    const message: unknown = typeof data === 'string' ? JSON.parse(data) : null;
    return typeof message === 'object' ? message : null;
  } catch {
    return null; // not a signaling server, or a broken one
  }
}
