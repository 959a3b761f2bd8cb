// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { describe, expect, it } from 'vitest';

import type { IStatistic } from '../../src/peer/route';
import { routeOf } from '../../src/peer/route';
import type { IPeerDetails } from '../../src/room/peers';
import { mergePeers } from '../../src/room/peers';

/** What Chromium says of a connection whose used pair has ends of these kinds. */
function chromium(local: string, remote: string): IStatistic[] {
  return [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
    { id: 'L1', type: 'local-candidate', candidateType: 'host' },
    { id: 'L2', type: 'local-candidate', candidateType: local },
    { id: 'R', type: 'remote-candidate', candidateType: remote },
    {
      id: 'P1',
      type: 'candidate-pair',
      state: 'failed',
      localCandidateId: 'L1',
      remoteCandidateId: 'R'
    },
    {
      id: 'P2',
      type: 'candidate-pair',
      state: 'succeeded',
      localCandidateId: 'L2',
      remoteCandidateId: 'R',
      currentRoundTripTime: 0.012,
      bytesSent: 5,
      bytesReceived: 7
    }
  ];
}

describe('the route to another page', () => {
  it('is direct, or goes through a TURN server at either end', () => {
    expect(routeOf(chromium('srflx', 'host'), true, null).path).toBe('direct');
    expect(routeOf(chromium('relay', 'host'), true, null).path).toBe('turn');
    expect(routeOf(chromium('host', 'relay'), true, null).path).toBe('turn');
    expect(routeOf(chromium('host', 'host'), false, null).path).toBeNull();
    expect(routeOf([], false, null).search?.failed).toBe(0);
  });

  it('is found where the pair itself says that it is used', () => {
    const firefox = chromium('relay', 'host')
      .filter(({ type }) => type !== 'transport')
      .map(each => ({ ...each, selected: each.id === 'P2' }));
    expect(routeOf(firefox, true, null).path).toBe('turn');
  });

  it('has bytes and latency, what was measured on it first', () => {
    const route = routeOf(chromium('host', 'host'), true, null);
    expect(route).toMatchObject({ latency: 12, sent: 5, received: 7 });
    expect(routeOf(chromium('host', 'host'), true, 30).latency).toBe(30);
  });

  it('names what was tried, without any address', () => {
    expect(routeOf(chromium('srflx', 'host'), true, null).search).toEqual({
      local: ['host', 'srflx'],
      remote: ['host'],
      failed: 1,
      silentServers: [],
      refusingServers: []
    });
  });

  it('names no server as silent that has told an address, as some are by one of several', () => {
    const servers = {
      silentServers: ['stun:s.example:19302', 'turn:t.example:3478?transport=udp'],
      refusingServers: []
    };
    const silent = (statistics: IStatistic[]) =>
      routeOf(statistics, true, null, servers).search?.silentServers;
    const [stun, turn] = servers.silentServers;
    expect(silent(chromium('host', 'host'))).toEqual([stun, turn]);
    expect(silent(chromium('srflx', 'host'))).toEqual([turn]);
    const [transport, host, used, ...rest] = chromium('relay', 'host');
    const told = [transport, host, { ...used, url: turn }, ...rest] as IStatistic[];
    expect(silent(told)).toEqual([stun]);
  });
});

describe('what several connections know of one page', () => {
  const page: IPeerDetails = {
    id: 'a',
    name: null,
    path: 'direct',
    latency: 1,
    sent: 1,
    received: 1,
    search: null,
    isInStep: true
  };

  it('is put together: in step if it is so in all that is shared', () => {
    const merged = mergePeers([
      [page],
      [{ ...page, name: 'Grace', isInStep: false }],
      [{ ...page, id: 'b', name: 'Ada', path: null }]
    ]);
    expect(merged.map(({ name, path, isInStep }) => [name, path, isInStep])).toEqual([
      ['Ada', null, true],
      ['Grace', 'direct', false]
    ]);
  });
});
