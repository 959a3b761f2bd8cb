// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Peer } from './peer';

/**
 * How long a peer may wait for an offer, in milliseconds.
 */
const OFFER_PATIENCE = 20_000;

/**
 * The peers of y-webrtc: one for each other page and topic.
 */
export class Attendance {
  add(peer: Peer): void {
    const peers = this._peers.get(peer.remoteId) ?? new Map<string, Peer>();
    this._peers.set(peer.remoteId, peers.set(peer.topic, peer));
  }

  remove(peer: Peer): void {
    const { remoteId, topic } = peer;
    this._waiting.delete(peer);
    const peers = this._peers.get(remoteId);
    if (peers?.get(topic) === peer) {
      peers.delete(topic);
      if (!peers.size) {
        this._peers.delete(remoteId);
      }
    }
  }

  /**
   * Take out all peers of a page.
   */
  removeAll(remoteId: string): Peer[] {
    const peers = this.of(remoteId);
    this._peers.delete(remoteId);
    return peers;
  }

  /** Whether there is a peer of a page. */
  has(remoteId: string): boolean {
    return this._peers.has(remoteId);
  }

  /** The peers of a page. */
  of(remoteId: string): Peer[] {
    return [...(this._peers.get(remoteId)?.values() ?? [])];
  }

  find(remoteId: string, topic: string): Peer | undefined {
    return this._peers.get(remoteId)?.get(topic);
  }

  /**
   * A peer waits for the other page to begin.
   */
  wait(peer: Peer): void {
    this._waiting.set(peer, performance.now());
  }

  /**
   * The other page has begun, or this one has.
   */
  begun(remoteId: string): void {
    this.of(remoteId).forEach(peer => this._waiting.delete(peer));
  }

  /**
   * Give up those who wait in vain.
   */
  tick(): void {
    const now = performance.now();
    for (const [peer, since] of [...this._waiting]) {
      if (now - since > OFFER_PATIENCE) {
        peer.destroy();
      }
    }
  }

  private readonly _peers = new Map<string, Map<string, Peer>>();
  private readonly _waiting = new Map<Peer, number>();
}
