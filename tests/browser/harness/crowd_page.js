// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// A page that brings many people into a room. It connects as one of them, by our own peer, and
// passes on what it says of all the others, as pages do that others are not connected to.

import * as encoding from 'lib0/encoding';
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate
} from 'y-protocols/awareness';
import * as Y from 'yjs';

import { PeerHub } from '../../../labextension-src/src/peer/hub';
import { RoomLink } from '../../../labextension-src/src/peer/link';
import { roomKeys } from '../../../labextension-src/src/room/keys';
import { readFragment } from '../../../labextension-src/src/room/link';

/** How often the others say that they are still there, in milliseconds; Yjs forgets after 30 s. */
const RENEWAL = 10_000;

/** What messages of y-webrtc begin with that are about presence. */
const MESSAGE_AWARENESS = 1;

/** The first client id of those who are only spoken for. */
const FIRST_CLIENT = 1000;

const others = new Map();
let awareness;
let send;

function tell() {
  const hearsay = new Awareness(new Y.Doc());
  hearsay.setLocalState(null);
  for (const [client, { clock, state }] of others) {
    others.set(client, { clock: clock + 1, state });
    hearsay.states.set(client, state);
    hearsay.meta.set(client, { clock: clock + 1, lastUpdated: Date.now() });
  }
  const update = encodeAwarenessUpdate(hearsay, [...others.keys()]);
  applyAwarenessUpdate(awareness, update, 'hearsay'); // for who asks
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_AWARENESS);
  encoding.writeVarUint8Array(encoder, update);
  send(encoding.toUint8Array(encoder));
  hearsay.destroy();
}

window.crowd = {
  /** Bring people into the room of a link. The states are those of Jupyter's presence. */
  enter: (fragment, signalingUrls, states) => {
    const keys = roomKeys(readFragment(fragment).secret);
    const session = { name: null, keys, signalingUrls, iceServers: [] };
    const hub = new PeerHub({ key: keys.peerKey, configuration: { iceServers: [] } });
    const doc = new Y.Doc();
    awareness = new Awareness(doc);
    awareness.setLocalState(states[0]);
    states.slice(1).forEach((state, i) => others.set(FIRST_CLIENT + i, { clock: 0, state }));
    send = message => {
      for (const pair of hub.pairs.values()) {
        pair.conversation?.send(keys.topic('presence'), message);
      }
    };
    new RoomLink({ session, subject: 'presence', doc, awareness, hub });
    tell();
    setInterval(tell, RENEWAL);
  },

  /** Let one of them say something else. */
  change: (index, state) => {
    if (index === 0) {
      awareness.setLocalState(state);
    } else {
      const client = FIRST_CLIENT + index - 1;
      others.set(client, { ...others.get(client), state });
      tell();
    }
  }
};
