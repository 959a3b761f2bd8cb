// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// y-webrtc's `exports` hide its types from bundlers' resolution. This is the
// part of 10.3.0 that we use, as its source has it.

declare module 'y-webrtc' {
  import type { Awareness } from 'y-protocols/awareness';
  import type { Doc } from 'yjs';

  interface IObservable<Events> {
    on<E extends keyof Events>(event: E, handler: Events[E]): void;
    off<E extends keyof Events>(event: E, handler: Events[E]): void;
  }

  interface ISignalingConn extends IObservable<{
    connect: () => void;
    disconnect: () => void;
    message: (message: ISignalingMessage) => void;
  }> {
    readonly url: string;
    readonly connected: boolean;
    readonly unsuccessfulReconnects: number;
  }

  /** What a signaling server sends. */
  export interface ISignalingMessage {
    readonly type: string;
    readonly topic?: string;
    readonly clients?: number;
  }

  interface IWebrtcConn {
    readonly connected: boolean;
    readonly closed: boolean;
    readonly peer: {
      on(event: 'connect' | 'close', handler: () => void): void;
      on(event: 'data', handler: (data: Uint8Array) => void): void;
    };
  }

  export interface IRoom {
    readonly webrtcConns: Map<string, IWebrtcConn>;
    readonly bcConns: Set<string>;
  }

  interface IProviderOptions {
    signaling: string[];
    password: string | undefined;
    awareness: Awareness;
    peerOpts: { config: RTCConfiguration };
  }

  export class WebrtcProvider implements IObservable<WebrtcProvider.IEvents> {
    constructor(roomName: string, doc: Doc, options: IProviderOptions);
    readonly room: IRoom | null;
    readonly key: PromiseLike<CryptoKey | null>;
    readonly signalingConns: ISignalingConn[];
    maxConns: number;
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
    }
  }
}
