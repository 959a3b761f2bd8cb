// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { loaded } from '../../room/loading';
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
   * @returns Resolves once it has come, however often it has to be asked for; rejects if
   * nobody needs it any more.
   */
  load(): Promise<IRelay> {
    this._loading ??= loaded(() => import('./relay'), this._stopping.signal).then(
      ({ makeRelay }) => {
        const relay = (this._relay = makeRelay(this._topic, this._localId));
        this._sockets.forEach(socket => relay.courier.attach(socket));
        return relay;
      }
    );
    return this._loading;
  }

  /**
   * Receive nothing any more.
   */
  stop(): void {
    this._sockets.clear();
    this._relay?.courier.stop();
    // whoever comes back asks anew
    this._stopping.abort();
    this._stopping = new AbortController();
    this._loading = this._relay && this._loading;
  }

  private readonly _topic: string;
  private readonly _localId: string;
  private readonly _sockets = new Set<WebsocketClient>();
  private _stopping = new AbortController();
  private _loading: Promise<IRelay> | null = null;
  private _relay: IRelay | null = null;
}
