// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import type { ICanonicalNotebook } from '../src/document/canonical';
import { canonicalNotebook } from '../src/document/canonical';
import { documentFormat } from '../src/document/format';
import { compareCharacters, compareWords } from '../src/document/compare';
import { canMergeNotebook, canMergeText } from '../src/document/merge';
import { notebook, text } from './arbitraries';

const format = documentFormat('notebook', new YNotebook())!;

/** A notebook with one code cell for each `id: source`. */
function cells(sources: Record<string, string>, more: object = {}): ICanonicalNotebook {
  return canonicalNotebook({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: Object.entries(sources).map(([id, source]) => ({
      cell_type: 'code',
      id,
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
      ...more
    }))
  });
}

describe('a text', () => {
  it.each([
    ['word by word', compareWords],
    ['character by character', compareCharacters]
  ])('becomes another one, %s', (_, compare) => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        const edits = compare(from, to)!;
        const of = (dropped: string) =>
          edits
            .filter(({ kind }) => kind !== dropped)
            .map(edit => edit.text)
            .join('');
        expect(of('insert')).toBe(from);
        expect(of('remove')).toBe(to);
        // a character outside the basic plane has two halves, which nobody may part
        edits.forEach(edit => expect(edit.text).not.toMatch(/\p{Cs}/u));
      })
    );
  });

  it('is compared in little time, or not at all', () => {
    const words = (name: string) =>
      Array.from({ length: 20_000 }, (_, index) => `${name}${index}`).join(' ');
    expect(compareWords(words('a'), words('b'))).toBeNull();
    const changed = words('a').replace('a10000 ', 'x ');
    expect(compareWords(words('a'), changed)).toHaveLength(4);
  });

  it.each([
    ['an addition to what others changed too', 'a b', 'a b c', 'x a b', true],
    ['anything that nobody else has changed', 'a b c', 'x', 'a b c', true],
    [
      'no other text in the place of what others work on',
      'a b c',
      'x',
      'a b c d',
      false
    ]
  ])('takes in %s', (_, base, changed, room, can) => {
    expect(canMergeText(base, changed, room)).toBe(can);
  });
});

describe('a notebook', () => {
  it('becomes another one, cell by cell', () => {
    fc.assert(
      fc.property(notebook, notebook, (one, two) => {
        const [from, to] = [one, two].map(content => format.canonical(content));
        const model = format.scratch() as YNotebook;
        Y.applyUpdate(model.ydoc, format.encode(from, 1));
        model.nbformat_minor = 5;
        format.rewrite(model, to);
        const after = canonicalNotebook(format.content(model));
        const expected = JSON.parse(to) as ICanonicalNotebook;
        expect(after.cells).toEqual(expected.cells);
        expect(after.metadata).toEqual(expected.metadata);
      })
    );
  });

  it('loses the metadata of a cell that the other one lacks', () => {
    const [from, to] = [{ collapsed: true, tags: [] }, {}].map(metadata =>
      format.canonical(cells({ a: 'x' }, { metadata }))
    );
    const model = format.scratch() as YNotebook;
    Y.applyUpdate(model.ydoc, format.encode(from, 1));
    format.rewrite(model, to);
    expect(model.getCell(0).getMetadata()).toEqual({});
  });

  const base = cells({ a: 'x', b: 'y' });

  it.each([
    [
      'a new cell',
      cells({ a: 'x', c: 'z', b: 'y' }),
      cells({ a: 'x 1', b: 'y' }),
      true
    ],
    [
      'text in one cell',
      cells({ a: 'x 2', b: 'y' }),
      cells({ a: '1 x', b: 'y' }),
      true
    ],
    ['a removed cell', cells({ b: 'y' }), cells({ a: 'x', b: 'y 1' }), true],
    [
      'no removed cell that others changed',
      cells({ b: 'y' }),
      cells({ a: 'x 1', b: 'y' }),
      false
    ],
    [
      'no change of a cell that others removed',
      cells({ a: 'x 1', b: 'y' }),
      cells({ b: 'y' }),
      false
    ],
    ['no other order', cells({ b: 'y', a: 'x' }), cells({ a: 'x 1', b: 'y' }), false],
    [
      'any order, if nobody else changed anything',
      cells({ b: 'y', a: 'x' }),
      base,
      true
    ],
    [
      'no outputs beside those of others',
      cells({ a: 'x', b: 'y' }, { execution_count: 2 }),
      cells({ a: 'x', b: 'y' }, { execution_count: 3 }),
      false
    ]
  ])('takes in %s', (_, changed, room, can) => {
    expect(canMergeNotebook(base, changed, room)).toBe(can);
  });
});
