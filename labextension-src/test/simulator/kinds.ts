// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YFile, YNotebook } from '@jupyter/ydoc';

import * as commands from './commands';
import type { Page } from './page';
import type { Operation } from './story';

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

  /** Add a word to a file without any room. */
  edit(content: unknown, word: string, at: number): unknown;

  /** Type a word into what a page shows. */
  type(page: Page, word: string, at: number): void;

  /**
   * Remove something from what a page shows.
   *
   * @returns The words that the person saw go.
   */
  remove(page: Page, at: number): string[];

  /**
   * Do something else that this kind of document knows.
   *
   * @param word - Used by what needs one.
   * @returns Whether there was anything to be done, and whether the word is in the
   * content now.
   */
  operate(
    page: Page,
    operation: { what: Operation; at: number; to: number },
    word: string
  ): { isDone: boolean; isUsed: boolean };
}

const split = (text: string): string[] => text.split(/\s+/).filter(word => word !== '');

/** Where words begin in a text, and where it ends. */
function places(text: string): number[] {
  return [...text.matchAll(/(?<=^|\s)(?=\S)|$/g)].map(match => match.index);
}

function pick<T>(list: ReadonlyArray<T>, at: number): T {
  return list[at % list.length];
}

export const TEXT_FILE: IKind = {
  path: 'file.txt',
  file: word => `${word} `,
  words: content => split(content as string),
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
      return [];
    }
    const word = pick(tokens, at);
    const place = split(text).indexOf(word);
    const start = places(text)[place];
    model.updateSource(start, start + word.length + 1, '');
    return [word];
  },
  operate: (page, { what }) => ({ isDone: operateOnAny(page, what), isUsed: false })
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
      return [];
    }
    notebook.deleteCell(index);
    return words;
  },
  operate: (page, { what, at, to }, word) => {
    const notebook = page.model as YNotebook;
    const { length } = notebook.cells;
    const index = at % length;
    const cell = notebook.getCell(index);
    const did = { isDone: true, isUsed: false };
    switch (what) {
      case 'insert': {
        const [inserted] = (NOTEBOOK.file(word) as { cells: never[] }).cells;
        notebook.insertCell(index, inserted);
        return { isDone: true, isUsed: true };
      }
      case 'run':
        if (cell.cell_type !== 'code') {
          break;
        }
        commands.run(cell, `<${word}>`);
        return did;
      case 'move':
        if (index === to % length) {
          break;
        }
        commands.move(notebook, index, to % length);
        return did;
      case 'split':
        commands.split(notebook, index, pick(places(cell.getSource()), to));
        return did;
      case 'merge':
        if (index === length - 1) {
          break;
        }
        commands.merge(notebook, index);
        return did;
      case 'retype':
        commands.retype(notebook, index, pick(['code', 'markdown', 'raw'], to));
        return did;
      case 'cut and paste':
        commands.cutAndPaste(notebook, index, to % (length + 1));
        return did;
      default:
        return { isDone: operateOnAny(page, what), isUsed: false };
    }
    return { isDone: false, isUsed: false };
  }
};

/**
 * Do what all kinds of documents know.
 *
 * @returns Whether there was anything to be done.
 */
function operateOnAny(page: Page, what: Operation): boolean {
  const model = page.model!;
  switch (what) {
    case 'revert':
      return page.revert();
    case 'undo':
      return model.canUndo() && (model.undo(), true);
    case 'redo':
      return model.canRedo() && (model.redo(), true);
    default:
      return false;
  }
}
