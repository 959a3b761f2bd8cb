// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Bundle a module for a page: node bundle.mjs ENTRY OUTPUT NODE_MODULES [PEER]
// The packages, and the bundler itself, are those that the labextension is built and tested with.
// With the folder of our peer, y-webrtc gets it as webpack.config.js has it.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [input, file, modules, peer] = process.argv.slice(2);
const path = createRequire(join(modules, 'x.js')).resolve('rolldown');
const { build } = await import(pathToFileURL(path).href);
await build({
  input,
  platform: 'browser',
  resolve: {
    modules: [modules],
    alias: peer && {
      'simple-peer/simplepeer.min.js': resolve(peer, 'peer.ts'),
      'lib0/websocket': resolve(peer, 'signaling', 'socket.ts')
    }
  },
  output: { file, format: 'iife' },
  logLevel: 'warn'
});
