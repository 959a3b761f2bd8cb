// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { RelayCourier } from './courier';
import { RelayPath } from './path';

/**
 * The relay of a room, loaded once somebody else is there.
 */
export interface IRelay {
  /** Brings packets to all other pages. */
  readonly courier: RelayCourier;

  /** A path to one of them. */
  readonly Path: typeof RelayPath;
}

/**
 * Make the relay of a room.
 *
 * @param topic - The room's topic for relayed packets.
 * @param localId - The id of this page.
 */
export function makeRelay(topic: string, localId: string): IRelay {
  return { courier: new RelayCourier(topic, localId), Path: RelayPath };
}
