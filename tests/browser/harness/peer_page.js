// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// A page with shared texts and nothing of Jupyter: our peer, by itself.

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Awareness } from 'y-protocols/awareness';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as Y from 'yjs';

import { PeerHub } from '../../../labextension-src/src/peer/hub';
import { RoomLink } from '../../../labextension-src/src/peer/link';
import { encodeFrame } from '../../../labextension-src/src/peer/wire/frames';
import { roomKeys } from '../../../labextension-src/src/room/keys';

/** The texts that are shared, by subject. */
const shared = new Map();

/** How many Yjs updates were sent to others. */
let updates = 0;
const send = PeerHub.prototype.send;
PeerHub.prototype.send = function (peer, data, ordered) {
  if (data[0] === 0 && data[1] === 2) {
    updates++;
  }
  return send.call(this, peer, data, ordered);
};

/** What has arrived, in order: subject and length of the text. */
const arrivals = [];

let hub;
let session;
const bytes = array => Uint8Array.from(array);

/** The time, in milliseconds, which all pages on one machine share. */
const now = () => performance.timeOrigin + performance.now();

/** Such a time in a text. */
const STAMP = /@([\d.]+) /g;

window.peer = {
  /** Enter a room; its name is its secret, unless another key is given for the proof. */
  enter: (
    room,
    signalingUrls,
    {
      key = room,
      maxMessage,
      refuse = [],
      relay = 'never',
      iceServers = [],
      iceTransportPolicy = 'all'
    } = {}
  ) => {
    session = {
      name: room,
      keys: roomKeys(sha256(utf8ToBytes(room))),
      signalingUrls,
      iceServers,
      iceTransportPolicy,
      relay
    };
    hub = new PeerHub({
      key: roomKeys(sha256(utf8ToBytes(key))).peerKey,
      configuration: { iceServers, iceTransportPolicy },
      relay: { mode: relay, topic: session.keys.topic('relay') },
      maxMessage
    });
    window.peer.refuse(refuse);
    return hub.localId;
  },

  /** Have no connection to some pages, as if there was no route. */
  refuse: ids => {
    const isRefused = PeerHub.prototype._isRefused;
    hub._isRefused = id => ids.includes(id) || isRefused.call(hub, id);
  },

  /** Have connections to one page only, as if there was no route to others. */
  refuseAllBut: id => {
    hub._isRefused = other => other !== id;
  },

  /** Share a text. */
  share: (subject, name) => {
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    awareness.setLocalStateField('user', { username: name, name });
    doc.on('update', (update, origin) => {
      if (origin !== null) {
        arrivals.push([subject, doc.getText('text').length]);
      }
    });
    const link = new RoomLink({ session, subject, doc, awareness, hub });
    const delays = [];
    doc.getText('text').observe(({ delta, transaction }) => {
      const inserted = delta.map(({ insert }) => insert ?? '').join('');
      for (const [, stamp] of transaction.local ? [] : inserted.matchAll(STAMP)) {
        delays.push(now() - Number(stamp));
      }
    });
    shared.set(subject, { doc, text: doc.getText('text'), awareness, link, delays });
  },

  /** Share a text no more. */
  stop: subject => {
    const { link, awareness, doc } = shared.get(subject);
    shared.delete(subject);
    link.dispose();
    awareness.destroy();
    doc.destroy();
  },

  append: (subject, value) => {
    const { text } = shared.get(subject);
    text.insert(text.length, value);
  },
  appendRandom: (subject, count) => {
    const line = new Uint8Array(48);
    let value = '';
    while (value.length < count) {
      crypto.getRandomValues(line);
      value += btoa(String.fromCharCode(...line));
    }
    window.peer.append(subject, value);
  },
  /** Write the time, so often, with so many milliseconds in between. */
  stamp: async (subject, count, pause) => {
    for (let i = 0; i < count; i++) {
      window.peer.append(subject, `@${now()} `);
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  },
  /** How long each stamp of somebody else on this machine took, in milliseconds. */
  delays: subject => shared.get(subject).delays,
  /** How this page reaches the others. */
  routes: () => Promise.all([...hub.pairs.keys()].map(id => hub.route(id))),
  text: subject => shared.get(subject).text.toString(),
  length: subject => shared.get(subject).text.length,
  state: subject => shared.get(subject).link.state,
  connected: subject => shared.get(subject).link.state.connected,
  people: subject => [...shared.get(subject).link.people.values()].sort(),
  client: subject => shared.get(subject).awareness.clientID,
  updates: () => updates,
  arrivals: () => arrivals,
  connections: () => [...hub.pairs.keys()].sort(),

  /** Send bytes to everybody who is connected, as nobody of ours would. */
  raw: array => {
    for (const pair of hub.pairs.values()) {
      pair._paths.sequence.send(bytes(array));
    }
  },

  /** Send text to everybody who is connected. */
  rawText: text => {
    for (const pair of hub.pairs.values()) {
      pair._paths._direct._channel.send(text);
    }
  },

  /** Send a frame to everybody who is connected. */
  frame: ({ data, proof, ...frame }) => {
    const fields = { ...(data && { data: bytes(data) }), ...(proof && { proof: bytes(proof) }) };
    window.peer.raw([...encodeFrame({ ...frame, ...fields })]);
  },

  /** The number by which this page calls a subject, for frames. */
  channel: subject =>
    [...hub.pairs.values()][0].conversation._channels.get(session.keys.topic(subject)),

  /** Send a message of y-webrtc to everybody who is connected, well framed. */
  message: (subject, array) => {
    const topic = session.keys.topic(subject);
    for (const pair of hub.pairs.values()) {
      pair.conversation.send(topic, bytes(array));
    }
  },

  /** A message of presence in which this page says what it likes of a client. */
  presenceOf: (client, clock, state) => {
    const forged = new Awareness(new Y.Doc({ guid: 'forged' }));
    forged.states.set(client, state);
    forged.meta.set(client, { clock, lastUpdated: Date.now() });
    const update = awarenessProtocol.encodeAwarenessUpdate(forged, [client]);
    forged.destroy();
    return [...update];
  },

  /** Send a signal to another page by way of the servers, properly sealed. */
  signal: (subject, to, signal) => {
    const { link } = shared.get(subject);
    const { room, signalingConns } = link._provider;
    const topic = `${room.name}/${to}`;
    const sealed = room.provider.hooks.seal(topic, {
      type: 'signal',
      from: room.peerId,
      to,
      signal
    });
    signalingConns.forEach(conn => conn.send({ type: 'publish', topic, data: sealed }));
  },

  /** The topic of a subject, as servers see it. */
  topic: subject => session.keys.topic(subject)
};
