// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { AddressKind, IRoute, IServerTroubles } from '../room/peers';

/**
 * What is read of a browser's statistics; which of it there is depends on the kind.
 */
export interface IStatistic {
  readonly id: string;
  readonly type: string;
  readonly candidateType?: string;
  readonly url?: string;
  readonly state?: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly currentRoundTripTime?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
}

/**
 * How a connection goes that was not begun yet, or is looked for again.
 */
export const NO_ROUTE: IRoute = {
  path: null,
  latency: null,
  sent: 0,
  received: 0,
  search: null
};

/**
 * Read the route to another page out of the browser's statistics about it.
 *
 * @param statistics - As `RTCPeerConnection.getStats` has them.
 * @param isOpen - Whether the pages talk to each other.
 * @param roundTrip - The time there and back that was measured on the way that is
 * used, in milliseconds, or `null`.
 * @param servers - The STUN and TURN servers that did not answer, or refused. A browser
 * asks each from all of its addresses, and says so of each: an address of IPv6 that
 * reaches no server makes none silent that has answered another one.
 */
export function routeOf(
  statistics: Iterable<IStatistic>,
  isOpen: boolean,
  roundTrip: number | null,
  servers: IServerTroubles = { silentServers: [], refusingServers: [] }
): IRoute {
  const all = [...statistics];
  const find = (id?: string) => all.find(statistic => statistic.id === id);
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  const transport = all.find(({ type }) => type === 'transport');
  // Firefox has no transport, and says so of the pair itself
  const used = find(transport?.selectedCandidatePairId) ?? pairs.find(p => p.selected);
  const ends = [find(used?.localCandidateId), find(used?.remoteCandidateId)];
  const isTurn = ends.some(end => end?.candidateType === 'relay');
  const measured = used?.currentRoundTripTime;
  return {
    path: !isOpen ? null : isTurn ? 'turn' : 'direct',
    latency: roundTrip ?? (measured === undefined ? null : 1000 * measured),
    sent: used?.bytesSent ?? 0,
    received: used?.bytesReceived ?? 0,
    search: {
      local: kinds(all, 'local-candidate'),
      remote: kinds(all, 'remote-candidate'),
      failed: pairs.filter(({ state }) => state === 'failed').length,
      ...servers,
      silentServers: servers.silentServers.filter(url => !hasAnswered(all, url))
    }
  };
}

/**
 * Whether a server has told this page an address. Browsers keep one address that several
 * STUN servers tell them, with the name of one.
 */
function hasAnswered(all: ReadonlyArray<IStatistic>, server: string): boolean {
  const isStun = server.startsWith('stun');
  return all.some(
    ({ type, candidateType, url }) =>
      type === 'local-candidate' &&
      (isStun ? candidateType === 'srflx' : url === server)
  );
}

function kinds(all: ReadonlyArray<IStatistic>, type: string): AddressKind[] {
  const found = all.filter(statistic => statistic.type === type);
  return [...new Set(found.flatMap(({ candidateType }) => candidateType ?? []))].sort(
    (a, b) => a.localeCompare(b)
  ) as AddressKind[];
}
