// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

const path = require('node:path');

const lib = file => path.resolve(__dirname, 'lib', 'peer', file);

// y-webrtc is bundled with our peer and our socket in place of simple-peer and lib0's
module.exports = {
  resolve: {
    alias: {
      'simple-peer/simplepeer.min.js$': lib('peer.js'),
      'lib0/websocket$': lib('signaling/socket.js')
    }
  }
};
