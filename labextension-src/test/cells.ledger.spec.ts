// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import type { MockInstance } from 'vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { Ledger } from '../src/document/cells/ledger';
import { CellOperations } from '../src/document/cells/operations';
import { Ranges } from '../src/document/cells/ranges';
import { NotebookPage, seedOf, settle } from './simulator/notebooks';

/** The numbers of one entry of the ledger: the parts of a copy. */
type Parts = (first: number, client: number) => number[];

/** A cell of `length` characters, by somebody who says of which they are copies. */
function claim(length: number, parts: Parts, client?: number): Uint8Array {
  const { ydoc, notebook } = page();
  ydoc.clientID = 1000;
  notebook.insertCell(0, {
    cell_type: 'raw',
    id: 'a',
    metadata: {},
    source: ''
  });
  const first = Y.getState(ydoc.store, 1000);
  notebook.cells[0].ysource.insert(0, 'x'.repeat(length));
  ydoc.clientID = client ?? 1000;
  ydoc.getMap('cell-ledger').set(`=1000/${first}`, parts(first, 1000));
  return Y.encodeStateAsUpdate(ydoc);
}

function page() {
  const notebook = new YNotebook();
  return { notebook, ydoc: notebook.ydoc };
}

/** A page that keeps its cells whole. */
function guarded() {
  const made = page();
  const { notebook } = made;
  return { ...made, guard: new CellOperations({ notebook, rescued: () => undefined }) };
}

/** Each of so many characters, by what it is a copy of. */
const each =
  (count: number, source: (i: number) => number): Parts =>
  (first, client) =>
    Array.from({ length: count }, (_, i) => [
      ...[first + i, 1, client, first + source(i)]
    ]).flat();

const COUNT = 2000;

/** What may be claimed, by how many characters are written for it. */
const CLAIMS: Record<string, [number, Parts]> = {
  'copies of each other': [16, each(16, i => 15 - i)],
  'copies of one': [COUNT, each(COUNT, () => 0)],
  'a chain': [COUNT, each(COUNT, i => Math.max(i - 1, 0))],
  'a chain that ends elsewhere': [COUNT, each(COUNT, i => i - 1 || 1e9)],
  'a tree': [COUNT, each(COUNT, i => Math.max((i - 1) >> 1, 0))],
  'copies of all, shifted': [COUNT, first => [first + 1, COUNT - 1, 1000, first]],
  'parts that overlap': [
    COUNT,
    (first, client) =>
      Array.from({ length: COUNT }, (_, i) => [first, 1 + i, client, 10 * i]).flat()
  ],
  'more than there is': [9, (first, client) => [first, 2 ** 50, client, 2 ** 40]],
  'more than numbers can say': [
    9,
    (first, client) => [first, 2 ** 53 - 1, client, 2 ** 53 - 1]
  ]
};

let questions: MockInstance<Ranges<{ length: number }>['at']>;

beforeEach(() => {
  questions = vi.spyOn(Ranges.prototype, 'at');
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what somebody claims of copies', () => {
  it.each(Object.keys(CLAIMS))('costs no more than what it is worth: %s', kind => {
    const [length, parts] = CLAIMS[kind];
    const update = claim(length, parts);
    const { notebook, ydoc } = guarded();
    Y.applyUpdate(ydoc, update, 'room');
    notebook.insertCell(1, {
      cell_type: 'raw',
      id: 'b',
      metadata: {},
      source: 'x'
    });
    notebook.moveCell(0, 1);
    notebook.deleteCell(1);
    // what every page may look at, and some for each byte
    expect(questions.mock.calls.length).toBeLessThan(150_000 + 100 * update.length);
    expect(notebook.cells.map(({ id }) => id)).toEqual(['b']);
  });

  it('is believed of its own author only', () => {
    const parts: Parts = (first, client) =>
      [2, 4].flatMap(copy => [first + copy, 2, client, first]);
    const left = [undefined, 2000].map(client => {
      const { notebook, ydoc } = guarded();
      Y.applyUpdate(ydoc, claim(6, parts, client), 'room');
      return notebook.cells[0].getSource();
    });
    expect(left).toEqual(['xxxx', 'xxxxxx']);
  });

  it('does not depend on the order in which it is read', () => {
    const part = fc.record({
      clock: fc.nat({ max: 20 }),
      length: fc.integer({ min: 1, max: 9 })
    });
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat({ max: 30 })), (parts, places) => {
        const [inOrder, reversed, late] = [0, 1, 2].map(
          () =>
            new Ranges<(typeof parts)[number]>(
              ({ clock }) => ({ client: 1, clock }),
              (a, b) => a.length - b.length,
              () => undefined
            )
        );
        parts.forEach(one => inOrder.add(one));
        [...parts].reverse().forEach(one => reversed.add(one));
        for (const one of parts) {
          late.add(one);
          late.at({ client: 1, clock: one.clock });
        }
        for (const clock of places) {
          const found = inOrder.at({ client: 1, clock });
          const holding = parts.filter(
            one => one.clock <= clock && clock < one.clock + one.length
          );
          const sorted = holding.sort(
            (a, b) => a.clock - b.clock || a.length - b.length
          );
          expect(found.entries).toEqual(sorted);
          for (let next = clock; next < clock + Math.min(found.length, 40); next++) {
            expect(inOrder.at({ client: 1, clock: next }).entries).toEqual(sorted);
          }
          expect(reversed.at({ client: 1, clock })).toEqual(found);
          expect(late.at({ client: 1, clock })).toEqual(found);
        }
      })
    );
  });
});

describe('what somebody says of cells in the ledger', () => {
  const cell = { client: 1000, clock: 0 };

  /** What a page finds there that somebody has written. */
  const read = (entries: Readonly<Record<string, unknown>>) => {
    const [evil, doc] = [new Y.Doc(), new Y.Doc()];
    evil.clientID = cell.client;
    Object.entries(entries).forEach(([key, value]) => {
      evil.getMap('cell-ledger').set(key, value);
    });
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(evil), 'room');
    return new Ledger(doc);
  };

  it('is what it stands for', () => {
    const ledger = read({ '+1000/0': ['1000/5'], '+1000/5': ['7/3'] });
    const [oldest, older] = [
      { client: 7, clock: 3 },
      { client: cell.client, clock: 5 }
    ];
    expect(ledger.cellLineage(cell)).toEqual([oldest, older, cell]);
  });

  it('is nothing, which is seen at once, where it comes from itself', () => {
    const cells = read({ '+1000/0': ['1000/5'], '+1000/5': ['1000/0'] });
    const looks = vi.spyOn(Y.Map.prototype, 'get');
    expect(cells.cellLineage(cell)).toBeNull();
    expect(looks.mock.calls.length).toBeLessThan(5);
    const { families } = read({ '=1000/0': [0, 1, 1000, 5, 5, 1, 1000, 0] });
    expect(families.of(cell)).toBeNull();
    expect(questions.mock.calls.length).toBeLessThan(5);
  });

  it.each([
    ['words', ['x']],
    ['more than a cell', ['7/3/1']],
    ['a number', [7]],
    ['no list', '7/3'],
    ['nothing', []]
  ])('is no cell: %s', (_, said) => {
    expect(read({ '+1000/0': said }).cellLineage(cell)).toEqual([cell]);
  });

  it.each([
    ['words', ['7', 3]],
    ['fractions', [7, 0.5]],
    ['no list', { 0: 7 }],
    ['more than anybody knows', Array.from({ length: 200_002 }, () => 1)]
  ])('is nothing that whoever removed it had seen: %s', (_, said) => {
    expect(read({ '-1000/0': [7, 3] }).removal(cell)).toEqual(new Map([[7, 3]]));
    expect(read({ '-1000/0': said }).removal(cell)).toBeNull();
  });

  it.each([
    ['before the first character', [-1, 1, 7, 3]],
    ['of what is before the first', [0, 1, 7, -3]],
    ['of nothing', [0, 0, 7, 3]],
    ['of less than nothing', [0, -5, 7, 3]]
  ])('is no copy: %s', (_, said) => {
    expect(read({ '=1000/0': [0, 1, 7, 3] }).takeNew()).toEqual([]); // read when it began
    const ledger = read({ '=1000/0': said });
    expect(ledger.families.of(cell)?.members).toEqual([{ id: cell, parent: -1 }]);
  });
});

describe('a cell of much text that was moved often, and that two people move at once', () => {
  it('stands once', () => {
    const text = 'It was a dark and stormy night. '.repeat(1000);
    const seed = seedOf([
      { id: 'a', cell_type: 'code', source: text },
      { id: 'b', cell_type: 'code', source: 'two' }
    ]);
    const pages = [1, 2, 3].map(n => new NotebookPage(seed, n));
    for (let i = 0; i < 60; i++) {
      pages[i % 3].move(i % 2, (i + 1) % 2);
      settle(pages, 3);
    }
    const at = pages[0].sources.findIndex(source => source.length > 3);
    pages[0].move(at, 1 - at);
    pages[1].move(at, 1 - at);
    pages[2].type(at, 5, '!');
    settle(pages, 3);
    for (const { sources } of pages) {
      expect(sources.map(({ length }) => length).sort()).toEqual([3, text.length + 1]);
    }
  });
});
