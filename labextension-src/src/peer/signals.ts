// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { INegotiation } from './negotiation';

/**
 * What one end sends to the other by way of signaling.
 */
export interface IHubSignal extends INegotiation {
  /** Which connection of the sender it is about: a new one replaces the old one. */
  readonly epoch: string;
  /** Which connection of the receiver it is about, if that is known. */
  readonly to?: string;
  /** The sender can be reached by the relay, and won't describe a direct path. */
  readonly hello?: boolean;
  /** The sender leaves, and no path was found. */
  readonly bye?: boolean;
}

/**
 * Whether a signal may begin a connection, or replace one.
 */
export function isOpening({ description, hello }: IHubSignal): boolean {
  return description?.type === 'offer' || hello === true;
}

/**
 * Whether somebody sent a signal, and not anything else.
 */
export function isSignal(value: unknown): value is IHubSignal {
  const { epoch, to, description, candidates, hello, bye } = (value ?? {}) as {
    [key: string]: unknown;
  };
  return (
    typeof epoch === 'string' &&
    (to === undefined || typeof to === 'string') &&
    (description === undefined ||
      (typeof description === 'object' &&
        description !== null &&
        ['offer', 'answer'].includes((description as RTCSessionDescriptionInit).type) &&
        typeof (description as RTCSessionDescriptionInit).sdp === 'string')) &&
    (candidates === undefined || Array.isArray(candidates)) &&
    (hello === undefined || typeof hello === 'boolean') &&
    (bye === undefined || typeof bye === 'boolean')
  );
}
