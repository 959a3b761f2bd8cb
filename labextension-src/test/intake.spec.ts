// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';
import './support/jupyter';

import { RtcContentProvider } from '@jupyter/docprovider';
import { type YCodeCell, YFile, YNotebook } from '@jupyter/ydoc';
import { ContentProviderRegistry } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { guardCells } from '../src/document/cells/guard';
import { documentFormat } from '../src/document/format';
import { hasContent } from '../src/document/state';
import { TrustGuard } from '../src/document/trust';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';
import { closeAll, later } from './support/later';

/** Send to a page what it lacks. */
function send(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room');
}

/** A notebook as a file has it. */
const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python', display_name: 'Python' } },
  cells: [
    {
      cell_type: 'code',
      id: 'mine',
      metadata: { tags: ['a'] },
      source: '1 + 1',
      execution_count: 1,
      outputs: [
        { output_type: 'stream', name: 'stdout', text: 'two\n' },
        {
          output_type: 'execute_result',
          execution_count: 1,
          metadata: {},
          data: { 'text/plain': '2' }
        }
      ]
    }
  ]
};

const notebookFormat = documentFormat('notebook', new YNotebook())!;

/** What is saved of a notebook. */
const saved = (page: YNotebook) =>
  JSON.parse(notebookFormat.canonical(notebookFormat.content(page))) as typeof NOTEBOOK;

/** A page that shows a notebook of a room. */
function openNotebook(): YNotebook {
  const page = later(new YNotebook());
  later(new TrustGuard(page));
  later(guardCells(page, () => undefined));
  const seed = notebookFormat.encode(notebookFormat.canonical(NOTEBOOK), 2 ** 52 + 5);
  Y.applyUpdate(page.ydoc, seed, 'seed');
  return page;
}

let error: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  error = vi.spyOn(console, 'error');
  vi.spyOn(console, 'warn').mockReturnValue();
});

afterEach(() => {
  closeDocuments();
  closeAll();
  expect(error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

describe('a path that a peer writes into the state of a document', () => {
  it.each([
    ['is known', true],
    ['is private', false]
  ])('renames nothing on a Jupyter server whose file %s', async (_, isOpenToo) => {
    const network = new Network();
    const [room, evil] = [0, 1].map(number =>
      enterRoom(new Browser(number, network, `intake ${isOpenToo}`, new Map()))
    );
    const drive = new TextDrive(
      new TextFiles({ 'plan.txt': 'plan ', 'secret.txt': 'my secret ' })
    );
    const providers: { path: string; save(): Promise<void> }[] = [];
    const options = {
      currentDrive: drive,
      user: { ready: Promise.resolve(), userChanged: new Signal({}), identity: null },
      trans: nullTranslator.load('jupyterlab'),
      fileChanged: drive.fileChanged,
      providerFactory: {
        create: ({ path, model }: { path: string; model: YFile }) => {
          const { provider } = openDocument(drive, path, room, {
            model: model,
            manager: { isShared: (one: string) => one === 'plan.txt' }
          });
          providers.push(provider);
          return provider;
        }
      }
    };
    const contents = new RtcContentProvider(options as never);
    const registry = new ContentProviderRegistry();
    registry.register('rtc', contents);
    contents.fileChanged.connect((_, change) => drive.fileChanged.emit(change));
    const { sharedModelFactory: factory } = contents;
    factory.registerDocumentFactory('file', () => new YFile());
    const show = async (path: string) => {
      const how = { contentType: 'file', format: 'text', collaborative: true } as const;
      const model = later(factory.createNew({ ...how, path }) as unknown as YFile);
      await settle(network);
      return model;
    };
    const plan = await show('plan.txt');
    if (isOpenToo) {
      await show('secret.txt');
    }
    const told = vi.fn();
    drive.fileChanged.connect(told);

    const [lineage] = [...evil.directory.doc.getMap('lineages').keys()].map(
      key => key.split('/')[1]
    );
    const theirs = later(new YFile());
    const { awareness, ydoc: doc } = theirs;
    later(evil.connect({ session: evil.session, subject: lineage, doc, awareness }));
    await settle(network);
    expect(theirs.getSource()).toBe('plan ');
    for (const [key, value] of [
      ['path', 'plan.txt'],
      ['path', 'secret.txt'],
      ['hash', 'abc']
    ]) {
      theirs.ystate.set(key, value);
      await settle(network);
    }
    expect(told).not.toHaveBeenCalled();
    expect(providers[0].path).toBe('plan.txt');
    plan.updateSource(0, 0, 'our ');
    await providers[0].save();
    expect(drive.files.text('plan.txt')).toBe('our plan ');
    expect(drive.files.text('secret.txt')).toBe('my secret ');
    expect([...theirs.ystate.keys()], 'it is taken out for all').not.toContain('path');
  });

  it('is taken out also where it was kept, or came before the file', () => {
    const evil = new YFile();
    evil.ystate.set('path', 'secret.txt');
    evil.ystate.set('document_id', { a: [1] });
    for (const format of [documentFormat('file', new YFile())!, notebookFormat]) {
      const page = format.scratch();
      later(page);
      const told = vi.fn();
      page.changed.connect(told);
      send(evil.ydoc, page.ydoc);
      expect(page.ystate.toJSON()).toEqual({});
      expect(told).not.toHaveBeenCalled();
    }
    evil.dispose();
  });
});

describe('that a peer has changes to save', () => {
  it('says nothing about one’s own drive', () => {
    const [page, evil] = [openNotebook(), new Y.Doc()];
    const told = vi.fn();
    page.changed.connect(told);
    evil.getMap('state').set('dirty', true);
    send(evil, page.ydoc);
    expect(told).not.toHaveBeenCalled();
    expect(page.ystate.get('dirty'), 'everybody’s editor writes it').toBe(true);
  });

  it('is yes or no', () => {
    const [page, evil] = [openNotebook(), new Y.Doc()];
    evil.getMap('state').set('dirty', 'x'.repeat(1000));
    evil.getMap('state').set('seeded', 'x'.repeat(1000));
    send(evil, page.ydoc);
    expect(JSON.stringify(page.ystate)).not.toContain('xx');
  });
});

describe('what tells an empty file from one that has not arrived', () => {
  it('stands though somebody takes it out', () => {
    const format = documentFormat('file', new YFile())!;
    const evil = new Y.Doc();
    Y.applyUpdate(evil, format.encode('text', 2 ** 52 + 5));
    evil.getMap('state').delete('seeded');
    const page = later(format.scratch());
    send(evil, page.ydoc);
    expect(hasContent(page.ydoc)).toBe(true);
    expect(format.content(page)).toBe('text');
  });
});

/** Something that has no place in JSON. */
const ODD: Record<string, () => unknown> = {
  'a shared text': () => new Y.Text('x'),
  'a shared map': () => new Y.Map([['a', 1]]),
  bytes: () => new Uint8Array([1]),
  'bytes in a list': () => [new Uint8Array([1])],
  'bytes in an object': () => ({ a: new Uint8Array([1]) }),
  'a large integer in a list': () => [BigInt(5)],
  'a large integer in an object': () => ({ a: { b: BigInt(5) } }),
  'what is nested too deep': () =>
    Array.from({ length: 1000 }).reduce<unknown>(inner => [inner], 1)
};

/** Where somebody may write it. */
const PLACES: Record<string, (doc: Y.Doc, value: unknown) => void> = {
  'the state': (doc, value) => doc.getMap('state').set('seeded', value),
  'the notebook’s metadata': (doc, value) => doc.getMap('meta').set('metadata', value),
  'the notebook’s format': (doc, value) => doc.getMap('meta').set('nbformat', value),
  'the minor of it': (doc, value) => doc.getMap('meta').set('nbformat_minor', value),
  'more about the notebook': (doc, value) => doc.getMap('meta').set('more', value),
  'a kernel': (doc, value) =>
    (doc.getMap('meta').get('metadata') as Y.Map<unknown>).set('kernelspec', value),
  'a cell’s metadata': (doc, value) =>
    (cellOf(doc)?.get('metadata') as Y.Map<unknown>)?.set('tags', value),
  'a cell': (doc, value) => cellOf(doc)?.set('execution_count', value),
  'who runs it': (doc, value) => cellOf(doc)?.set('run', value),
  'a cell’s attachments': (doc, value) => cellOf(doc)?.set('attachments', value),
  'an output': (doc, value) => outputOf(doc)?.set('data', value),
  'the ledger': (doc, value) => doc.getMap('cell-ledger').set('=1/2', value)
};

const cellOf = (doc: Y.Doc) =>
  doc.getArray<Y.Map<unknown>>('cells').toArray()[0] as Y.Map<unknown> | undefined;
const outputOf = (doc: Y.Doc) =>
  (cellOf(doc)?.get('outputs') as Y.Array<Y.Map<unknown>> | undefined)?.toArray()[1];

describe.each(Object.keys(ODD))('%s that somebody writes where JSON belongs', kind => {
  it.each(Object.keys(PLACES))('harms nobody: in %s', place => {
    const page = openNotebook();
    const evil = new Y.Doc();
    send(page.ydoc, evil);
    PLACES[place](evil, ODD[kind]());
    send(evil, page.ydoc);
    expect(saved(page).cells).toHaveLength(1);
    expect(saved(page).cells[0].source).toBe('1 + 1');
    const { ydoc } = page; // who asks the ledger believes none of it
    const parts = [ydoc.getArray('cells'), ydoc.getMap('meta'), ydoc.getMap('state')];
    const standing = parts.map((part): unknown => part.toJSON());
    expect(standing).toEqual(JSON.parse(JSON.stringify(standing)));
    expect(JSON.stringify(standing)).not.toContain('['.repeat(200));
    // it goes on
    page.setMetadata('called', 'mine');
    page.cells[0].updateSource(0, 0, '2 + ');
    send(page.ydoc, evil);
    expect(saved(page).metadata).toMatchObject({ called: 'mine' });
    expect(saved(page).nbformat).toBe(4);
    // … and is the same where it comes later
    const other = later(notebookFormat.scratch() as never as YNotebook);
    send(evil, other.ydoc);
    send(page.ydoc, other.ydoc);
    expect(saved(other)).toEqual(saved(page));
  });
});

describe('an object in a text', () => {
  it('is taken out before an editor is told', () => {
    const [page, evil] = [openNotebook(), new Y.Doc()];
    send(page.ydoc, evil);
    const told = vi.fn<(change: unknown) => void>();
    page.cells[0].changed.connect((_, { sourceChange }) => told(sourceChange));
    (cellOf(evil)!.get('source') as Y.Text).insertEmbed(0, { a: 1 });
    send(evil, page.ydoc);
    const inserted = told.mock.calls.flat(2) as ({ insert?: unknown } | undefined)[];
    expect(inserted.filter(one => typeof one?.insert === 'object')).toEqual([]);
    expect(page.cells[0].ysource.length).toBe('1 + 1'.length);
  });

  it('is taken out of a file, too', () => {
    const format = documentFormat('file', new YFile())!;
    const [page, evil] = [format.scratch() as never as YFile, new Y.Doc()];
    later(page);
    Y.applyUpdate(page.ydoc, format.encode('text', 2 ** 52 + 5));
    send(page.ydoc, evil);
    evil.getText('source').insertEmbed(2, { a: 1 });
    evil.getText('source').format(0, 2, { bold: true });
    send(evil, page.ydoc);
    expect(page.ysource.toDelta()).toEqual([{ insert: 'text' }]);
  });
});

describe('metadata that somebody takes from a notebook', () => {
  it('are written anew by all alike, so that what is written into them stands', () => {
    const [first, second] = [openNotebook(), openNotebook()];
    const evil = new Y.Doc();
    send(first.ydoc, evil);
    evil.getMap('meta').delete('metadata');
    [first, second].forEach(page => send(evil, page.ydoc));
    first.setMetadata('mine', 1);
    second.setMetadata('yours', 2);
    send(first.ydoc, second.ydoc);
    send(second.ydoc, first.ydoc);
    expect([first, second].map(({ metadata }) => metadata)).toEqual([
      { mine: 1, yours: 2 },
      { mine: 1, yours: 2 }
    ]);
  });
});

describe('what two people write that does not belong into a notebook', () => {
  it('comes to the same on all pages, whatever the order', () => {
    const step = fc.oneof(
      fc.record({
        who: fc.constantFrom(0, 1),
        place: fc.constantFrom(...Object.values(PLACES)),
        odd: fc.oneof(
          fc.constantFrom(...Object.values(ODD)),
          fc.constant((): unknown => 4)
        )
      }),
      fc.record({ who: fc.constantFrom(2, 3), title: fc.nat(9) }),
      fc.record({ from: fc.nat(3), to: fc.nat(3) })
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const pages = [openNotebook(), openNotebook()];
        const evil = [new Y.Doc(), new Y.Doc()];
        const docs = [...evil, ...pages.map(({ ydoc }) => ydoc)];
        evil.forEach(doc => send(pages[0].ydoc, doc));
        for (const one of steps) {
          if ('from' in one) {
            send(docs[one.from], docs[one.to]);
          } else if ('title' in one) {
            pages[one.who - 2].setMetadata('called', one.title);
          } else if (evil[one.who].getMap('meta').get('metadata') instanceof Y.Map) {
            one.place(evil[one.who], one.odd());
          }
        }
        for (let round = 0; round < 3; round++) {
          docs.forEach(from => docs.forEach(to => from !== to && send(from, to)));
        }
        const [first, second] = pages.map(saved);
        expect(first).toEqual(second);
        expect(pages[0].ystate.toJSON()).toEqual(pages[1].ystate.toJSON());
        closeAll();
      }),
      { numRuns: 300 }
    );
  });
});

describe('what changes in a cell that two people run at once', () => {
  it.each<[string, (cell: YCodeCell, number: number) => void]>([
    ['count', (cell, number) => void (cell.execution_count = number + 2)],
    [
      'state',
      (cell, number) => void (cell.executionState = number ? 'running' : 'idle')
    ]
  ])('is shown at both, whosever %s comes last', (_, run) => {
    const pages = [openNotebook(), openNotebook()];
    const shown = pages.map((page, number) => {
      const cell = page.getCell(0) as YCodeCell;
      page.transact(() => {
        run(cell, number);
        cell.updateSource(0, 0, `# ${number}\n`);
      });
      const sources: unknown[] = [];
      cell.changed.connect((_, { sourceChange }) => sources.push(sourceChange));
      return sources;
    });
    const [one, other] = pages.map(({ ydoc }) => Y.encodeStateAsUpdate(ydoc));
    Y.applyUpdate(pages[0].ydoc, other, 'room');
    Y.applyUpdate(pages[1].ydoc, one, 'room');
    expect(saved(pages[0])).toEqual(saved(pages[1]));
    expect(shown).toEqual([[expect.anything()], [expect.anything()]]);
  });
});
