// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// y-webrtc as npm has it, encrypted as ours is.

import { serve } from './bench.js';
import { countUpdates } from './counters.js';

import Peer from 'simple-peer/simplepeer.min.js';
import { WebrtcProvider } from 'y-webrtc-stock';

countUpdates(Peer);

serve(({ room, signaling, doc, awareness }) => {
  const provider = new WebrtcProvider(room, doc, {
    signaling: [signaling],
    password: 'a secret',
    awareness,
    maxConns: 100,
    peerOpts: { config: { iceServers: [] } }
  });
  return {
    connections: () =>
      [...(provider.room?.webrtcConns.values() ?? [])].filter(conn => conn.connected)
        .length,
    synced: () => provider.room?.synced ?? false,
    close: () => provider.destroy()
  };
});
