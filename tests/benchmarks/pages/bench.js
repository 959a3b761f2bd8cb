// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// One person with one document, as the benchmark drives it from Python.

import { counters, now, sleep, take } from './counters.js';

import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

/** The length of a cell's source, in characters: a long one. */
const CELL_LENGTH = 2000;

/** Yjs' own origin of what was written here. */
const isHere = transaction => transaction.local;

/**
 * Serve Python as `window.bench`.
 *
 * @param connect - Makes a connection of `{ room, signaling, doc, awareness, relay }`, with
 *   `connections()`, `synced()` and `close()`; ours with `relayed()`, too.
 */
export function serve(connect) {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const edits = doc.getArray('edits');
  let connection;
  let joined = 0;

  edits.observe((event, transaction) => {
    if (!isHere(transaction)) {
      for (const { insert } of event.changes.delta) {
        counters.latencies.push(...(insert ?? []).map(stamp => now() - stamp));
      }
    }
  });

  /** All that was ever written, as the sum of Yjs' clocks. */
  const clock = () => {
    const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc)).values()];
    return clocks.reduce((sum, value) => sum + value, 0);
  };

  window.bench = {
    take,

    /** Write a document; return how much `received` has to wait for. */
    fill: (kind, bytes) => {
      doc.transact(() => {
        if (kind === 'cells') {
          const count = Math.ceil(bytes / CELL_LENGTH);
          const cells = [];
          for (let index = 0; index < count; index++) {
            const cell = new Y.Map();
            cell.set('cell_type', 'code');
            // not the same text over and over, as an engine or a codec may notice
            const source = `${index} `.repeat(CELL_LENGTH).slice(0, CELL_LENGTH);
            cell.set('source', new Y.Text(source));
            cells.push(cell);
          }
          doc.getArray('cells').push(cells);
        } else if (bytes > 0) {
          doc.getMap('output').set('text', 'x'.repeat(bytes));
        }
      });
      return clock();
    },

    join: (room, signaling, name, relay = 'auto') => {
      joined = now();
      connection = connect({ room, signaling, doc, awareness, relay });
      awareness.setLocalStateField('user', { name });
    },

    leave: () => connection.close(),

    /** Wait for so much; return milliseconds since `join`. */
    received: async (total, patience) => {
      const start = now();
      while (clock() < total || !connection.connections() || !connection.synced()) {
        if (now() - start > patience) {
          return null;
        }
        await sleep(2);
      }
      return now() - joined;
    },

    connections: () => connection.connections(),

    /** How many of them go through the server. */
    relayed: () => connection.relayed(),

    people: () => awareness.getStates().size,

    /** Write so often, with a pause after each. */
    type: async (times, pause) => {
      for (let index = 0; index < times; index++) {
        edits.push([now()]);
        await sleep(pause);
      }
    },

    edits: () => edits.length
  };
}
