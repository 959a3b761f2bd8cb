// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * An address of a server that the browser won't connect to, whatever answers there.
 */
export interface IRefusedAddress {
  /** The address, without what may be a password. */
  readonly address: string;

  /**
   * Why: a page that came over https may not use what is not encrypted, or the
   * browser doesn't understand the address.
   */
  readonly reason: 'insecure' | 'invalid';
}

/**
 * How much of an address is shown, in characters.
 */
const MAX_LENGTH = 100;

/**
 * Tell why the browser refuses an address.
 *
 * @param address - The address.
 * @param error - What the constructor of `WebSocket` or `RTCPeerConnection` threw.
 */
export function refusedAddress(address: string, error: unknown): IRefusedAddress {
  const isInsecure = (error as Partial<Error> | null)?.name === 'SecurityError';
  return {
    address: publicPart(address),
    reason: isInsecure ? 'insecure' : 'invalid'
  };
}

/**
 * The part of an address that may be shown: a query may hold a token.
 */
export function publicPart(address: string): string {
  const [place] = address.slice(0, MAX_LENGTH).split(/[?#]/);
  return place.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}
