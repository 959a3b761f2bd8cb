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

/** What stands in documents, and some of what any object has. */
const KEYS = [
  ...['id', 'cell_type', 'source', 'metadata', 'outputs', 'execution_count', 'run'],
  ...['execution_state', 'attachments', 'tags', 'trusted', 'collapsed', 'jupyter'],
  ...['output_type', 'name', 'text', 'data', 'traceback', 'kernelspec', 'nbformat'],
  ...['nbformat_minor', 'path', 'hash', 'seeded', 'dirty', '__proto__', 'toString']
];

/** What somebody may write anywhere; shared types are made anew each time. */
const { value: values } = fc.letrec<{ value: () => unknown }>(tie => {
  const plain = fc.constantFrom<unknown>(
    ...[null, undefined, -1, 4, true, '', 'text', 'code', 'stream', 'error', 'a'],
    ...[{ a: 1 }, [1, 'x'], { 'text/plain': 5, 'text/html': { a: 1 } }],
    ...[[BigInt(5)], new Uint8Array(3), { output_type: 'stream', text: 'a' }]
  );
  const entries = fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), {
    maxLength: 2
  });
  const mapOf = (parts: () => [string, unknown][]) =>
    entries.map(more => () => {
      const made = more.map(([key, make]): [string, unknown] => [key, make()]);
      return new Y.Map<unknown>([...parts(), ...made]);
    });
  const cell = fc.constantFrom('code', 'markdown', 'raw').chain(type =>
    mapOf(() => [
      ['id', 'new'],
      ['cell_type', type],
      ['source', new Y.Text('new')],
      ['metadata', new Y.Map()],
      ['outputs', new Y.Array()]
    ])
  );
  const output = fc
    .constantFrom('stream', 'error', 'display_data', 'other')
    .chain(type => mapOf(() => [['output_type', type]]));
  return {
    value: fc.oneof(
      { maxDepth: 2 },
      plain.map(value => () => value),
      fc.constant(() => new Y.Text('shared')),
      fc.constant(() => new Y.Array()),
      mapOf(() => []),
      cell,
      output
    )
  };
});

/** All that somebody can write into: lists, maps and texts. */
function sharedTypes(doc: Y.Doc): unknown[] {
  const all: unknown[] = [
    ...['state', 'meta', 'cell-ledger'].map(name => doc.getMap(name)),
    doc.getArray('cells')
  ];
  for (const one of all) {
    if (one instanceof Y.Map || one instanceof Y.Array) {
      const inner = one instanceof Y.Map ? [...one.values()] : one.toArray();
      all.push(...inner.filter(part => part instanceof Y.AbstractType));
    }
  }
  return all;
}

interface IDeed {
  readonly where: number;
  readonly at: number;
  readonly key: string | null;
  readonly isRemoval: boolean;
  readonly value: () => unknown;
}

/** Write something, as nobody does by way of Jupyter. */
function write(doc: Y.Doc, { where, at, key, isRemoval, value }: IDeed): void {
  const all = sharedTypes(doc);
  const type = all[where % all.length];
  if (type instanceof Y.Map) {
    const known = [...(type as Y.Map<unknown>).keys()];
    const chosen = key ?? known[at % known.length] ?? 'path';
    if (isRemoval) {
      type.delete(chosen);
    } else {
      type.set(chosen, value());
    }
  } else if (type instanceof Y.Array) {
    if (isRemoval && type.length) {
      type.delete(at % type.length, 1);
    } else {
      type.insert(at % (type.length + 1), [value() ?? null]);
    }
  } else if (type instanceof Y.Text) {
    if (isRemoval && type.length) {
      type.delete(at % type.length, 1);
    } else if (key === null) {
      type.insertEmbed(at % (type.length + 1), { a: 1 });
    } else {
      type.insert(at % (type.length + 1), key, { bold: at % 2 === 0 });
    }
  }
}

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
      {
        weight: 3,
        arbitrary: fc.record({
          where: fc.nat(40),
          at: fc.nat(9),
          key: fc.option(fc.constantFrom(...KEYS)),
          isRemoval: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
          value: values
        })
      },
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
      { numRuns: 300 }
    );
  });
});
