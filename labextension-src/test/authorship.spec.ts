// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';
import './support/jupyter';

import type { YCodeCell } from '@jupyter/ydoc';
import { YNotebook } from '@jupyter/ydoc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { isPersonal } from '../src/document/authorship';
import { guardCells } from '../src/document/cells/guard';
import { DirtyState } from '../src/document/dirty';
import { documentFormat } from '../src/document/format';
import { TrustGuard } from '../src/document/trust';
import type { DocumentId } from '../src/room/ids';
import { Browser } from './simulator/browser';
import * as commands from './simulator/commands';
import { NOTEBOOK } from './simulator/kinds';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { closeAll, later } from './support/later';

// as on plain HTTP, where digests are made in step
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

const BOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: ['a', 'b', 'c'].map(id => ({
    id,
    cell_type: 'code',
    source: id,
    metadata: {},
    outputs: [],
    execution_count: null
  }))
};

/** A page that shows the notebook, guarded as the provider guards it. */
function openPage() {
  const notebook = later(new YNotebook());
  const dirty = later(new DirtyState(notebook));
  later(new TrustGuard(notebook));
  later(guardCells(notebook, () => undefined));
  const format = documentFormat('notebook', notebook)!;
  const seed = format.encode(format.canonical(BOOK), 2 ** 52 + 5);
  Y.applyUpdate(notebook.ydoc, seed, 'seed');
  const personal: unknown[] = [];
  notebook.ydoc.on('afterTransaction', (transaction: Y.Transaction) => {
    if (isPersonal(transaction, notebook.ystate as Y.Map<unknown>)) {
      personal.push(transaction.origin);
    }
  });
  return { notebook, dirty, personal };
}

function send(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room');
}

/** The cell that has an id. */
const cellOf = (notebook: YNotebook, id: string) =>
  notebook.cells.find(cell => cell.id === id) as YCodeCell;

/** What two people do at once that has to be repaired. */
const DEEDS: Record<string, readonly [Deed, Deed]> = {
  'one cell, moved': [
    notebook => commands.move(notebook, 1, 2),
    notebook => commands.move(notebook, 1, 0)
  ],
  'one cell, run': [
    notebook => commands.run(cellOf(notebook, 'b'), 'A'),
    notebook => commands.run(cellOf(notebook, 'b'), 'B')
  ],
  'one cell, typed in and removed': [
    notebook => cellOf(notebook, 'b').updateSource(0, 0, 'more '),
    notebook => commands.remove(notebook, 1)
  ],
  'trust, given': [
    notebook => cellOf(notebook, 'b').setMetadata('trusted', true),
    notebook => cellOf(notebook, 'c').setMetadata('trusted', true)
  ],
  'what does not belong there': [
    notebook => notebook.ystate.set('path', 'secret.txt'),
    notebook => notebook.ymeta.set('nbformat', 'x')
  ]
};

type Deed = (notebook: YNotebook) => void;

afterEach(() => {
  closeAll();
  vi.restoreAllMocks();
});

describe('what a page repairs', () => {
  it.each(Object.keys(DEEDS))('is not written by who only looks: %s', kind => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const people = [openPage().notebook, openPage().notebook];
    const viewer = openPage();
    people.forEach(({ ydoc }) => send(viewer.notebook.ydoc, ydoc));
    viewer.personal.splice(0);
    viewer.dirty.markSaved(viewer.dirty.version);
    const repairs = vi.fn();
    viewer.notebook.ydoc.on('afterTransaction', ({ changed, local }: Y.Transaction) => {
      if (local && changed.size) {
        repairs();
      }
    });
    people.forEach((notebook, number) => DEEDS[kind][number](notebook));
    people.forEach(({ ydoc }) => send(ydoc, viewer.notebook.ydoc));
    expect(viewer.personal).toEqual([]);
    expect(viewer.dirty.isOwn).toBe(false);
    expect(viewer.dirty.isForeign).toBe(true);
    expect(repairs, 'something is repaired').toHaveBeenCalled();
    // what they do themself is
    cellOf(viewer.notebook, 'a').updateSource(0, 0, 'mine ');
    expect(viewer.personal).toHaveLength(1);
    expect(viewer.dirty.isOwn).toBe(true);
  });

  it('makes nobody an author of the history who only looked', async () => {
    const network = new Network();
    const { path } = NOTEBOOK;
    const [ada, grace, viewer] = [0, 1, 2].map(
      number => new Browser(number, network, 'authorship', new Map([[path, BOOK]]))
    );
    [ada, grace, viewer].forEach(person => person.open(0, path));
    await settle(network);
    network.partition(new Set([grace.number]));
    const models = [ada, grace].map(({ tabs }) => tabs[0]!.model as never as YNotebook);
    commands.move(models[0], 1, 2);
    commands.move(models[1], 1, 0);
    await settle(network);
    network.heal();
    await settle(network);
    const page = viewer.tabs[0]!;
    expect((page.model as never as YNotebook).cells).toHaveLength(3);
    const bases = await Promise.all(
      [viewer, ada].map(person =>
        enterRoom(person).store.base(page.documentId as DocumentId)
      )
    );
    expect(bases.map(base => base?.isAuthor === true)).toEqual([false, true]);
    [ada, grace, viewer].forEach(person => person.close(0, 'close'));
  });
});
