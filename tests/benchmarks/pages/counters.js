// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Counts what a page sends to peers and hears from servers; import it before all else that does so.

const fresh = () => ({ updates: 0, deliveries: 0, blocks: [], latencies: [] });

export const counters = fresh();

/** What messages of y-webrtc begin with that carry a change of a document. */
const UPDATE = [0, 2];

/**
 * Count the changes of documents that are sent by peers of a kind, but no heartbeats and no
 * presence.
 */
export function countUpdates({ prototype }) {
  const { send } = prototype;
  prototype.send = function (data) {
    if (UPDATE.every((byte, index) => data[index] === byte)) {
      counters.updates++;
    }
    return send.call(this, data);
  };
}

window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') {
        counters.deliveries++; // what is relayed while no path is found is not signaling
      }
    });
  }
};

new PerformanceObserver(list => {
  counters.blocks.push(...list.getEntries().map(entry => entry.duration));
}).observe({ type: 'longtask' });

/** Milliseconds on a clock that all pages of this machine share. */
export const now = () => performance.timeOrigin + performance.now();

/** Return what was counted since the last time. */
export function take() {
  const taken = { ...counters };
  Object.assign(counters, fresh());
  return taken;
}

export const sleep = milliseconds =>
  new Promise(resolve => setTimeout(resolve, milliseconds));
