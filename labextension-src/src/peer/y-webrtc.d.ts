// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// y-webrtc's `exports` hide its types from bundlers' resolution. This is the
// part of 10.3.0 that we use, as its source and our patch have it.

declare module 'y-webrtc' {
  import type { Awareness } from 'y-protocols/awareness';
  import type { Doc } from 'yjs';

  // an ambient module can't import what is beside it
  type IHooks = import('./hooks').IHooks;
  type PeerHub = import('./hub').PeerHub;
  type Peer = import('./peer').Peer;
  type Questions = import('./questions').Questions;
  type WebsocketClient = import('./signaling/socket').WebsocketClient;

  interface IWebrtcConn {
    readonly connected: boolean;
    readonly closed: boolean;
    readonly synced: boolean;
    readonly peer: Peer;
  }

  export interface IRoom {
    readonly webrtcConns: Map<string, IWebrtcConn>;
    readonly bcConns: Set<string>;
    readonly syncedTabs: Set<string>;
    readonly neighbours: Map<string, { readonly client: number }>;
    meet(peerId: string): void;
    disconnect(): void;
  }

  interface IProviderOptions {
    signaling: string[];
    awareness: Awareness;
    maxConns: number;
    hooks: IHooks;
    peerOpts: { hub: PeerHub; questions: Questions };
  }

  export class WebrtcProvider {
    constructor(roomName: string, doc: Doc, options: IProviderOptions);
    readonly room: IRoom | null;
    readonly key: PromiseLike<null>;
    readonly signalingConns: WebsocketClient[];
    on<E extends keyof WebrtcProvider.IEvents>(
      event: E,
      handler: WebrtcProvider.IEvents[E]
    ): void;
    off<E extends keyof WebrtcProvider.IEvents>(
      event: E,
      handler: WebrtcProvider.IEvents[E]
    ): void;
    disconnect(): void;
    destroy(): void;
  }

  export namespace WebrtcProvider {
    interface IEvents {
      status: (event: { connected: boolean }) => void;
      peers: (event: { added: string[]; removed: string[] }) => void;
      error: (error: Error, peerId: string) => void;
    }
  }
}
