// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// A page with one shared text, as anybody would write it with y-webrtc from npm.

import * as Y from 'yjs';
import { WebrtcProvider } from 'y-webrtc';

const doc = new Y.Doc();
const text = doc.getText('text');
let provider;

window.stock = {
  join: (room, signaling, name, password) => {
    provider = new WebrtcProvider(room, doc, {
      signaling: [signaling],
      password,
      // no STUN server of others is asked: everything is on one machine
      peerOpts: { config: { iceServers: [] } }
    });
    provider.awareness.setLocalStateField('user', { name });
  },
  append: value => text.insert(text.length, value),
  text: () => text.toString(),
  people: () =>
    [...provider.awareness.getStates().values()]
      .map(state => state.user?.name)
      .sort()
};
