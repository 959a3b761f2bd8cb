// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IRefusedAddress } from '../../room/refused';
import { refusedAddress } from '../../room/refused';
import type { WebsocketClient } from './socket';

/**
 * How many servers one signaling server may name, and how long what it says of one
 * may be, in characters: browsers get slow with more.
 */
const MAX_SERVERS = 4;
const MAX_LENGTH = 509;

/**
 * The URI of a TURN server (RFC 7065), as browsers take it and our server names it.
 */
const TURN_URI = /^turns?:[^\s/?#@]+(\?transport=(udp|tcp))?$/;
const PORT = /:(\d+)(\?|$)/;
const MAX_PORT = 65_535;

/**
 * How long a name and a password may be good, in seconds: whatever a server says, they
 * are asked for again within a day, and not every moment.
 */
const MIN_SECONDS = 60;
const MAX_SECONDS = 24 * 3600;

/**
 * What a signaling server has said.
 */
interface IMinted {
  readonly servers: ReadonlyArray<RTCIceServer>;
  /** When to ask again, in milliseconds. */
  readonly renewal: number;
}

/**
 * The STUN and TURN servers of a room: those of the site, and those for which
 * signaling servers give out names and passwords for a while. A site that wants none
 * asks for none.
 */
export class IceServers {
  /**
   * @param own - Those of the site.
   */
  constructor(own: ReadonlyArray<RTCIceServer>) {
    const { refused, taken } = sift(own);
    this._isWanted = own.length > 0;
    this._own = taken;
    this.refused = refused;
  }

  /** The addresses of the site that the browser does not take. */
  readonly refused: ReadonlyArray<IRefusedAddress>;

  /** Those that are known now. */
  get current(): RTCIceServer[] {
    return [...this._own, ...[...this._minted.values()].flatMap(m => m.servers)];
  }

  /**
   * Ask signaling servers, whenever they are connected.
   */
  attach(sockets: ReadonlyArray<WebsocketClient>): void {
    if (!this._isWanted) {
      return;
    }
    for (const socket of sockets) {
      if (!this._sockets.has(socket)) {
        this._sockets.add(socket);
        socket.on('connect', () => ask(socket));
        socket.on('message', message => this._onMessage(message, socket));
        if (socket.connected) {
          ask(socket);
        }
      }
    }
  }

  /**
   * Ask for new names and passwords in time; to be called every second.
   */
  tick(): void {
    const now = performance.now();
    for (const [socket, { renewal, servers }] of this._minted) {
      if (socket.isDestroyed) {
        this._minted.delete(socket);
      } else if (now >= renewal) {
        this._minted.set(socket, { servers, renewal: now + MIN_SECONDS * 500 });
        ask(socket);
      }
    }
  }

  private _onMessage(message: object, socket: WebsocketClient): void {
    const { type, iceServers, seconds } = message as {
      readonly [key: string]: unknown;
    };
    if (type === 'turn' && Array.isArray(iceServers) && typeof seconds === 'number') {
      const good = Math.min(Math.max(seconds, MIN_SECONDS), MAX_SECONDS);
      this._minted.set(socket, {
        servers: iceServers.filter(isTurnServer).slice(0, MAX_SERVERS),
        renewal: performance.now() + good * 500
      });
    }
  }

  private readonly _isWanted: boolean;
  private readonly _own: ReadonlyArray<RTCIceServer>;
  private readonly _sockets = new WeakSet<WebsocketClient>();
  private readonly _minted = new Map<WebsocketClient, IMinted>();
}

/**
 * What a browser throws if it does not take what it is told of a server (W3C WebRTC 1.0,
 * section 4.4.1.1), and nothing else is the matter.
 */
const NOT_TAKEN = ['SyntaxError', 'InvalidAccessError', 'TypeError'];

/**
 * Put aside the addresses that the browser does not take: one is enough, and it makes no
 * connection with any.
 */
function sift(servers: ReadonlyArray<RTCIceServer>): {
  taken: ReadonlyArray<RTCIceServer>;
  refused: ReadonlyArray<IRefusedAddress>;
} {
  if (!servers.length || refusal(servers) === null) {
    return { taken: servers, refused: [] };
  }
  const refused: IRefusedAddress[] = [];
  const taken = servers.flatMap(server => {
    const urls = [server.urls].flat().filter(url => {
      const error = refusal([{ ...server, urls: url }]);
      if (error) {
        refused.push(refusedAddress(String(url), error));
      }
      return !error;
    });
    return urls.length ? [{ ...server, urls }] : [];
  });
  return { taken, refused };
}

function refusal(iceServers: ReadonlyArray<RTCIceServer>): Error | null {
  if (typeof RTCPeerConnection !== 'function') {
    return null; // without WebRTC nobody is asked
  }
  try {
    new RTCPeerConnection({ iceServers: [...iceServers] }).close();
  } catch (error) {
    // a browser with too many connections says nothing of servers
    return NOT_TAKEN.includes((error as Error).name) ? (error as Error) : null;
  }
  return null;
}

const ask = (socket: WebsocketClient) => socket.send({ type: 'turn' });

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH;

const isUri = (value: unknown) =>
  isText(value) &&
  TURN_URI.test(value) &&
  Number(PORT.exec(value)?.[1] ?? 1) <= MAX_PORT;

/**
 * Whether a browser takes something for a server: else it refuses all that it is told
 * with it.
 */
function isTurnServer(value: unknown): value is RTCIceServer {
  const { urls, username, credential } = (value ?? {}) as { [key: string]: unknown };
  const all: unknown[] = Array.isArray(urls) ? urls : [urls];
  return (
    all.length > 0 &&
    all.length <= MAX_SERVERS &&
    all.every(isUri) &&
    isText(username) &&
    isText(credential)
  );
}
