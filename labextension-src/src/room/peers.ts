// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * The way that data takes to another page: `tab` within this browser, `direct` from
 * browser to browser, `turn` through a TURN server, `relay` through the signaling
 * server.
 */
export type RoutePath = 'tab' | 'direct' | 'turn' | 'relay';

/**
 * The kinds of addresses that WebRTC tries, by their names there: `host` is the
 * computer's own, `srflx` and `prflx` are what others see of it, `relay` is a TURN
 * server's.
 */
export type AddressKind = 'host' | 'srflx' | 'prflx' | 'relay';

/**
 * The STUN and TURN servers that are no help, as `turn:host:port`.
 */
export interface IServerTroubles {
  /** Those that did not answer. */
  readonly silentServers: ReadonlyArray<string>;

  /** Those that refused the name or the password that they were given. */
  readonly refusingServers: ReadonlyArray<string>;
}

/**
 * What was tried to reach a page, for those who look after a network. It names no
 * address of a person.
 */
export interface IRouteSearch extends IServerTroubles {
  /** The kinds of addresses that this page offered. */
  readonly local: ReadonlyArray<AddressKind>;

  /** The kinds of addresses that the other page offered. */
  readonly remote: ReadonlyArray<AddressKind>;

  /** How many pairs of these were tried in vain. */
  readonly failed: number;
}

/**
 * How the connection to another page goes.
 */
export interface IRoute {
  /** The way that data takes; `null` while there is none. */
  readonly path: RoutePath | null;

  /** The time there and back, in milliseconds; `null` if it was not measured. */
  readonly latency: number | null;

  /** How much was sent and received on this way, in bytes. */
  readonly sent: number;
  readonly received: number;

  /** What was tried; `null` where no way has to be found, as between tabs. */
  readonly search: IRouteSearch | null;
}

/**
 * Another page in the room, as the details of the connection show it.
 */
export interface IPeerDetails extends IRoute {
  /** Tells pages apart; another one after a reload. */
  readonly id: string;

  /** The person's name, whatever they wrote; `null` if it is not known. */
  readonly name: string | null;

  /** Whether all that it has of what both share is here. */
  readonly isInStep: boolean;
}

/**
 * Put together what the connections of a room know of the same pages.
 *
 * A page is in step if it is so in all that both share. All topics of two pages
 * share one connection, so the route is any of theirs.
 */
export function mergePeers(
  links: ReadonlyArray<ReadonlyArray<IPeerDetails>>
): IPeerDetails[] {
  const pages = new Map<string, IPeerDetails>();
  for (const peer of links.flat()) {
    const known = pages.get(peer.id);
    const route = known && known.path !== null ? known : peer;
    pages.set(peer.id, {
      ...route,
      name: known?.name ?? peer.name,
      isInStep: (known?.isInStep ?? true) && peer.isInStep
    });
  }
  return [...pages.values()].sort(
    (a, b) => (a.name ?? '').localeCompare(b.name ?? '') || a.id.localeCompare(b.id)
  );
}
