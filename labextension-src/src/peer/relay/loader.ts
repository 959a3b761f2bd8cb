// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { WebsocketClient } from '../signaling/socket';
import type { IRelay } from './relay';

/**
 * Loads the code of the relay once somebody else is there: a page that is alone, or
 * never relays, does without.
 */
export class RelayLoader {
  /**
   * @param topic - The room's topic for relayed packets.
   * @param localId - The id of this page.
   */
  constructor(topic: string, localId: string) {
    this._topic = topic;
    this._localId = localId;
  }

  /**
   * Use connections to servers, as long as there are these.
   */
  attach(sockets: ReadonlyArray<WebsocketClient>): void {
    sockets.forEach(socket => {
      this._sockets.add(socket);
      this._relay?.courier.attach(socket);
    });
  }

  /**
   * Load the relay, unless it is there.
   *
   * @returns Rejects where the site can't be reached; one may try again.
   */
  async load(): Promise<IRelay> {
    const { makeRelay } = await import('./relay');
    if (!this._relay) {
      const relay = (this._relay = makeRelay(this._topic, this._localId));
      this._sockets.forEach(socket => relay.courier.attach(socket));
    }
    return this._relay;
  }

  /**
   * Receive nothing any more.
   */
  stop(): void {
    this._sockets.clear();
    this._relay?.courier.stop();
  }

  private readonly _topic: string;
  private readonly _localId: string;
  private readonly _sockets = new Set<WebsocketClient>();
  private _relay: IRelay | null = null;
}
