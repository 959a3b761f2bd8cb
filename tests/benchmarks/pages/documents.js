// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// One person with several documents, over one connection to each other page, as we do it,
// or over one for each document.

import { counters, now, sleep, take } from './counters.js';

import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { RoomLink } from '../../../labextension-src/src/peer/link.ts';
import { roomKeys } from '../../../labextension-src/src/room/keys.ts';

const connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.push(this);
  }
};

const documents = [];

window.bench = {
  take,

  /** Join with so many documents, and with a connection for each of them or for all. */
  join: (room, signaling, name, count, isApart) => {
    const secret = new Uint8Array(32);
    secret.set(new TextEncoder().encode(room).slice(0, secret.length));
    const session = {
      name: room,
      keys: roomKeys(secret),
      signalingUrls: [signaling],
      iceServers: [],
      iceTransportPolicy: 'all',
      relay: 'never'
    };
    for (let number = 0; number < count; number++) {
      const doc = new Y.Doc();
      const awareness = new Awareness(doc);
      awareness.setLocalStateField('user', { name });
      doc.getArray('edits').observe((event, transaction) => {
        if (!transaction.local) {
          for (const { insert } of event.changes.delta) {
            counters.latencies.push(...(insert ?? []).map(stamp => now() - stamp));
          }
        }
      });
      const link = new RoomLink({
        // a session has one hub of connections
        session: isApart ? { ...session } : session,
        subject: `document ${number}`,
        doc,
        awareness
      });
      documents.push({ doc, link });
    }
  },

  /** Whether all documents are shared with so many other pages. */
  isReady: others =>
    documents.every(({ link: { state } }) => state.connected === others && state.synced),

  /** How many connections there are to other pages. */
  connections: () =>
    connections.filter(({ connectionState }) => connectionState === 'connected').length,

  /** Write into a document so often, with a pause after each. */
  type: async (number, times, pause) => {
    for (let index = 0; index < times; index++) {
      documents[number].doc.getArray('edits').push([now()]);
      await sleep(pause);
    }
  },

  edits: () =>
    documents.reduce((sum, { doc }) => sum + doc.getArray('edits').length, 0)
};
