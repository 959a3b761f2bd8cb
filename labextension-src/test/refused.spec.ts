// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { DocumentRooms } from '../src/document/rooms';
import { WebsocketClient } from '../src/peer/signaling/socket';
import { IceServers } from '../src/peer/signaling/turn';
import { roomKeys } from '../src/room/keys';
import type { IWebRtcManager } from '../src/tokens';

const INSECURE = 'ws://signaling.example.org/path?token=hush';
const UNKNOWN = 'wss://signaling.example.org/#part';
const GOOD = 'wss://signaling.example.org';

const opened: string[] = [];

/** Refuses what browsers refuse, and never answers otherwise. */
class Socket {
  constructor(url: string) {
    if (url.startsWith('ws:')) {
      throw new DOMException('insecure', 'SecurityError');
    }
    if (url.includes('#')) {
      throw new DOMException('fragment', 'SyntaxError');
    }
    opened.push(url);
  }
  close(): void {
    // nothing to close
  }
}

/** Takes what browsers take. */
class Connection {
  constructor({ iceServers }: { iceServers: { urls: string | string[] }[] }) {
    if (iceServers.some(({ urls }) => String(urls).includes('99999'))) {
      throw new DOMException('port', 'SyntaxError');
    }
    if (limit.isReached) {
      throw new DOMException('too many', 'UnknownError');
    }
  }
  close(): void {
    // nothing to close
  }
}

const limit = { isReached: false };

function roomsWith(signalingUrls: string[]): DocumentRooms {
  const owner = {};
  const keys = roomKeys(new Uint8Array(32));
  const session = { name: 'r', keys, signalingUrls, iceServers: [], relay: 'auto' };
  return new DocumentRooms(
    {
      session: { ...session, iceTransportPolicy: 'all' },
      sessionChanged: new Signal(owner),
      watch: () => ({ dispose: () => undefined })
    } as unknown as IWebRtcManager,
    'site'
  );
}

beforeEach(() => {
  opened.length = 0;
  limit.isReached = false;
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('RTCPeerConnection', Connection);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('an address that the browser refuses', () => {
  it('stops neither the page nor the other servers, and is named without its token', async () => {
    const rooms = roomsWith([INSECURE, GOOD, UNKNOWN]);
    await rooms.ready;
    const { link } = rooms.current!;
    expect(opened).toEqual([GOOD]);
    expect(link.state.signaling).toBe('pending');
    expect(link.state.refused).toEqual([
      { address: 'ws://signaling.example.org/path', reason: 'insecure' },
      { address: 'wss://signaling.example.org/', reason: 'invalid' }
    ]);
    rooms.current!.dispose();
  });

  it('is not waited for where there is no other', async () => {
    const rooms = roomsWith([INSECURE]);
    await rooms.ready;
    const { link } = rooms.current!;
    expect(link.state.signaling).toBe('refused');
    vi.useFakeTimers();
    const settled = vi.fn();
    void link.settled().then(settled);
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).toHaveBeenCalledWith(false);
    vi.useRealTimers();
    rooms.current!.dispose();
  });

  it('is not tried again when the network comes back', () => {
    const socket = new WebsocketClient(INSECURE);
    vi.stubGlobal('WebSocket', () => expect.unreachable());
    window.dispatchEvent(new Event('online'));
    expect(socket.unsuccessfulReconnects).toBe(1);
    socket.destroy();
  });

  it('of a STUN or TURN server is put aside, and the others are used', () => {
    const good = { urls: ['stun:a', 'turn:b'], username: 'u', credential: 'c' };
    const { urls } = good;
    const servers = new IceServers([{ ...good, urls: [...urls, 'turn:c:99999'] }]);
    expect(servers.current).toEqual([good]);
    expect(servers.refused).toEqual([{ address: 'turn:c:99999', reason: 'invalid' }]);
  });

  it('is not what a browser means that has too many connections, or none', () => {
    limit.isReached = true;
    expect(new IceServers([{ urls: 'stun:a' }]).refused).toEqual([]);
    vi.stubGlobal('RTCPeerConnection', undefined);
    expect(new IceServers([{ urls: 'stun:a:99999' }]).refused).toEqual([]);
  });
});
