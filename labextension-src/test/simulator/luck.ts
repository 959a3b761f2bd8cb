// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import crypto, { webcrypto } from 'node:crypto';

/*
 * Chance, so that it can be repeated: what Yjs calls people, and the ids of cells, decide
 * who comes first. Import this before anything that draws random numbers.
 */

let state = 0;

/**
 * Begin a sequence of random numbers anew.
 */
export function setLuck(luck: number): void {
  state = luck;
}

/** Mulberry32: small, and random enough. */
function draw(): number {
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return (x ^ (x >>> 14)) >>> 0;
}

function fill<T extends ArrayBufferView>(view: T): T {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes.forEach((_, index) => (bytes[index] = draw() >>> 24));
  return view;
}

Object.defineProperty(webcrypto, 'getRandomValues', { value: fill });
Object.assign(crypto, { randomFillSync: fill });
Math.random = () => draw() / 2 ** 32;

// as on plain HTTP, where digests are made in step: threads would bring time in
Object.defineProperty(globalThis, 'crypto', {
  configurable: true,
  value: { getRandomValues: fill }
});
