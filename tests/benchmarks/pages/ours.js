// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Our own connection, from its sources.

import { serve } from './bench.js';
import { countUpdates } from './counters.js';

import { Peer } from '../../../labextension-src/src/peer/peer.ts';
import { RoomLink } from '../../../labextension-src/src/peer/link.ts';
import { roomKeys } from '../../../labextension-src/src/room/keys.ts';

countUpdates(Peer);

serve(({ room, signaling, doc, awareness, relay }) => {
  const secret = new Uint8Array(32);
  secret.set(new TextEncoder().encode(room).slice(0, secret.length));
  const session = {
    name: room,
    keys: roomKeys(secret),
    signalingUrls: [signaling],
    iceServers: [],
    iceTransportPolicy: 'all',
    relay
  };
  const link = new RoomLink({ session, subject: 'bench', doc, awareness });
  return {
    connections: () => link.state.connected,
    relayed: () => link.state.relayed,
    synced: () => link.state.synced,
    close: () => link.dispose()
  };
});
