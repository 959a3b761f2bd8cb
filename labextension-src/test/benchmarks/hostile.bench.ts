// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import '../support/jupyter';

import { YNotebook } from '@jupyter/ydoc';
import { NotebookModel } from '@jupyterlab/notebook/lib/model';
import fc from 'fast-check';
import { bench, describe, vi } from 'vitest';
import * as Y from 'yjs';

import { guardCells } from '../../src/document/cells/guard';
import { documentFormat } from '../../src/document/format';
import { TrustGuard } from '../../src/document/trust';
import { applyKept } from '../../src/document/whole';
import { deeds, write } from '../support/hostile';
import { closeAll, later } from '../support/later';

/** How many cells the notebook has. */
const CELLS = 100;

/** How many updates somebody writes that are not what pages of Jupyter write. */
const HOSTILE = 200;

/** How many letters somebody types. */
const LETTERS = 1000;

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python', display_name: 'Python' } },
  cells: Array.from({ length: CELLS }, (_, number) => ({
    cell_type: 'code',
    id: `cell-${number}`,
    metadata: {},
    source: `print("a line of ${number}")\n`.repeat(10),
    execution_count: number,
    outputs: [{ output_type: 'stream', name: 'stdout', text: 'a line\n'.repeat(20) }]
  }))
};

const format = documentFormat('notebook', new YNotebook())!;

/** What one page after the other adds to what a browser keeps of the notebook. */
function kept(hostile: number): Uint8Array[] {
  const [honest, evil] = [new Y.Doc(), new Y.Doc()];
  const seed = format.encode(format.canonical(NOTEBOOK), 2 ** 52 + 5);
  [honest, evil].forEach(doc => Y.applyUpdate(doc, seed, 'kept'));
  const updates = [Y.encodeStateAsUpdate(honest)];
  for (const doc of [honest, evil]) {
    doc.on('update', (update: Uint8Array) => updates.push(update));
  }
  const cells = honest.getArray<Y.Map<unknown>>('cells');
  const acts = fc.sample(deeds, { numRuns: 10 * hostile, seed: 1 });
  const evilMap = evil.getMap('cell-ledger');
  const { clientID } = evil;
  for (let letter = 0; letter < LETTERS; letter++) {
    const source = cells.get(letter % CELLS).get('source');
    (source as Y.Text).insert(0, 'x');
    const number = ((letter + 1) * hostile) / LETTERS;
    if (!Number.isInteger(number) || !hostile) {
      continue;
    }
    if (number % 4 === 0) {
      // that what is copied is a copy itself, and so on
      evilMap.set(`=${clientID}/${number}`, [number - 4, 1000, clientID, number]);
      continue;
    }
    const before = updates.length;
    while (updates.length === before) {
      const act = acts.pop()!; // it may write nothing
      // a notebook from which cells are taken away would be shown earlier
      write(evil, { ...act, isRemoval: act.isRemoval && act.where % 40 < 2 });
    }
  }
  return updates;
}

/** Show what is kept, as a page does that is loaded again. */
function reopen(updates: ReadonlyArray<Uint8Array>): void {
  const sharedModel = new YNotebook();
  later(new TrustGuard(sharedModel));
  later(guardCells(sharedModel, () => undefined));
  updates.forEach(update => applyKept(sharedModel.ydoc, update, 'kept'));
  later(new NotebookModel({ sharedModel, collaborationEnabled: true }));
  format.canonical(format.content(sharedModel));
  closeAll();
}

vi.spyOn(console, 'warn').mockReturnValue();
vi.spyOn(console, 'error').mockReturnValue();

describe('a notebook that is opened again', () => {
  const options = { time: 0, iterations: 100, warmupTime: 0, warmupIterations: 3 };
  const [honest, hostile] = [kept(0), kept(HOSTILE)];
  if (hostile.length !== honest.length + HOSTILE) {
    throw new Error(`Not ${HOSTILE}, but ${hostile.length - honest.length}.`);
  }
  bench('without hostile updates', () => reopen(honest), options);
  bench('with hostile updates', () => reopen(hostile), options);
});
