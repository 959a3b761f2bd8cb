// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { NotebookPage, seedOf, settle } from './simulator/notebooks';

const SEED = seedOf(
  ['one', 'two', 'three'].map(source => ({ id: source, cell_type: 'code', source }))
);

function open(n: number): NotebookPage[] {
  return Array.from({ length: n }, (_, i) => new NotebookPage(SEED, i + 1));
}

/** Everybody meets everybody, and all see the same. */
function agree(pages: NotebookPage[]): string[] {
  settle(pages, 3);
  const contents = pages.map(page => JSON.stringify(page.notebook.toJSON()));
  expect(new Set(contents).size).toBe(1);
  expect(new Set(pages[0].ids).size).toBe(pages[0].ids.length);
  return pages[0].sources;
}

describe('a cell that two people move at once', () => {
  it('stands once', () => {
    const pages = open(3);
    pages[0].move(0, 2);
    pages[1].move(0, 1);
    expect(agree(pages).sort()).toEqual(['one', 'three', 'two']);
  });

  it('stands once while a third one types in it', () => {
    const pages = open(3);
    pages[0].move(0, 2);
    pages[1].move(0, 1);
    pages[2].type(0, 2, '!');
    expect(agree(pages).sort()).toEqual(['on!e', 'three', 'two']);
    expect(pages.flatMap(page => page.rescued)).toEqual([]);
  });

  it('stands once when those who moved it typed in it', () => {
    const pages = open(2);
    pages[0].move(0, 2);
    pages[0].type(2, 3, ' a');
    pages[1].move(0, 1);
    pages[1].type(1, 0, 'b ');
    expect(agree(pages).sort()).toEqual(['b one a', 'three', 'two']);
  });

  it('stands once when it is moved on', () => {
    const pages = open(3);
    pages[0].move(0, 2);
    pages[1].move(0, 1);
    pages[1].move(1, 2);
    pages[1].type(2, 0, '!');
    pages[2].move(0, 1);
    pages[2].type(1, 3, '?');
    expect(agree(pages).sort()).toEqual(['!one?', 'three', 'two']);
  });

  it('stands once when it is empty', () => {
    const pages = open(2);
    pages[0].notebook.insertCell(0, { cell_type: 'code', id: 'empty' });
    agree(pages);
    pages[0].move(0, 2);
    pages[1].move(0, 1);
    expect(agree(pages).sort()).toEqual(['', 'one', 'three', 'two']);
  });
});

describe('what is typed into a cell', () => {
  it('is moved with it', () => {
    const pages = open(2);
    pages[0].move(1, 2);
    pages[1].type(1, 3, '!');
    expect(agree(pages)).toEqual(['one', 'three', 'two!']);
  });

  it('stays when it gets another type', () => {
    const pages = open(2);
    pages[0].retype(1, 'markdown');
    pages[1].type(1, 1, '!');
    expect(agree(pages)).toEqual(['one', 't!wo', 'three']);
    expect(pages[0].notebook.getCell(1).cell_type).toBe('markdown');
  });

  it('is kept in a cell of its own when the cell is deleted', () => {
    const pages = open(3);
    pages[0].remove(1);
    pages[1].type(1, 1, 'kept');
    expect(agree(pages)).toEqual(['one', 'kept', 'three']);
    expect(pages[1].rescued).toEqual(['kept']);
  });

  it('is gone when whoever deleted the cell had seen it', () => {
    const pages = open(2);
    pages[1].type(1, 1, 'seen');
    agree(pages);
    pages[0].remove(1);
    expect(agree(pages)).toEqual(['one', 'three']);
  });

  it('is kept once when several who have it learn of the deletion at once', () => {
    const pages = open(4);
    pages[1].type(1, 1, 'ab');
    settle(pages.slice(1), 2);
    pages[1].type(1, 3, 'c'); // only Ada has this yet
    pages[0].remove(1);
    const [update] = pages[0].sent;
    for (const page of pages.slice(1)) {
      page.receive(update);
      pages[0].sent.slice(1).forEach(next => page.receive(next));
    }
    expect(agree(pages).join('|')).toBe('one|abc|three');
  });

  it('is kept when the other one undoes making the cell', () => {
    const pages = open(2);
    pages[0].notebook.insertCell(0, { cell_type: 'code' });
    agree(pages);
    pages[1].type(0, 0, 'kept');
    agree(pages);
    pages[0].notebook.undo();
    expect(agree(pages)).toEqual(['kept', 'one', 'two', 'three']);
  });

  it('is kept when the other one undoes moving the cell', () => {
    const pages = open(2);
    pages[0].move(0, 2);
    agree(pages);
    pages[1].type(2, 1, '!');
    agree(pages);
    pages[0].notebook.undo();
    expect(agree(pages)).toEqual(['o!ne', 'two', 'three']);
  });

  it('goes along when its cell is merged', () => {
    const pages = open(2);
    pages[0].merge(0);
    pages[1].type(0, 3, '!');
    pages[1].type(1, 3, '?');
    expect(agree(pages)).toEqual(['one!\n\ntwo?', 'three']);
  });
});

describe('a cell that two people change at once', () => {
  it('is split once', () => {
    const pages = open(3);
    pages[0].split(2, 2);
    pages[1].split(2, 2);
    pages[2].type(2, 5, '!');
    expect(agree(pages)).toEqual(['one', 'two', 'th', 'ree!']);
  });

  it('is merged once', () => {
    const pages = open(2);
    pages[0].merge(0);
    pages[1].merge(0);
    expect(agree(pages)).toEqual(['one\n\ntwo', 'three']);
  });

  it('is retyped once', () => {
    const pages = open(2);
    pages[0].retype(0, 'markdown');
    pages[1].retype(0, 'raw');
    expect(agree(pages)).toEqual(['one', 'two', 'three']);
  });

  it('is cut and pasted once', () => {
    const pages = open(2);
    pages[0].cutAndPaste(0, 2);
    pages[1].move(0, 1);
    pages[1].type(1, 0, '!');
    expect(agree(pages).sort()).toEqual(['!one', 'three', 'two']);
  });
});

describe('cells', () => {
  it('with one id that have nothing to do with each other both stand', () => {
    const pages = open(2);
    pages[0].notebook.insertCell(0, { cell_type: 'code', id: 'same', source: 'a' });
    pages[1].notebook.insertCell(3, { cell_type: 'code', id: 'same', source: 'b' });
    expect(agree(pages)).toEqual(['a', 'one', 'two', 'three', 'b']);
  });

  it('are not put into an emptied notebook by each peer', () => {
    const pages = open(3);
    pages[0].notebook.deleteCellRange(0, 3);
    agree(pages);
    pages.forEach(page => page.fillEmpty());
    expect(agree(pages)).toEqual(['']);
    pages.forEach(page => page.remove(0));
    expect(agree(pages)).toEqual(['']);
  });
});

describe('undo', () => {
  it('does not undo the seed', () => {
    const [page] = open(1);
    expect(page.notebook.undo()).toBe(false);
    expect(page.notebook.getCell(0).undo()).toBe(false);
    expect(page.sources).toEqual(['one', 'two', 'three']);
  });

  it("does not undo others' edits, nor repairs", () => {
    const pages = open(2);
    pages[0].move(0, 2);
    pages[1].move(0, 1);
    pages[1].type(0, 0, 'x');
    agree(pages);
    pages[1].notebook.getCell(pages[1].sources.indexOf('xtwo')).undo();
    expect(agree(pages).sort()).toEqual(['one', 'three', 'two']);
    pages[0].notebook.undo();
    pages[1].notebook.undo();
    expect(agree(pages).sort()).toEqual(['one', 'three', 'two']);
  });
});

describe('a ledger that somebody forged', () => {
  it('does no harm', () => {
    const numbers = fc.array(
      fc.oneof(fc.integer({ min: -5, max: 20 }), fc.maxSafeInteger()),
      { maxLength: 12 }
    );
    const key = fc
      .tuple(fc.constantFrom('=', '+', '-', '0'), fc.nat(3), fc.nat(20))
      .map(([kind, client, clock]) => `${kind}${client}/${clock}`);
    const value = fc.oneof(
      numbers,
      fc.array(fc.constantFrom('1/0', '2/0', '3/0', '1/10', 'x', '/')),
      fc.jsonValue()
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 20 }), entries => {
        const pages = open(3);
        pages[0].move(0, 2);
        pages[1].move(0, 1);
        pages[1].type(0, 0, 'typed');
        const forged = pages[2].notebook.ydoc.getMap('cell-ledger');
        entries.forEach(entry => forged.set(...entry));
        settle(pages, 3);
        const contents = pages.map(page => JSON.stringify(page.notebook.toJSON()));
        expect(new Set(contents).size).toBe(1);
        pages.forEach(page => page.dispose());
      })
    );
  });
});
