// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YCodeCell } from '@jupyter/ydoc';
import { YNotebook } from '@jupyter/ydoc';
import { OutputAreaModel } from '@jupyterlab/outputarea';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

vi.hoisted(() => {
  Object.assign(globalThis, {
    DragEvent: class extends Event {},
    matchMedia: () => ({ matches: false, addListener: () => undefined })
  });
});

import { guardCells } from '../src/document/cells/guard';
import { documentFormat } from '../src/document/format';
import { TrustGuard } from '../src/document/trust';
import { stateUpdates } from '../src/peer/updates';

const ignore = () => undefined;

/** A notebook that nobody guards: what others write it with. */
const unguarded = () => new YNotebook();

const trustGuard = (notebook: YNotebook) => new TrustGuard(notebook);

/** A page that shows the notebook, guarded as the provider guards it. */
function openPage(): YNotebook {
  const notebook = new YNotebook();
  notebook.nbformat = 4;
  pages.push(trustGuard(notebook), guardCells(notebook, ignore));
  return notebook;
}

/** Send to a page what it lacks. */
function send(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room');
}

/** What stands in the notebook, and what the page shows of it. */
function seen(page: YNotebook): unknown[] {
  const cells = page.ydoc.getArray<Y.Map<unknown>>('cells').toArray();
  expect(page.cells.map(({ ymodel }) => ymodel)).toEqual(cells);
  const format = documentFormat('notebook', page)!;
  const content = format.canonical(format.content(page));
  return cells.length ? (JSON.parse(content) as { cells: unknown[] }).cells : [];
}

/** What reads a notebook that is stored. */
const scratch = () =>
  documentFormat('notebook', new YNotebook())!.scratch() as never as YNotebook;

/** Whether an output is trusted that comes from here. */
const isTrusted = (): unknown => {
  const { defaultContentFactory } = OutputAreaModel;
  const value = { output_type: 'stream', name: 'stdout', text: 'x' };
  return defaultContentFactory.createOutputModel({ value, trusted: true }).trusted;
};

const cell = (source: string) => ({
  cell_type: 'code' as const,
  id: `id-${source}`,
  metadata: {},
  outputs: [{ output_type: 'stream' as const, name: 'stdout', text: `${source}!` }],
  source
});

/** A cell, of which something is not as it should be. */
const cellWith = (key: string, value: unknown) => {
  const map = new Y.Map<unknown>([
    ['id', 'a'],
    ['cell_type', 'code'],
    ['metadata', new Y.Map()],
    ['source', new Y.Text('x')],
    ['outputs', new Y.Array()]
  ]);
  if (value === undefined) {
    map.delete(key);
  } else {
    map.set(key, value);
  }
  return map;
};

/** What is no cell. */
const STRAYS: Record<string, () => unknown> = {
  'a number': () => 5,
  nothing: () => null,
  'a text': () => new Y.Text('x'),
  'an object': () => ({ cell_type: 'code', id: 'a', source: 'x' }),
  'a list': () => new Y.Array(),
  'an empty map': () => new Y.Map(),
  'a cell of no known type': () => cellWith('cell_type', 'heading'),
  'a cell without a source': () => cellWith('source', undefined),
  'a cell whose source is words': () => cellWith('source', 'x'),
  'a cell whose metadata are a number': () => cellWith('metadata', 5),
  'a code cell without outputs': () => cellWith('outputs', undefined),
  'a cell whose id is a number': () => cellWith('id', 5)
};

/** What somebody makes of a cell, or its outputs, that is there. */
const SPOILERS: Record<string, (entry: Y.Map<unknown>) => void> = {
  'its type': entry => entry.set('cell_type', 'heading'),
  'its source': entry => entry.set('source', 5),
  'its metadata': entry => entry.delete('metadata'),
  'its outputs': entry => entry.set('outputs', { a: 1 }),
  // who shows the cell goes on to show those that it came with
  'its type, for another': entry => entry.set('cell_type', 'raw'),
  'its source, for another': entry => entry.set('source', new Y.Text('another')),
  'its metadata, for others': entry => entry.set('metadata', new Y.Map([['a', 1]])),
  'its outputs, for others': entry => entry.set('outputs', new Y.Array())
};

const STRAY_OUTPUTS: Record<string, () => unknown> = {
  'a number': () => 5,
  'a text': () => new Y.Text('x'),
  'a map without type': () => new Y.Map([['a', 1]]),
  'a map whose type is a number': () => new Y.Map([['output_type', 5]]),
  'a list': () => new Y.Array(),
  bytes: () => new Uint8Array(3),
  'an object with what is no JSON': () => ({ output_type: 'any', data: [BigInt(5)] }),
  'a map with what is no JSON': () =>
    new Y.Map<unknown>([
      ['output_type', 'any'],
      ['more', [BigInt(5)]]
    ]),
  'a map with a text where none belongs': () =>
    new Y.Map<unknown>([
      ['output_type', 'any'],
      ['more', new Y.Text('x')]
    ]),
  'a stream that prints nothing': () => new Y.Map([['output_type', 'stream']]),
  'an error without a traceback': () => new Y.Map([['output_type', 'error']]),
  'what is displayed without data': () => new Y.Map([['output_type', 'display_data']]),
  'what is displayed, and prints': () =>
    new Y.Map<unknown>([
      ['output_type', 'display_data'],
      ['data', {}],
      ['text', new Y.Text('x')]
    ])
};

/** What somebody makes of an output that is there: views are told of none of it. */
const OUTPUT_SPOILERS: Record<string, (output: Y.Map<unknown>) => void> = {
  'its type': output => output.set('output_type', 5),
  'its type, for another': output => output.set('output_type', 'any'),
  'its name, for another': output => output.set('name', 'stderr'),
  'its text, for another': output => output.set('text', new Y.Text('another')),
  'its text': output => output.delete('text'),
  'its name': output => output.delete('name')
};

/** What is said then. */
const TAKEN_OUT: unknown = expect.stringContaining('It was taken out.');

const pages: { dispose(): void }[] = [];
let error: ReturnType<typeof vi.spyOn>;
let warn: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  error = vi.spyOn(console, 'error');
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  pages.splice(0).forEach(page => page.dispose());
  expect(error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

describe('what somebody writes that does not belong into a notebook', () => {
  it.each(Object.keys(STRAYS))('is no cell, and harms none: %s', kind => {
    const [page, evil] = [openPage(), new Y.Doc()];
    page.insertCell(0, cell('mine'));
    send(page.ydoc, evil);
    const entries = evil.getArray('cells');
    evil.transact(() => entries.insert(0, [STRAYS[kind](), STRAYS[kind]()]));
    send(evil, page.ydoc);
    expect(isTrusted(), 'what is run here is trusted').toBe(true);
    entries.push([cellWith('id', 'honest')]);
    send(evil, page.ydoc);
    expect(page.cells.map(({ id }) => id)).toEqual(['id-mine', 'honest']);
    page.insertCell(2, cell('last'));
    expect(seen(page)).toHaveLength(3);
    expect(warn).toHaveBeenCalledWith(TAKEN_OUT);
    // … and neither for a page that reads what is stored, nor for one that comes later
    for (const later of [openPage(), scratch()]) {
      send(evil, later.ydoc);
      send(page.ydoc, later.ydoc);
      expect(seen(later)).toEqual(seen(page));
    }
  });

  it.each(Object.keys(SPOILERS))('spoils no more than its cell: %s', part => {
    const [page, evil] = [openPage(), new Y.Doc()];
    page.insertCells(0, ['first', 'spoilt', 'last'].map(cell));
    send(page.ydoc, evil);
    SPOILERS[part](evil.getArray<Y.Map<unknown>>('cells').get(1));
    send(evil, page.ydoc);
    expect(page.cells.map(({ id }) => id)).toEqual(['id-first', 'id-last']);
    expect(seen(page)).toHaveLength(2);
    expect(isTrusted()).toBe(true);
  });

  it.each(Object.keys(STRAY_OUTPUTS))('is no output, and harms none: %s', kind => {
    const [page, evil] = [openPage(), new Y.Doc()];
    page.insertCell(0, cell('mine'));
    send(page.ydoc, evil);
    const [shared] = evil.getArray<Y.Map<unknown>>('cells');
    (shared.get('outputs') as Y.Array<unknown>).insert(0, [STRAY_OUTPUTS[kind]()]);
    evil.getArray('cells').push([cellWith('outputs', Y.Array.from([5]))]);
    send(evil, page.ydoc);
    expect(seen(page)).toMatchObject([
      { outputs: cell('mine').outputs },
      { outputs: [] }
    ]);
  });

  it.each(Object.keys(OUTPUT_SPOILERS))('spoils no more than its output: %s', part => {
    const [page, evil] = [openPage(), new Y.Doc()];
    page.insertCells(0, ['first', 'spoilt'].map(cell));
    send(page.ydoc, evil);
    const { outputs } = cell('last');
    const spoilt = evil.getArray<Y.Map<unknown>>('cells').get(1);
    OUTPUT_SPOILERS[part]((spoilt.get('outputs') as Y.Array<Y.Map<unknown>>).get(0));
    send(evil, page.ydoc);
    expect(seen(page)).toMatchObject([
      { outputs: cell('first').outputs },
      { outputs: [] }
    ]);
    (page.cells[1] as YCodeCell).setOutputs(outputs);
    expect(seen(page)).toMatchObject([{}, { outputs }]);
  });

  it('comes to the same on all pages, whatever the order', () => {
    const strays = fc.constantFrom(...Object.values(STRAYS));
    const spoilers = fc.constantFrom(...Object.values(SPOILERS));
    const at = fc.nat({ max: 9 });
    const step = fc.oneof(
      fc.record({ who: fc.constantFrom(0, 1), insert: at }),
      fc.record({ who: fc.constantFrom(0, 1), type: at }),
      fc.record({ who: fc.constantFrom(0, 1), move: at }),
      fc.record({ stray: strays, at }),
      fc.record({ spoil: spoilers, at }),
      fc.record({ from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }) })
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const people = [openPage(), openPage()];
        const evil = new Y.Doc();
        const docs = [...people.map(({ ydoc }) => ydoc), evil];
        const entries = evil.getArray<unknown>('cells');
        const typed = new Set<string>();
        const spoilt = new Set<unknown>();
        steps.forEach((one, count) => {
          if ('from' in one) {
            send(docs[one.from], docs[one.to]);
          } else if ('stray' in one) {
            entries.insert(Math.min(one.at, entries.length), [one.stray()]);
          } else if ('spoil' in one) {
            const entry = entries.get(one.at % Math.max(entries.length, 1));
            if (entry instanceof Y.Map) {
              spoilt.add(entry.get('id'));
              one.spoil(entry as Y.Map<unknown>);
            }
          } else {
            const { cells } = people[one.who];
            if ('insert' in one) {
              typed.add(`token-${count}-`);
              const index = Math.min(one.insert, cells.length);
              people[one.who].insertCell(index, cell(`token-${count}-`));
            } else if (cells.length) {
              const index = ('type' in one ? one.type : one.move) % cells.length;
              if ('type' in one) {
                cells[index].updateSource(0, 0, '.');
              } else {
                people[one.who].moveCell(index, 0);
              }
            }
          }
        });
        for (let round = 0; round < 3; round++) {
          docs.forEach(from => docs.forEach(to => from !== to && send(from, to)));
        }
        const [first, second] = people.map(seen);
        expect(first).toEqual(second);
        for (const token of typed) {
          if (!spoilt.has(`id-${token}`)) {
            expect(JSON.stringify(first).split(`${token}"`).length - 1, token).toBe(2);
          }
        }
      }),
      { numRuns: 300 }
    );
  });
});

describe('a cell that is larger than the parts in which a notebook arrives', () => {
  it('is shown', () => {
    const [sender, page] = [unguarded(), openPage()];
    sender.insertCells(0, [cell('x'.repeat(300_000)), cell('y')]);
    const updates = stateUpdates(sender.ydoc, Y.encodeStateVector(page.ydoc));
    for (const update of updates) {
      Y.applyUpdate(page.ydoc, update, 'room');
      seen(page);
    }
    expect(page.cells).toHaveLength(2);
    expect(warn).not.toHaveBeenCalledWith(TAKEN_OUT);
  });
});

describe('large outputs that arrive in parts in a cell that is there', () => {
  it('are shown', () => {
    const [sender, page] = [unguarded(), openPage()];
    sender.insertCell(0, cell('mine'));
    send(sender.ydoc, page.ydoc);
    const data = { 'text/plain': 'x'.repeat(100_000) };
    const outputs = Array.from({ length: 9 }, () => ({
      data,
      metadata: {},
      output_type: 'display_data' as const
    }));
    (sender.cells[0] as YCodeCell).setOutputs(outputs);
    for (const update of stateUpdates(sender.ydoc, Y.encodeStateVector(page.ydoc))) {
      Y.applyUpdate(page.ydoc, update, 'room');
    }
    expect(seen(page)).toMatchObject([{ outputs }]);
    expect(warn).not.toHaveBeenCalledWith(TAKEN_OUT);
  });
});

describe('an error of somebody who looks at what others have written', () => {
  it('leaves what is run here trusted', () => {
    const [page, other] = [openPage(), unguarded()];
    page.ydoc.on('beforeObserverCalls', ({ local }) => {
      if (!local) {
        throw new Error('an extension’s');
      }
    });
    other.insertCell(0, cell('theirs'));
    expect(() => send(other.ydoc, page.ydoc)).toThrow('an extension’s');
    expect(isTrusted()).toBe(true);
  });
});
