// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { documentFormat } from '../src/document/format';
import { makeSeed } from '../src/document/seed';

/**
 * Peers with equal files that edit, meet and part in any order. It drives the
 * shipped seeds; a meeting of two is Yjs's own exchange of states.
 */

const FILE = {
  nbformat: 4,
  nbformat_minor: 4, // without ids: the seed derives them
  metadata: {},
  cells: ['first', 'second', 'first'].map(source => ({
    cell_type: 'code',
    source,
    metadata: {},
    outputs: []
  }))
};

const PEERS = 4;
const peer = fc.nat(PEERS - 1);

const step = fc.oneof(
  fc.record({ do: fc.constant('type' as const), peer, at: fc.nat(50) }),
  fc.record({ do: fc.constant('add' as const), peer, at: fc.nat(50) }),
  fc.record({ do: fc.constant('meet' as const), peer, other: peer }),
  fc.record({ do: fc.constant('open' as const), peer })
);

async function openFile(): Promise<YNotebook> {
  const model = new YNotebook();
  const format = documentFormat('notebook', model)!;
  // each peer reads and parses a file of its own
  const content: unknown = JSON.parse(JSON.stringify(FILE));
  const seed = await makeSeed(format, format.canonical(content));
  Y.applyUpdate(model.ydoc, seed.update);
  return model;
}

function meet(a: YNotebook, b: YNotebook): void {
  const [one, two] = [a.ydoc, b.ydoc];
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one, Y.encodeStateVector(two)));
  Y.applyUpdate(one, Y.encodeStateAsUpdate(two, Y.encodeStateVector(one)));
}

describe('peers with equal files', () => {
  it('converge, with every text exactly once, whatever the order of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const peers: (YNotebook | undefined)[] = Array.from({ length: PEERS });
        const tokens: string[] = [];
        const token = () => {
          tokens.push(`<${tokens.length}>`);
          return tokens[tokens.length - 1];
        };

        for (const event of steps) {
          const model = peers[event.peer];
          if (event.do === 'open') {
            peers[event.peer] ??= await openFile();
          } else if (!model) {
            continue;
          } else if (event.do === 'type') {
            const cell = model.getCell(event.at % model.cells.length);
            // never inside another token
            const places = [...cell.getSource().matchAll(/(?=<)|$/g)].map(m => m.index);
            const place = places[event.at % places.length];
            cell.updateSource(place, place, token());
          } else if (event.do === 'add') {
            model.insertCell(event.at % (model.cells.length + 1), {
              cell_type: 'markdown',
              source: token()
            });
          } else {
            const other = peers[event.other];
            if (other && other !== model) {
              meet(model, other);
            }
          }
        }

        const open = await Promise.all(
          peers.map(async model => model ?? (await openFile()))
        );
        for (const round of [open, open]) {
          round.slice(1).forEach(model => meet(open[0], model));
        }
        const contents = open.map(model => JSON.stringify(model.toJSON()));
        expect(new Set(contents).size).toBe(1);
        const sources = open[0].cells.map(cell => cell.getSource()).join('');
        for (const expected of [...tokens, 'second']) {
          expect(sources.split(expected)).toHaveLength(2);
        }
        expect(sources.split('first')).toHaveLength(3);
      }),
      { numRuns: 300 }
    );
  });
});
