// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

const path = require('node:path');

const { SwcJsMinimizerRspackPlugin } = require('@rspack/core');

const { BundledLicenses } = require('./scripts/bundled-licenses.cjs');

const lib = file => path.resolve(__dirname, 'lib', 'peer', file);

// y-webrtc is bundled with our peer and our socket in place of simple-peer and lib0's,
// and without its log and what only Node.js has
module.exports = {
  plugins: [new BundledLicenses()],
  resolve: {
    alias: {
      'simple-peer/simplepeer.min.js$': lib('peer.js'),
      'lib0/websocket$': lib('signaling/socket.js'),
      'lib0/logging$': lib('logging.js'),
      'process/browser$': lib('process.js')
    }
  },
  optimization: {
    // the usual ids depend on the folder that is built in; the order of modules doesn't
    moduleIds: 'natural',
    // packages in chunks of their own can't be pruned, and pages load all of them anyway
    splitChunks: { cacheGroups: { defaultVendors: false } },
    // a pure call that is inlined is no longer known as pure: noble's SHA-512 stayed in
    minimizer: [
      new SwcJsMinimizerRspackPlugin({
        minimizerOptions: { compress: { inline: false, reduce_funcs: false } }
      })
    ]
  }
};
