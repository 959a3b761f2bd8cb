// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { REPAIR } from '../src/document/cells/repair';
import { OwnClients } from '../src/people/ownclients';
import { whenOthersCome } from '../src/people/others';
import { CELL } from '../src/people/place';
import type { Remembered } from '../src/people/unseen';
import { UnseenChanges } from '../src/people/unseen';

/** A notebook with two cells, open at somebody's. */
function open(name: string, history?: Uint8Array): YNotebook {
  const notebook = new YNotebook();
  if (history) {
    Y.applyUpdate(notebook.ydoc, history);
  } else {
    for (const id of ['a', 'b']) {
      notebook.addCell({ cell_type: 'code', id, source: `# ${id}` });
    }
  }
  const username = `${name.toLowerCase()}/1`;
  notebook.awareness.setLocalStateField('user', { username, name });
  return notebook;
}

/** Tell one all that another knows. */
function tell(from: YNotebook, to: YNotebook): void {
  const { awareness, ydoc } = from;
  const presence = encodeAwarenessUpdate(awareness, [awareness.clientID]);
  applyAwarenessUpdate(to.awareness, presence, null);
  const news = Y.encodeStateAsUpdate(ydoc, Y.encodeStateVector(to.ydoc));
  Y.applyUpdate(to.ydoc, news);
}

describe('a change that somebody has not seen', () => {
  let ada: YNotebook;
  let grace: YNotebook;
  let inView: Map<string, [number, number]>;
  let own: OwnClients;
  let unseen: UnseenChanges;
  let isPageShown: boolean;
  let memory: Remembered[] | null;

  /** Open the notebook at Ada's, or open it once more after a reload. */
  const watch = (known?: YNotebook) =>
    new UnseenChanges({
      notebook: ada,
      known: new Map(
        (known ?? ada).cells.map(cell => [
          cell.id,
          { type: cell.cell_type, source: cell.getSource() }
        ])
      ),
      isOwn: client => own.has(client),
      memory: { get: () => memory, set: text => (memory = text) },
      isPageShown: () => isPageShown,
      shown: () => inView
    });

  /** What Ada would be asked about. */
  const found = () => unseen.among(ada.cells);

  /** Let Grace write into a cell, and Ada hear of it. */
  const write = (cell: number, source: string) => {
    grace.getCell(cell).setSource(source);
    tell(grace, ada);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    ada = open('Ada');
    grace = open('Grace', Y.encodeStateAsUpdate(ada.ydoc));
    inView = new Map();
    own = new OwnClients(null);
    isPageShown = true;
    memory = null;
    unseen = watch();
  });

  afterEach(() => {
    unseen.dispose();
    vi.useRealTimers();
  });

  it('is one that others made, until the cell has been in view for a while', () => {
    expect(found().size).toBe(0);
    expect(unseen.isAny).toBe(false);
    write(0, 'evil()');
    vi.advanceTimersByTime(60_000);
    expect(found()).toEqual(
      new Map([['a', { before: '# a', source: 'evil()', people: ['Grace'] }]])
    );
    inView.set('a', [0, 1]); // scrolled past
    vi.advanceTimersByTime(400);
    inView.delete('a');
    vi.advanceTimersByTime(400);
    inView.set('a', [0, 1]);
    vi.advanceTimersByTime(1000);
    expect(unseen.isAny).toBe(true);
    vi.advanceTimersByTime(200);
    expect(unseen.isAny).toBe(false);
    expect(found().size).toBe(0);
  });

  it('is none that arrives before one’s eyes', () => {
    inView.set('a', [0, 1]);
    write(0, 'before her eyes');
    expect(unseen.isAny).toBe(false);
    isPageShown = false; // in another tab
    write(0, 'evil()');
    expect(unseen.isAny).toBe(true);
  });

  it('is there until the last line of a long cell has been in view', () => {
    write(0, `harmless()${'\n'.repeat(100)}evil()`);
    inView.set('a', [0, 0.5]);
    vi.advanceTimersByTime(60_000);
    expect(found().size).toBe(1);
    inView.set('a', [0.4, 1]);
    vi.advanceTimersByTime(200);
    expect(found().size).toBe(0);
  });

  it('is none of one’s own, also from another tab of this browser', () => {
    ada.getCell(0).setSource('mine()');
    const tab = open('Ada', Y.encodeStateAsUpdate(ada.ydoc));
    own = { has: client => client === tab.ydoc.clientID } as OwnClients;
    tab.getCell(1).setSource('mine, too');
    tell(tab, ada);
    expect(unseen.isAny).toBe(false);
    expect(found().size).toBe(0);
  });

  it('is one of somebody who says they are the same person', () => {
    const other = open('Ada', Y.encodeStateAsUpdate(ada.ydoc));
    other.getCell(1).setSource('evil()');
    tell(other, ada);
    expect([...found().keys()]).toEqual(['b']);
  });

  it('is one that only takes something away, and names who is at the cell', () => {
    const keep = ada.getCell(0).getSource();
    ada.getCell(0).setSource(`if False: ${keep}`);
    tell(ada, grace);
    grace.awareness.setLocalStateField(CELL, { id: 'a', isEdited: true });
    write(0, keep);
    expect([...found().values()]).toEqual([
      { before: `if False: ${keep}`, source: keep, people: ['Grace'] }
    ]);
  });

  it('stays when one writes into the cell as well, and is shown with that', () => {
    write(0, 'evil()');
    ada.getCell(0).setSource('evil() # mine');
    const [change] = found().values();
    expect(change).toMatchObject({ before: '# a', source: 'evil() # mine' });
  });

  it('is over once it was told, unless it has become another one meanwhile', () => {
    write(0, 'hers()');
    const [[id, told]] = found();
    write(0, 'evil()');
    unseen.see(id, told);
    expect([...found().values()]).toMatchObject([
      { before: 'hers()', source: 'evil()' }
    ]);
    unseen.see(id, found().get(id)!);
    expect(unseen.isAny).toBe(false);
  });

  it('is none where a cell was moved, or is again what it was', () => {
    write(0, 'another');
    write(0, '# a');
    grace.moveCell(1, 0);
    tell(grace, ada);
    expect(ada.cells.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(unseen.isAny).toBe(false);
    expect(found().size).toBe(0);
  });

  it('is also a cell that others put in, or in place of one, and text made code', () => {
    ada.addCell({ cell_type: 'markdown', id: 'm', source: 'evil()' });
    tell(ada, grace);
    grace.deleteCell(2);
    grace.addCell({ cell_type: 'code', id: 'm', source: 'evil()' });
    grace.deleteCell(0);
    grace.insertCell(0, { cell_type: 'code', id: 'a', source: 'evil()' });
    grace.insertCell(0, { cell_type: 'code', id: 'c', source: 'new()' });
    tell(grace, ada);
    const befores = [...found()].map(([id, { before }]) => [id, before]);
    expect(befores).toEqual([
      ['c', null],
      ['a', '# a'],
      ['m', null]
    ]);
    expect(unseen.isAny).toBe(true);
  });

  it('is also a repair of what others did, and a cell that got another’s id', () => {
    ada.ydoc.transact(() => ada.getCell(0).setSource('rescued'), REPAIR);
    expect(unseen.isAny).toBe(true);
    expect([...found().keys()]).toEqual(['a']);
    const cell = grace.ydoc.getArray<Y.Map<unknown>>('cells').get(1);
    cell.set('id', 'z');
    tell(grace, ada);
    expect([...found().keys()]).toEqual(['a', 'z']);
  });

  it('is no output, no run, and no text', () => {
    grace.addCell({ cell_type: 'markdown', id: 'm', source: 'read me' });
    grace.ydoc.transact(() => {
      const cell = grace.ydoc.getArray<Y.Map<unknown>>('cells').get(0);
      cell.set('execution_count', 5);
      (cell.get('outputs') as Y.Array<unknown>).push([{ output_type: 'stream' }]);
    });
    tell(grace, ada);
    expect(unseen.isAny).toBe(false);
    expect(found().size).toBe(0);
  });

  it('is one also after a reload, unless it was seen by then', () => {
    write(0, 'evil()');
    const before = found();
    unseen.dispose();
    unseen = watch();
    expect(unseen.isAny).toBe(true);
    expect(found()).toEqual(before);
    inView.set('a', [0, 1]);
    vi.advanceTimersByTime(1200);
    unseen.dispose();
    unseen = watch();
    expect(unseen.isAny).toBe(false);
    expect(memory).toBe(null);
  });

  it('is one also if it was made while the code for that was loaded', () => {
    unseen.dispose();
    const before = open('Ada', Y.encodeStateAsUpdate(ada.ydoc));
    write(1, 'evil()');
    unseen = watch(before);
    expect([...found().values()]).toEqual([
      { before: '# b', source: 'evil()', people: [] }
    ]);
    expect(unseen.isAny).toBe(true);
  });

  it('is none in a cell that is gone', () => {
    write(0, 'evil()');
    ada.deleteCell(0);
    expect(unseen.isAny).toBe(false);
  });

  it('survives cells in which nothing is as it should be', () => {
    grace.ydoc.getArray<Y.Map<unknown>>('cells').get(0).set('source', 5);
    tell(grace, ada);
    expect(unseen.isAny).toBe(true);
  });
});

describe('somebody else in a notebook', () => {
  it('is noticed before anything that they do, and once', () => {
    const ada = open('Ada');
    const grace = open('Grace', Y.encodeStateAsUpdate(ada.ydoc));
    const seen: string[] = [];
    whenOthersCome(ada, () => seen.push(ada.getCell(0).getSource()));
    ada.getCell(0).setSource('mine');
    ada.awareness.setLocalStateField('user', { name: 'Ada' });
    expect(seen).toEqual([]);
    tell(ada, grace);
    grace.getCell(0).setSource('hers');
    Y.applyUpdate(ada.ydoc, Y.encodeStateAsUpdate(grace.ydoc));
    expect(seen).toEqual(['mine']);
    tell(grace, ada);
    expect(seen).toEqual(['mine']);
    whenOthersCome(ada, () => seen.push('at once'));
    expect(seen).toEqual(['mine', 'at once']);
    whenOthersCome(open('Joan'), () => seen.push('never'))();
  });
});

describe('the clients of this browser', () => {
  it('are remembered in all its tabs, and never too many', () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value)
    } as unknown as Storage;
    const [one, other] = [new OwnClients(storage), new OwnClients(storage)];
    one.add(7);
    expect(other.has(7)).toBe(true);
    expect(other.has(8)).toBe(false);
    for (let client = 100; client < 400; client++) {
      other.add(client);
    }
    expect(one.has(7)).toBe(false);
    expect(one.has(399)).toBe(true);
    items.forEach((_, key) => items.set(key, 'no JSON'));
    expect(one.has(399)).toBe(false);
  });
});
