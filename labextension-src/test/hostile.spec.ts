// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './support/jupyter';

import { YNotebook } from '@jupyter/ydoc';
import { NotebookModel } from '@jupyterlab/notebook/lib/model';
import fc from 'fast-check';
import type { MockInstance } from 'vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { guardCells } from '../src/document/cells/guard';
import { documentFormat } from '../src/document/format';
import { TrustGuard } from '../src/document/trust';
import { simulation } from './simulator/runs';
import { deeds, write } from './support/hostile';
import { closeAll, later } from './support/later';

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python', display_name: 'Python' } },
  cells: [
    {
      cell_type: 'code',
      id: 'code',
      metadata: { tags: ['a'], jupyter: { outputs_hidden: true } },
      source: '1 + 1',
      execution_count: 1,
      outputs: [
        { output_type: 'stream', name: 'stdout', text: 'two\n' },
        {
          output_type: 'execute_result',
          execution_count: 1,
          metadata: {},
          data: { 'text/plain': '2' }
        },
        { output_type: 'error', ename: 'a', evalue: 'b', traceback: ['c'] }
      ]
    },
    {
      cell_type: 'markdown',
      id: 'markdown',
      metadata: {},
      source: '# x',
      attachments: { 'a.png': { 'image/png': 'xxx' } }
    },
    { cell_type: 'raw', id: 'raw', metadata: {}, source: 'raw' }
  ]
};

const format = documentFormat('notebook', new YNotebook())!;
const seed = format.encode(format.canonical(NOTEBOOK), 2 ** 52 + 5);

/** A page that shows the notebook, with JupyterLab's own models. */
function openPage(): YNotebook {
  const sharedModel = new YNotebook();
  later(new TrustGuard(sharedModel));
  later(guardCells(sharedModel, () => undefined));
  Y.applyUpdate(sharedModel.ydoc, seed, 'seed');
  const model = new NotebookModel({ sharedModel, collaborationEnabled: true });
  later(model);
  return sharedModel;
}

function send(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room');
}

/** What is saved of a page; Jupyter gives a cell to a notebook that has none. */
function saved(page: YNotebook): unknown {
  const content = format.content(page) as typeof NOTEBOOK;
  return content.cells.length ? JSON.parse(format.canonical(content)) : null;
}

/** How much is tried; see `simulation` for how to live one schedule again. */
const { parameters, timeout } = simulation(300, 500);
vi.setConfig({ testTimeout: timeout });

let error: MockInstance;

beforeEach(() => {
  error = vi.spyOn(console, 'error');
  vi.spyOn(console, 'warn').mockReturnValue();
});

afterEach(() => {
  closeAll();
  vi.restoreAllMocks();
});

describe('whatever a hostile page writes into a notebook', () => {
  it('makes no error, looks the same on all pages, and can be saved and opened', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: deeds },
      { weight: 2, arbitrary: fc.record({ from: fc.nat(2), to: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ who: fc.nat(1), cell: fc.nat(5) }) }
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        error.mockClear();
        const [evil, pages] = [new Y.Doc(), [openPage(), openPage()]];
        const docs = [...pages.map(({ ydoc }) => ydoc), evil];
        send(docs[0], evil);
        for (const one of steps) {
          if ('value' in one) {
            write(evil, one);
          } else if ('from' in one) {
            send(docs[one.from], docs[one.to]);
          } else {
            const page = pages[one.who];
            page.setMetadata('mine', one.cell);
            page.cells[one.cell % page.cells.length]?.updateSource(0, 0, 'mine ');
          }
        }
        for (let round = 0; round < 3; round++) {
          docs.forEach(from => docs.forEach(to => from !== to && send(from, to)));
        }
        const late = later(format.scratch() as never as YNotebook);
        send(evil, late.ydoc);
        const [first, second, third] = [...pages, late].map(saved);
        expect(second).toEqual(first);
        expect(third).toEqual(first);
        for (const { cells, ydoc } of pages) {
          const shown = cells.map(({ ymodel }) => ymodel);
          expect(shown).toEqual(ydoc.getArray('cells').toArray());
        }
        expect(error).not.toHaveBeenCalled();
        closeAll();
      }),
      parameters
    );
  });
});
