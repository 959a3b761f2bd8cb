// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import type { IUnseenChange } from '../src/people/unseen';
import { UnseenChanges } from '../src/people/unseen';
import { Asking } from '../src/plugins/asking';
import { compareLines } from '../src/ui/changes';

describe('somebody who runs cells', () => {
  let notebook: YNotebook;
  let asking: Asking;
  let questions: string[][];
  let answer: (changes: ReadonlyArray<IUnseenChange>) => boolean;

  beforeEach(() => {
    notebook = new YNotebook();
    for (const id of ['a', 'b', 'c']) {
      notebook.addCell({ cell_type: 'code', id, source: `# ${id}` });
    }
    const unseen = new UnseenChanges({
      notebook,
      known: new Map(
        notebook.cells.map(cell => [
          cell.id,
          { type: cell.cell_type, source: cell.getSource() }
        ])
      ),
      isOwn: () => false,
      memory: { get: () => null, set: () => undefined },
      isPageShown: () => true,
      shown: () => new Map()
    });
    questions = [];
    answer = () => true;
    asking = new Asking(unseen, async changes => {
      questions.push(changes.map(({ source }) => source));
      return answer(changes);
    });
  });

  /** Let somebody else write into a cell. */
  const change = (cell: number, source: string) => {
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(notebook.ydoc));
    const map = other.getArray<Y.Map<unknown>>('cells').get(cell);
    (map.get('source') as Y.Text).insert(0, source);
    Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(other));
  };

  /** Run cells in one turn: `null` for each that nobody was asked about. */
  const run = (...cells: number[]) =>
    cells.map(index => {
      const cell = { model: { sharedModel: notebook.cells[index] }, isDisposed: false };
      return asking.mayRun({ cell: cell as unknown as Cell });
    });

  const decided = (...cells: number[]) =>
    Promise.all(run(...cells).map(async mayRun => mayRun));

  it('waits for nothing if nothing was changed', () => {
    expect(run(0, 1, 2)).toEqual([null, null, null]);
  });

  it('is asked once for all that were changed, before the first of them runs', async () => {
    change(1, 'x ');
    change(2, 'y ');
    expect(await decided(0, 1, 2)).toEqual([true, true, true]);
    expect(questions).toEqual([['x # b', 'y # c']]);
    expect(run(0, 1, 2)).toEqual([null, null, null]);
  });

  it('runs none of them if they decline, and is asked again', async () => {
    change(1, 'x ');
    answer = () => false;
    expect(await decided(0, 1, 2)).toEqual([false, false, false]);
    expect(await decided(1)).toEqual([false]);
    expect(questions).toEqual([['x # b'], ['x # b']]);
  });

  it('is not asked about cells that were changed but are not run', async () => {
    change(1, 'x ');
    expect(await decided(0, 2)).toEqual([true, true]);
    expect(questions).toEqual([]);
  });

  it('is asked about what others do while they read', async () => {
    change(1, 'x ');
    const rounds = [() => change(1, 'evil '), () => change(0, 'not run '), () => {}];
    answer = changes => {
      rounds.shift()!();
      return changes.length > 0;
    };
    expect(await decided(1)).toEqual([true]);
    expect(questions).toEqual([['x # b'], ['evil x # b']]);
    expect(notebook.getCell(1).getSource()).toBe('evil x # b');
  });
});

describe('the difference between a cell and what it was', () => {
  const shown = (before: string | null, source: string) =>
    compareLines(before, source).map(({ kind, text }) => `${kind} ${text}`);

  it('is its lines that are new and gone, with a line around them', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join('\n');
    expect(shown(before, before.replace('e', 'E\nand more'))).toEqual([
      ...['gap ⋯', 'keep d', 'remove e', 'insert E', 'insert and more', 'keep f'],
      'gap ⋯'
    ]);
    expect(shown('a\nb', 'a\nc')).toEqual(['keep a', 'remove b', 'insert c']);
    expect(shown('a\nb\nc', 'b\nc')).toEqual(['remove a', 'keep b', 'keep c']);
  });

  it('is all of it, where it is new, or too long to compare', () => {
    expect(shown(null, 'a\nb')).toEqual(['insert a', 'insert b']);
    const long = 'x\n'.repeat(3000);
    expect(compareLines(long, `${long}y`)).toHaveLength(3001);
  });
});
