// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

import { mutate } from './test/mutations/mutate';

const source = (file: string) =>
  fileURLToPath(new URL(`src/peer/${file}`, import.meta.url));

/** Gives other random values than usual: a number, or `new` for others each time. */
const given = process.env.TEST_SEED;
const seed = given === 'new' ? String(Date.now() % 2 ** 31) : given;
if (seed) {
  console.log(`TEST_SEED=${seed}`);
}

/** Another Yjs than that of JupyterLite: servers have an older one. */
const yjs = process.env.YJS;

export default defineConfig({
  plugins: [mutate(process.env.MUTATION)],
  resolve: {
    // as webpack.config.js has it for the bundle
    alias: {
      'simple-peer/simplepeer.min.js': source('peer.ts'),
      'lib0/websocket': source('signaling/socket.ts'),
      ...(yjs ? { yjs } : {})
    }
  },
  test: {
    // JupyterLab's modules look at the page when they are loaded
    environment: 'jsdom',
    // other jobs may share the machine: a test that hangs is still found
    testTimeout: 60_000,
    // not one less, as of two cores that would be half
    maxWorkers: '100%',
    include: ['test/**/*.spec.ts'],
    setupFiles: ['test/repeatable.ts'],
    env: seed ? { TEST_SEED: seed } : {},
    server: {
      // these import subpaths without extensions, as bundlers allow
      deps: { inline: [/@jupyter/, /@jupyterlab/, /@lumino/, /\/y-/] }
    }
  }
});
