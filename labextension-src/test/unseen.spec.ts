// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { UnseenChanges } from '../src/people/unseen';

/** A notebook with two cells, open at somebody's. */
function open(username: string, history?: Uint8Array) {
  const notebook = new YNotebook();
  if (history) {
    Y.applyUpdate(notebook.ydoc, history);
  } else {
    for (const id of ['a', 'b']) {
      notebook.addCell({ cell_type: 'code', id, source: `# ${id}` });
    }
  }
  notebook.awareness.setLocalStateField('user', { username });
  return notebook;
}

/** Tell one all that another knows. */
function tell(from: YNotebook, to: YNotebook): void {
  const { awareness, ydoc } = from;
  const presence = encodeAwarenessUpdate(awareness, [awareness.clientID]);
  applyAwarenessUpdate(to.awareness, presence, null);
  Y.applyUpdate(to.ydoc, Y.encodeStateAsUpdate(ydoc));
}

describe('a change that somebody has not seen', () => {
  let ada: YNotebook;
  let grace: YNotebook;
  let shown: string[];
  let unseen: UnseenChanges;

  beforeEach(() => {
    vi.useFakeTimers();
    ada = open('ada/1');
    grace = open('grace/1', Y.encodeStateAsUpdate(ada.ydoc));
    shown = [];
    unseen = new UnseenChanges({
      notebook: ada,
      me: () => 'ada',
      isShown: cell => shown.includes(cell)
    });
  });

  afterEach(() => {
    unseen.dispose();
    vi.useRealTimers();
  });

  it('is one that others made, until the cell was on the screen for a while', () => {
    grace.getCell(0).source = 'evil()';
    tell(grace, ada);
    expect(unseen.cells).toEqual(['a']);
    vi.advanceTimersByTime(60_000);
    expect(unseen.has('a')).toBe(true);
    shown = ['a'];
    vi.advanceTimersByTime(500);
    expect(unseen.has('a')).toBe(true);
    grace.getCell(0).source = 'worse()'; // another one by now
    tell(grace, ada);
    vi.advanceTimersByTime(750);
    expect(unseen.has('a')).toBe(true);
    vi.advanceTimersByTime(250);
    expect(unseen.has('a')).toBe(false);
  });

  it('is none of one’s own, also in another tab', () => {
    ada.getCell(0).source = 'mine()';
    const tab = open('ada/2', Y.encodeStateAsUpdate(ada.ydoc));
    tab.getCell(1).source = 'mine, too';
    tell(tab, ada);
    expect(unseen.cells).toEqual([]);
  });

  it('is over once one writes into the cell, or has run it all the same', () => {
    grace.getCell(0).source = 'hers()';
    grace.getCell(1).source = 'hers, too';
    tell(grace, ada);
    ada.getCell(0).source += ' + mine()';
    expect(unseen.cells).toEqual(['b']);
    unseen.clear();
    expect(unseen.cells).toEqual([]);
  });

  it('is none where a cell was moved, or is again what it was', () => {
    const { source } = grace.getCell(0);
    grace.getCell(0).source = 'another';
    tell(grace, ada);
    grace.getCell(0).source = source;
    grace.moveCell(1, 0);
    tell(grace, ada);
    expect(ada.cells.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(unseen.cells).toEqual([]);
  });

  it('is also a cell that others put in, or in place of one', () => {
    grace.deleteCell(0);
    grace.insertCell(0, { cell_type: 'code', id: 'a', source: 'evil()' });
    grace.insertCell(0, { cell_type: 'code', id: 'c', source: 'new()' });
    tell(grace, ada);
    expect([...unseen.cells].sort()).toEqual(['a', 'c']);
  });

  it('is no output, and no run', () => {
    grace.ydoc.transact(() => {
      const cell = grace.ydoc.getArray<Y.Map<unknown>>('cells').get(0);
      cell.set('execution_count', 5);
      (cell.get('outputs') as Y.Array<unknown>).push([{ output_type: 'stream' }]);
    });
    tell(grace, ada);
    expect(unseen.cells).toEqual([]);
  });
});
