// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cellsOf, sourceOf, standingOf } from '../src/document/cells/notebook';
import type { Whereabouts } from '../src/document/cells/whereabouts';
import { whereIs } from '../src/document/cells/whereabouts';
import { NotebookPage, meet, seedOf } from './simulator/notebooks';
import { simulation } from './simulator/runs';

/** Stands left of the caret. */
const TOKEN = '+';

const SEED = seedOf(
  ['one', 'two', 'thr+ee'].map(source => ({ id: source, cell_type: 'code', source }))
);

const { parameters, timeout } = simulation(300, 60);

/**
 * What another may do to the cell with the caret, with the number of a place.
 */
const COMMANDS: Record<string, (page: NotebookPage, at: number, to: number) => void> = {
  move: (page, at, to) => page.move(at, to % page.ids.length),
  retype: (page, at, to) => page.retype(at, ['code', 'markdown', 'raw'][to % 3]),
  split: (page, at, to) => page.split(at, to % (page.sources[at].length + 1)),
  'merge above': (page, at) => at > 0 && page.merge(at - 1),
  'merge below': (page, at) => at + 1 < page.ids.length && page.merge(at),
  cut: (page, at, to) => page.cutAndPaste(at, to % page.ids.length),
  type: (page, at) => page.type(at, 0, 'x'),
  quiet: page => page.notebook.undoManager.stopCapturing(),
  undo: page => page.notebook.undo(),
  redo: page => page.notebook.redo()
};

/** The cell and the offset of the caret. */
function caretIn({ notebook }: NotebookPage) {
  const cell = cellsOf(notebook.ydoc)
    .toArray()
    .find(one => sourceOf(one)!.toJSON().includes(TOKEN))!;
  return { cell, index: sourceOf(cell)!.toJSON().indexOf(TOKEN) + 1 };
}

/** Where the caret goes when another does something: what stands left of it there. */
function leftOf(steps: ReadonlyArray<readonly [string, number]>): string[] {
  const [ada, grace] = [new NotebookPage(SEED, 1), new NotebookPage(SEED, 2)];
  const found = steps.map(([command, to]) => {
    const { cell, index } = caretIn(grace);
    const before = standingOf(cell);
    const at = ada.sources.findIndex(source => source.includes(TOKEN));
    COMMANDS[command](ada, at, to);
    meet(ada, grace);
    meet(grace, ada);
    const where = whereIs(grace.notebook.ydoc, before, index);
    return characterAt(where === 'there' ? caretIn(grace) : where, cell);
  });
  [ada, grace].forEach(page => page.dispose());
  return found;
}

function characterAt(
  where: Exclude<Whereabouts, 'there'> | ReturnType<typeof caretIn>,
  was: unknown
): string {
  if (where === null || where === 'nowhere') {
    return String(where);
  }
  if ('cell' in where) {
    return where.cell === was ? TOKEN : 'not there';
  }
  return where.text.toJSON().charAt(where.index - 1);
}

describe('a caret in a cell that another changes', () => {
  it(
    'stays behind the same character',
    () => {
      const step = fc.tuple(fc.constantFrom(...Object.keys(COMMANDS)), fc.nat(40));
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), steps => {
          expect(leftOf(steps)).toEqual(steps.map(() => TOKEN));
        }),
        parameters
      );
    },
    timeout
  );

  it('is nowhere when the cell is removed, and back when it is put back', () => {
    const [ada, grace] = [new NotebookPage(SEED, 1), new NotebookPage(SEED, 2)];
    const { cell, index } = caretIn(grace);
    const before = standingOf(cell);
    const where = () => whereIs(grace.notebook.ydoc, before, index);
    ada.remove(2);
    meet(ada, grace);
    expect(where()).toBe('nowhere');
    ada.notebook.undo();
    meet(ada, grace);
    expect(characterAt(where() as null, null)).toBe(TOKEN);
    [ada, grace].forEach(page => page.dispose());
  });

  it('goes with a cell in which nothing stands', () => {
    const [ada, grace] = [new NotebookPage(SEED, 1), new NotebookPage(SEED, 2)];
    ada.notebook.insertCell(0, { cell_type: 'code', id: 'empty' });
    meet(ada, grace);
    const before = standingOf(cellsOf(grace.notebook.ydoc).get(0));
    ada.move(0, 2);
    meet(ada, grace);
    const where = whereIs(grace.notebook.ydoc, before, 0);
    const text = sourceOf(cellsOf(grace.notebook.ydoc).get(2));
    expect(where).toMatchObject({ index: 0 });
    expect((where as { text: unknown }).text).toBe(text);
    [ada, grace].forEach(page => page.dispose());
  });
});
