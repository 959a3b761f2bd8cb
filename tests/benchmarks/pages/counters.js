// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Counts what a page sends to peers and hears from servers; import it before all else.

export const counters = { sent: 0, sentBytes: 0, deliveries: 0, blocks: [], latencies: [] };

const { send } = RTCDataChannel.prototype;
RTCDataChannel.prototype.send = function (data) {
  counters.sent++;
  counters.sentBytes += data.byteLength ?? data.length;
  return send.call(this, data);
};

window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', () => counters.deliveries++);
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
  Object.assign(counters, {
    sent: 0,
    sentBytes: 0,
    deliveries: 0,
    blocks: [],
    latencies: []
  });
  return taken;
}

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
