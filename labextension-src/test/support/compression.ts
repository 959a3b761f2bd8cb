// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Blob } from 'node:buffer';
import {
  CompressionStream,
  DecompressionStream,
  TransformStream
} from 'node:stream/web';
import { vi } from 'vitest';

/**
 * Let a browser compress, until the globals are unstubbed: with Node's streams, as those
 * of jsdom's blobs are not there.
 */
export function stubCompression(): void {
  vi.stubGlobal('Blob', Blob);
  vi.stubGlobal('CompressionStream', CompressionStream);
  vi.stubGlobal('DecompressionStream', DecompressionStream);
}

/**
 * Let a browser compress, and take its time for the first one.
 *
 * @returns What ends that, and tells whether it has begun.
 */
export function stubSlowCompression() {
  stubCompression();
  let end: () => void = () => undefined;
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  let begun = 0;
  class Slow {
    constructor() {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
        start: () => (++begun === 1 ? ended : undefined)
      });
      this.writable = writable;
      this.readable = readable.pipeThrough(new CompressionStream('gzip'));
    }

    readonly readable;
    readonly writable;
  }
  vi.stubGlobal('CompressionStream', Slow);
  return { end, hasBegun: () => begun > 0 };
}
