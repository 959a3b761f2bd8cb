// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { ObservableV2 } from 'lib0/observable';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { WebsocketClient } from '../../src/peer/signaling/socket';
import { IceServers } from '../../src/peer/signaling/turn';

const OWN = [{ urls: 'stun:stun.example.org' }];
const MINTED = {
  urls: ['turn:turn.example.org:3478', 'turns:turn.example.org:5349'],
  username: '1795800000:abc',
  credential: 'hush'
};

/** A connection to a server that answers when the test says so. */
class Socket extends ObservableV2<WebsocketClient.Events> {
  connected = true;
  isDestroyed = false;
  readonly sent: unknown[] = [];
  send(message: unknown): void {
    this.sent.push(message);
  }
  answer(iceServers: unknown, seconds: unknown = 3600): void {
    this.emit('message', [{ type: 'turn', iceServers, seconds }, this as never]);
  }
}

const attached = (own: RTCIceServer[], ...sockets: Socket[]) => {
  const servers = new IceServers(own);
  servers.attach(sockets as unknown as WebsocketClient[]);
  return servers;
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a page', () => {
  it('uses the servers of its site and those that signaling names, each once', () => {
    const sockets = [new Socket(), new Socket()];
    const servers = attached(OWN, ...sockets);
    servers.attach(sockets as unknown as WebsocketClient[]); // for another topic
    expect(servers.current).toEqual(OWN);
    expect(sockets[0].sent).toEqual([{ type: 'turn' }]);
    sockets[0].answer([MINTED]);
    sockets[0].answer([MINTED]);
    expect(servers.current).toEqual([...OWN, MINTED]);
  });

  it('whose site wants no servers asks for none', () => {
    const socket = new Socket();
    const servers = attached([], socket);
    expect(socket.sent).toEqual([]);
    socket.answer([MINTED]);
    expect(servers.current).toEqual([]);
  });

  it('asks again when half of the time is over, and once more if nobody answers', () => {
    const socket = new Socket();
    const servers = attached(OWN, socket);
    const asked = () => socket.sent.length;
    socket.answer([MINTED], 3600);
    vi.advanceTimersByTime(1799_000);
    servers.tick();
    expect(asked()).toBe(1);
    vi.advanceTimersByTime(1000);
    servers.tick();
    servers.tick();
    expect(asked()).toBe(2);
    expect(servers.current).toHaveLength(2); // still good for half an hour
    vi.advanceTimersByTime(31_000);
    servers.tick();
    expect(asked()).toBe(3);
  });

  it('asks again when it is connected again, and forgets a server that is gone', () => {
    const socket = new Socket();
    const servers = attached(OWN, socket);
    socket.emit('connect', [{ type: 'connect' }, socket as never]);
    expect(socket.sent).toHaveLength(2);
    socket.answer([MINTED]);
    socket.isDestroyed = true;
    servers.tick();
    expect(servers.current).toEqual(OWN);
  });

  it('takes nothing that a browser would refuse, whatever a server says', () => {
    const socket = new Socket();
    const servers = attached(OWN, socket);
    for (const nonsense of [
      null,
      'turn:x',
      {},
      [null, 5, [], {}, { urls: [] }],
      [{ ...MINTED, urls: 'https://turn.example.org' }],
      [{ ...MINTED, urls: ['turn:a', 5] }],
      [{ ...MINTED, urls: `turn:${'a'.repeat(600)}` }],
      [{ ...MINTED, urls: Array.from({ length: 9 }, () => 'turn:a') }],
      [{ ...MINTED, urls: 'stun:turn.example.org' }],
      [{ ...MINTED, urls: 'turn:turn.example.org?transport=sctp' }],
      [{ ...MINTED, urls: 'turn:turn.example.org:99999' }],
      [{ ...MINTED, username: 'a'.repeat(510) }],
      [{ ...MINTED, username: '' }],
      [{ ...MINTED, username: undefined }],
      [{ ...MINTED, credential: 5 }]
    ]) {
      socket.answer(nonsense);
      expect(servers.current).toEqual(OWN);
    }
    socket.answer([MINTED], 'soon');
    expect(servers.current).toEqual(OWN);
    socket.answer(Array.from({ length: 100 }, () => MINTED));
    expect(servers.current.length).toBeLessThan(10);
    socket.answer([MINTED], -1); // … asks no more than every half minute
    servers.tick();
    expect(socket.sent).toHaveLength(1);
  });
});
