// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YFile, YNotebook } from '@jupyter/ydoc';

import type { Page } from './page';

/**
 * What people do to documents of one kind, and how their words are found there.
 *
 * A word is a token that is inserted once, or something that the site ships; a space
 * follows each.
 */
export interface IKind {
  readonly path: string;

  /** A file with one word. */
  file(word: string): unknown;

  /** The words of a content, in order. */
  words(content: unknown): string[];

  /** The cell that a word stands in, where there are cells. */
  cellOf(content: unknown, word: string): string | null;

  /** Add a word to a file without any room. */
  edit(content: unknown, word: string, at: number): unknown;

  /** Type a word into what a page shows. */
  type(page: Page, word: string, at: number): void;

  /**
   * Remove something from what a page shows.
   *
   * @returns The words that the person saw go, and the cell, if it was one.
   */
  remove(page: Page, at: number): { words: string[]; cell: string | null };

  /**
   * Do something else that this kind of document knows, with a word if it needs one.
   *
   * @returns What was done, and where the word went.
   */
  operate(
    page: Page,
    word: string,
    at: number
  ): { did: string; used: 'content' | 'output' | null };
}

const split = (text: string): string[] => text.split(' ').filter(word => word !== '');

/** Where words begin in a text, and where it ends. */
function places(text: string): number[] {
  return [...text.matchAll(/(?<=^| )(?=\S)|$/g)].map(match => match.index);
}

function pick<T>(list: ReadonlyArray<T>, at: number): T {
  return list[at % list.length];
}

export const TEXT_FILE: IKind = {
  path: 'file.txt',
  file: word => `${word} `,
  words: content => split(content as string),
  cellOf: () => null,
  edit: (content, word, at) => {
    const text = content as string;
    const place = pick(places(text), at);
    return `${text.slice(0, place)}${word} ${text.slice(place)}`;
  },
  type: (page, word, at) => {
    const model = page.model as unknown as YFile;
    const place = pick(places(model.getSource()), at);
    model.updateSource(place, place, `${word} `);
  },
  remove: (page, at) => {
    const model = page.model as unknown as YFile;
    const text = model.getSource();
    const tokens = split(text).filter(word => word.startsWith('t'));
    if (!tokens.length) {
      return { words: [], cell: null };
    }
    const word = pick(tokens, at);
    const place = split(text).indexOf(word);
    const start = places(text)[place];
    model.updateSource(start, start + word.length + 1, '');
    return { words: [word], cell: null };
  },
  operate: () => ({ did: 'thinks', used: null })
};

interface INotebook {
  cells: { source: string; id: string; cell_type: string }[];
}

export const NOTEBOOK: IKind = {
  path: 'book.ipynb',
  file: word => ({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      {
        cell_type: 'code',
        id: `c-${word}`,
        metadata: {},
        source: `${word} `,
        outputs: [],
        execution_count: null
      }
    ]
  }),
  words: content =>
    (content as INotebook).cells.flatMap(({ source }) =>
      split(Array.isArray(source) ? (source as string[]).join('') : source)
    ),
  cellOf: (content, word) =>
    (content as INotebook).cells.find(({ source }) => split(source).includes(word))
      ?.id ?? null,
  edit: (content, word, at) => {
    const notebook = structuredClone(content) as INotebook;
    if (at % 3 === 0) {
      const [cell] = (NOTEBOOK.file(word) as INotebook).cells;
      notebook.cells.splice(at % (notebook.cells.length + 1), 0, cell);
    } else {
      const cell = pick(notebook.cells, at);
      cell.source = TEXT_FILE.edit(cell.source, word, at) as string;
    }
    return notebook;
  },
  type: (page, word, at) => {
    const cell = pick((page.model as YNotebook).cells, at);
    const place = pick(places(cell.getSource()), at);
    cell.updateSource(place, place, `${word} `);
  },
  remove: (page, at) => {
    const notebook = page.model as YNotebook;
    const index = at % notebook.cells.length;
    const words = split(notebook.getCell(index).getSource());
    if (notebook.cells.length === 1 || words.includes('shipped')) {
      return { words: [], cell: null };
    }
    const cell = notebook.getCell(index).id;
    notebook.deleteCell(index);
    return { words, cell };
  },
  operate: (page, word, at) => {
    const notebook = page.model as YNotebook;
    const index = at % notebook.cells.length;
    if (at % 2) {
      const [cell] = (NOTEBOOK.file(word) as { cells: never[] }).cells;
      notebook.insertCell(index, cell);
      return { did: `inserts a cell with ${word}`, used: 'content' };
    }
    const cell = notebook.cells.find(({ cell_type }) => cell_type === 'code');
    if (cell && 'setOutputs' in cell) {
      // without the execution count: where two people set it at once, @jupyter/ydoc 4.2
      // throws while it tells of it ("reading 'oldValue'")
      cell.setOutputs([{ output_type: 'stream', name: 'stdout', text: `<${word}>` }]);
    }
    return { did: 'runs a cell', used: 'output' };
  }
};
