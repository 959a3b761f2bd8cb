// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// A data channel and nothing else: what the browser can do, without Yjs, keys or repair.

import { counters, now, sleep, take } from './counters.js';

/** Bytes of one frame, and how many of them the browser may hold back. */
const CHUNK = 64 * 1024;
const HIGH_WATER = 256 * 1024;

/** Bytes of an edit, as Yjs would send one. */
const EDIT = 40;

const id = crypto.randomUUID();
const channels = new Map();
const offered = new Map();
let content = new Uint8Array(0);
let socket;
let topic;
let joined = 0;
let received = 0;
let edits = 0;
let echo = null;

const publish = data =>
  socket.send(JSON.stringify({ type: 'publish', topic, data: { from: id, ...data } }));

function connectTo(remote, isInitiator) {
  const connection = new RTCPeerConnection({ iceServers: [] });
  offered.set(remote, connection);
  connection.onicecandidate = ({ candidate }) =>
    candidate && publish({ to: remote, candidate });
  const channel = connection.createDataChannel('raw', { negotiated: true, id: 0 });
  channel.binaryType = 'arraybuffer';
  channel.bufferedAmountLowThreshold = HIGH_WATER / 2;
  channel.onopen = () => {
    channels.set(remote, channel);
    void sendContent(channel);
  };
  channel.onclose = () => channels.delete(remote);
  channel.onmessage = ({ data }) => {
    if (typeof data !== 'string') {
      received += data.byteLength;
      return;
    }
    const message = JSON.parse(data);
    if (message.ping) {
      channel.send(JSON.stringify({ pong: true }));
    } else if (message.pong) {
      echo?.();
    } else {
      edits++;
      counters.latencies.push(now() - message.stamp);
    }
  };
  if (isInitiator) {
    void connection
      .setLocalDescription()
      .then(() => publish({ to: remote, description: connection.localDescription }));
  }
  return connection;
}

async function sendContent(channel) {
  for (let at = 0; at < content.length; at += CHUNK) {
    if (channel.bufferedAmount > HIGH_WATER) {
      await new Promise(resolve => {
        channel.onbufferedamountlow = resolve;
      });
    }
    channel.send(content.subarray(at, at + CHUNK));
  }
}

async function onSignal({ from, to, description, candidate, announce }) {
  if (from === id || (to !== undefined && to !== id)) {
    return;
  }
  if (announce) {
    connectTo(from, true);
  } else if (description) {
    const connection = offered.get(from) ?? connectTo(from, false);
    await connection.setRemoteDescription(description);
    if (description.type === 'offer') {
      await connection.setLocalDescription();
      publish({ to: from, description: connection.localDescription });
    }
  } else if (candidate) {
    await offered.get(from)?.addIceCandidate(candidate);
  }
}

// signals arrive in order, and are to be done in order
let done = Promise.resolve();

window.bench = {
  take,

  fill: (_, bytes) => {
    content = new Uint8Array(bytes);
    return bytes;
  },

  join: (room, signaling) => {
    joined = now();
    topic = room;
    socket = new WebSocket(signaling);
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
      publish({ announce: true });
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'publish') {
        done = done.then(() => onSignal(message.data));
      }
    };
  },

  leave: () => {
    offered.forEach(connection => connection.close());
    socket.close();
  },

  received: async (total, patience) => {
    const start = now();
    while (received < total || !channels.size) {
      if (now() - start > patience) {
        return null;
      }
      await sleep(2);
    }
    return now() - joined;
  },

  connections: () => channels.size,

  people: () => channels.size + 1,

  type: async (times, pause) => {
    for (let index = 0; index < times; index++) {
      const message = JSON.stringify({ stamp: now() }).padEnd(EDIT);
      channels.forEach(channel => channel.send(message));
      counters.updates += channels.size;
      edits++;
      await sleep(pause);
    }
  },

  edits: () => edits,

  /** Milliseconds of so many round trips to somebody. */
  roundTrips: async times => {
    const [channel] = channels.values();
    const trips = [];
    for (let index = 0; index < times; index++) {
      const start = now();
      await new Promise(resolve => {
        echo = resolve;
        channel.send(JSON.stringify({ ping: true }));
      });
      trips.push(now() - start);
      await sleep(10);
    }
    return trips;
  }
};
