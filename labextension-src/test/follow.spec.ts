// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './support/jupyter';

import { YFile, YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate
} from 'y-protocols/awareness';
import * as Y from 'yjs';

import { guardCells } from '../src/document/cells/guard';
import { keyOf } from '../src/document/cells/ids';
import { Activity } from '../src/people/activity';
import { AWAY_AFTER, watchAbsence } from '../src/people/away';
import { Follower } from '../src/people/follow';
import type { IPlace } from '../src/people/place';
import { cellOf, placeIn } from '../src/people/place';
import type { IRosterEntry } from '../src/people/roster';
import { roster } from '../src/people/roster';
import { tabUsername } from '../src/room/person';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Grace, in the same document as Ada. */
class Grace {
  constructor(private readonly _ada: YNotebook | YFile) {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(_ada.ydoc));
    this.say({ cursors: [] });
  }

  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);

  /** Tell Ada something about Grace. */
  say(state: object): void {
    const user = { username: tabUsername('grace', '1'), name: 'Grace' };
    this.awareness.setLocalState({ user, ...state });
    const update = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    applyAwarenessUpdate(this._ada.awareness, update, 'remote');
  }

  /** Change the document, and let Ada have it. */
  write(change: (doc: Y.Doc) => void): void {
    change(this.doc);
    Y.applyUpdate(this._ada.ydoc, Y.encodeStateAsUpdate(this.doc));
  }
}

function notebook(): YNotebook {
  const model = new YNotebook();
  model.fromJSON({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: ['one', 'two'].map(id => ({
      id,
      cell_type: 'code',
      source: `# ${id}`,
      metadata: {},
      outputs: [],
      execution_count: null
    }))
  });
  return model;
}

const sourceOf = (doc: Y.Doc, cell: number) =>
  doc.getArray<Y.Map<unknown>>('cells').get(cell).get('source') as Y.Text;

describe('who follows somebody', () => {
  it('can stop while they move, and follow them again', async () => {
    let cell = 0;
    const shown: unknown[] = [];
    const follower = new Follower({
      find: id => ({ id, path: 'a.ipynb' }) as IRosterEntry,
      canShow: () => true,
      place: () => ({ cell: String(cell) }) as unknown as IPlace,
      show: (_, place) => {
        shown.push(place);
        return Promise.resolve();
      },
      isOurs: () => false
    });
    follower.follow('grace');
    follower.stop(); // she has moved, and that is not shown yet
    follower.follow('grace');
    await vi.advanceTimersByTimeAsync(1000);
    cell = 1;
    follower.update();
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown).toEqual([{ cell: '0' }, { cell: '1' }]);
    follower.dispose();
  });
});

describe('what somebody does', () => {
  it('ends for each by themself, also while others go on', () => {
    const ada = notebook();
    const activity = new Activity(ada);
    const [grace, joan] = [new Grace(ada), new Grace(ada)];
    let heard = 0;
    activity.changed.connect(() => heard++);
    const write = (who: Grace) => {
      who.say({ cursors: [Math.random()] });
      who.write(doc => sourceOf(doc, 0).insert(0, 'x'));
    };
    write(grace);
    for (let i = 0; i < 12; i++) {
      write(joan);
      vi.advanceTimersByTime(500);
    }
    // Joan began, Grace began and ended
    expect(heard).toBeGreaterThanOrEqual(3);
    activity.dispose();
  });

  it('is typing while they write, and for a moment after that', () => {
    const ada = notebook();
    const activity = new Activity(ada);
    const grace = new Grace(ada);
    expect([...activity.people]).toEqual([]);
    grace.say({ cursors: [1] });
    expect([...activity.people]).toEqual([]); // a click
    grace.write(doc => sourceOf(doc, 0).insert(0, 'x'));
    expect([...activity.people]).toEqual([['grace', 'typing']]);
    vi.advanceTimersByTime(3000);
    expect([...activity.people]).toEqual([]);
    activity.dispose();
  });

  it('is not typing when what they wrote long ago arrives', () => {
    const ada = notebook();
    const activity = new Activity(ada);
    const grace = new Grace(ada);
    grace.write(doc => sourceOf(doc, 0).insert(0, 'x'));
    expect([...activity.people]).toEqual([]);
    activity.dispose();
  });

  it('is waited for no more once the document is closed, which ends everybody’s presence', () => {
    const ada = notebook();
    ada.awareness.setLocalState({});
    const before = vi.getTimerCount();
    // whoever hears of it first closes all
    ada.awareness.on('change', () => activity.dispose());
    const activity = new Activity(ada);
    ada.awareness.destroy();
    expect(activity.isDisposed).toBe(true);
    expect(vi.getTimerCount()).toBe(before - 1); // the presence’s own
  });

  it('is running while a cell of theirs runs, and no more once they are gone', () => {
    const ada = notebook();
    const activity = new Activity(ada);
    const grace = new Grace(ada);
    grace.write(doc =>
      doc.transact(() => {
        const cell = doc.getArray<Y.Map<unknown>>('cells').get(1);
        cell.set('run', { client: doc.clientID, cell: keyOf(cell._item!.id) });
        cell.set('execution_state', 'running');
      })
    );
    expect([...activity.people]).toEqual([['grace', 'running']]);
    vi.advanceTimersByTime(10_000);
    expect([...activity.people]).toEqual([['grace', 'running']]);
    ada.awareness.states.delete(grace.doc.clientID);
    ada.awareness.emit('change', [
      { added: [], updated: [], removed: [grace.doc.clientID] },
      'remote'
    ]);
    vi.advanceTimersByTime(10_000);
    expect([...activity.people]).toEqual([]);
    const cell = ada.ydoc.getArray<Y.Map<unknown>>('cells').get(1);
    expect(cell.get('execution_state')).toBe('idle');
    activity.dispose();
  });
});

describe('a cell that still runs, and that others took for stopped in a partition', () => {
  /** Let two people meet after a while, in which one lost sight of the other. */
  const part = (end: (cell: Y.Map<unknown>) => void) => {
    const ada = notebook();
    const cellOf = (doc: Y.Doc) => doc.getArray<Y.Map<unknown>>('cells').get(1);
    const cell = cellOf(ada.ydoc);
    const other = new YNotebook();
    const guards = [ada, other].map(one => guardCells(one, () => undefined));
    const meet = () => {
      Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(ada.ydoc));
      Y.applyUpdate(ada.ydoc, Y.encodeStateAsUpdate(other.ydoc));
      Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(ada.ydoc));
    };
    const activity = new Activity(ada);
    cell.set('run', { client: ada.ydoc.clientID, cell: keyOf(cell._item!.id) });
    cell.set('execution_state', 'running');
    meet();
    const theirs = new Activity(other);
    vi.advanceTimersByTime(10_000);
    expect(cellOf(other.ydoc).get('execution_state')).toBe('idle');
    end(cell);
    meet();
    const states = [ada, other].map(({ ydoc }) => cellOf(ydoc).get('execution_state'));
    activity.dispose();
    theirs.dispose();
    guards.forEach(guard => guard.dispose());
    return states;
  };

  it('is shown as running again, by `[*]` at both, once they meet', () => {
    expect(part(() => undefined)).toEqual(['running', 'running']);
  });

  it('is not, if it has ended meanwhile, or somebody else runs the cell now', () => {
    expect(part(cell => cell.set('execution_state', 'idle'))).toEqual(['idle', 'idle']);
    const run = (cell: Y.Map<unknown>) =>
      void cell.set('run', { client: 1, cell: keyOf(cell._item!.id) });
    expect(part(run)).toEqual(['idle', 'idle']);
  });
});

describe('the place of somebody', () => {
  const head = (text: Y.Text, index: number) =>
    JSON.parse(
      JSON.stringify(Y.createRelativePositionFromTypeIndex(text, index))
    ) as unknown;

  it('is their cursor in a cell that they edit', () => {
    const ada = notebook();
    const grace = new Grace(ada);
    expect(placeIn(ada, 'grace')).toBeNull();
    const cursors = [{ head: head(sourceOf(grace.doc, 1), 3) }];
    grace.say({ cursors });
    expect(placeIn(ada, 'grace')).toEqual({ cell: 1, offset: 3 });
    // the cursor stays behind where they have gone on
    grace.say({ cursors, cell: { id: 'one', isEdited: false } });
    expect(placeIn(ada, 'grace')).toEqual({ cell: 0, offset: null });
    expect(placeIn(ada, 'joan')).toBeNull();
  });

  it('is their cursor in a file', () => {
    const ada = new YFile();
    ada.setSource('hello');
    const grace = new Grace(ada);
    grace.say({ cursors: [{ head: head(grace.doc.getText('source'), 4) }] });
    expect(placeIn(ada, 'grace')).toEqual({ cell: null, offset: 4 });
  });

  it('is nowhere when a peer writes nonsense', () => {
    const ada = notebook();
    const grace = new Grace(ada);
    for (const cursors of [5, {}, [null], [{ head: 'x' }], [{ head: { item: 1 } }]]) {
      grace.say({ cursors, cell: 7 });
      expect(placeIn(ada, 'grace')).toBeNull();
    }
    expect(cellOf({ cell: { id: {} } })).toBeNull();
  });
});

describe('absence', () => {
  it('is told after a while of being hidden, and ends at once', () => {
    const page = new EventTarget() as Document & { visibilityState: string };
    const told: boolean[] = [];
    const turn = (visibility: string) => {
      Object.defineProperty(page, 'visibilityState', {
        value: visibility,
        configurable: true
      });
      page.dispatchEvent(new Event('visibilitychange'));
    };
    watchAbsence(isAway => told.push(isAway), page);
    turn('hidden');
    vi.advanceTimersByTime(AWAY_AFTER - 1);
    turn('visible');
    turn('hidden');
    expect(told).toEqual([]);
    vi.advanceTimersByTime(AWAY_AFTER);
    turn('visible');
    expect(told).toEqual([true, false]);
  });

  it('is no absence while another tab is looked at', () => {
    const tab = (name: string, more: object) => ({
      user: { username: tabUsername('grace', name), name: 'Grace' },
      ...more
    });
    const hidden = tab('1', { current: 'notebook:one.ipynb', away: true });
    const seen = tab('2', { current: 'editor:two.txt' });
    for (const states of [
      [hidden, seen],
      [seen, hidden]
    ]) {
      const [grace] = roster(new Map(states.entries()), 'ada', 'Somebody');
      expect(grace).toMatchObject({ isAway: false, path: 'two.txt' });
    }
    const [away] = roster(new Map([[1, hidden]]), 'ada', 'Somebody');
    expect(away).toMatchObject({ isAway: true, path: 'one.ipynb' });
  });
});
