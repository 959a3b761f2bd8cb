// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import { YFile } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { canonicalNotebook } from '../src/document/canonical';
import { correctText, revertText } from '../src/document/cells/replace';
import { revertNotebook } from '../src/document/cells/revert';
import { notebook } from './arbitraries';
import { NotebookPage, seedOf, settle } from './simulator/notebooks';

const CELLS = ['one', 'two', 'three'].map(source => ({
  id: source,
  cell_type: 'code',
  source
}));
const SAVED = canonicalNotebook({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: CELLS
});

function open(n: number): NotebookPage[] {
  const seed = seedOf(CELLS);
  return Array.from({ length: n }, (_, i) => new NotebookPage(seed, i + 1));
}

const contentOf = (model: YNotebook) => canonicalNotebook(model.toJSON());

describe('reverting a notebook', () => {
  it('gives what is in the drive', () => {
    fc.assert(
      fc.property(notebook, notebook, (before, after) => {
        const [page] = open(1);
        const [first, second] = [before, after].map(canonicalNotebook);
        const ids = { nbformat_minor: 5 };
        revertNotebook(page.notebook, { ...first, ...ids });
        revertNotebook(page.notebook, { ...second, ...ids });
        const [shown, saved] = [contentOf(page.notebook), second].map(({ cells }) =>
          cells.map(cell => ({ ...cell, id: '' }))
        );
        expect(shown).toEqual(saved);
        expect(contentOf(page.notebook).metadata).toEqual(second.metadata);
        page.dispose();
      })
    );
  }, 60_000);

  it('doubles nothing when two people do it at once', () => {
    const pages = open(2);
    pages[0].type(0, 3, ' more');
    pages[0].remove(1);
    pages[0].move(0, 1);
    pages[0].type(0, 0, 'x');
    settle(pages, 2);
    pages.forEach(page => revertNotebook(page.notebook, SAVED));
    settle(pages, 3);
    for (const page of pages) {
      expect(contentOf(page.notebook)).toEqual(SAVED);
    }
  });

  it('restores deleted text once when two people do it at once', () => {
    const pages = open(2);
    pages[0].notebook.getCell(2).updateSource(1, 4, '');
    settle(pages, 2);
    pages.forEach(page => revertNotebook(page.notebook, SAVED));
    settle(pages, 3);
    expect(pages.map(page => page.sources)).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three']
    ]);
  });

  it('leaves what another types meanwhile', () => {
    const pages = open(2);
    pages[0].type(0, 3, ' more');
    settle(pages, 2);
    revertNotebook(pages[0].notebook, SAVED);
    pages[1].type(0, 0, 'kept ');
    settle(pages, 3);
    expect(pages[1].sources).toEqual(['kept one', 'two', 'three']);
    expect(pages[1].rescued).toEqual([]);
  });

  it('replaces outputs once', () => {
    const pages = open(2);
    const outputs = [{ output_type: 'display_data', data: {}, metadata: {} }];
    const saved = { ...SAVED, cells: SAVED.cells.map(cell => ({ ...cell, outputs })) };
    pages.forEach(page => revertNotebook(page.notebook, saved));
    settle(pages, 3);
    for (const page of pages) {
      expect(contentOf(page.notebook).cells[0].outputs).toEqual(outputs);
    }
  });
});

describe('reverting a text', () => {
  it('doubles nothing when two people do it at once', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const one = new YFile();
        const other = new YFile();
        one.setSource(before);
        Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(one.ydoc));
        revertText(one.ysource, after);
        revertText(other.ysource, after);
        Y.applyUpdate(one.ydoc, Y.encodeStateAsUpdate(other.ydoc));
        expect(one.getSource()).toBe(after);
        one.dispose();
        other.dispose();
      })
    );
  }, 60_000);
});

describe('setting all of a text', () => {
  const pair = (before: string) => {
    const files = [new YFile(), new YFile()];
    files[0].setSource(before);
    files.forEach(correctText);
    meet(files);
    files.forEach(file => file.clearUndoHistory());
    return files;
  };
  const meet = (files: ReadonlyArray<YFile>) => {
    files.forEach(one =>
      files.forEach(other => Y.applyUpdate(one.ydoc, Y.encodeStateAsUpdate(other.ydoc)))
    );
  };
  const shown = (files: ReadonlyArray<YFile>) => files.map(file => file.getSource());

  it('doubles nothing when two people set the same at once, and again', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 6 }), texts => {
        const files = pair(texts[0]);
        for (const text of texts) {
          files.forEach(file => file.setSource(text));
          meet(files);
          expect(shown(files)).toEqual([text, text]);
        }
        files.forEach(file => file.dispose());
      })
    );
  }, 60_000);

  it('keeps what another types meanwhile where it is, and carets', () => {
    const [one, other] = pair('one two three');
    const caret = Y.createRelativePositionFromTypeIndex(other.ysource, 8);
    one.setSource('1 two 3');
    other.updateSource(7, 7, '!');
    meet([one, other]);
    expect(shown([one, other])).toEqual(['1 two! 3', '1 two! 3']);
    expect(Y.createAbsolutePositionFromRelativePosition(caret, one.ydoc)?.index).toBe(
      7
    );
  });

  it('is undone by who has set it', () => {
    const [one, other] = pair('foo, foo');
    one.setSource('bar, bar');
    meet([one, other]);
    one.undo();
    meet([one, other]);
    expect(shown([one, other])).toEqual(['foo, foo', 'foo, foo']);
  });

  it('of a cell doubles nothing when two people set the same at once', () => {
    const pages = open(2);
    for (const source of ['completely other', 'completely\nformatted', 'one']) {
      pages.forEach(page => page.notebook.getCell(0).setSource(source));
      settle(pages, 2);
      expect(pages.map(page => page.sources[0])).toEqual([source, source]);
    }
  });
});
