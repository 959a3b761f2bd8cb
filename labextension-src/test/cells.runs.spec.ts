// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YCodeCell } from '@jupyter/ydoc';
import { YNotebook } from '@jupyter/ydoc';
import { CodeCellModel } from '@jupyterlab/cells/lib/model';
import type { IDisposable } from '@lumino/disposable';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { guardNotebook } from '../src/document/allowed';
import { correctCells } from '../src/document/cells/corrections';
import { CellRuns, markOf, ranLast } from '../src/document/cells/runs';
import { seedOf } from './simulator/notebooks';

vi.hoisted(() => {
  // what JupyterLab's views look for when they are loaded, and jsdom has not
  Object.assign(globalThis, {
    DragEvent: class extends Event {},
    matchMedia: () => ({ matches: false, addListener: () => undefined })
  });
});

const SEED = seedOf([{ id: 'one', cell_type: 'code', source: 'run me' }]);
const NETWORK = Symbol('network');

/**
 * A page with one code cell: the shared model, and the view's own.
 */
class Page {
  constructor(client: number) {
    this.notebook = new YNotebook({ disableDocumentWideUndoRedo: true });
    this.notebook.ydoc.clientID = client;
    Object.defineProperty(this.notebook, 'dirty', { value: false, writable: true });
    guardNotebook(this.notebook.ydoc);
    correctCells(this.notebook);
    this.guards = [
      new CellRuns({ notebook: this.notebook, untrusted: show => show() })
    ];
    Y.applyUpdate(this.notebook.ydoc, SEED, NETWORK);
    this.cell = this.notebook.getCell(0) as YCodeCell;
    this.view = new CodeCellModel({ sharedModel: this.cell });
    this.notebook.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== NETWORK) {
        this.sent.push(update);
      }
    });
  }

  readonly notebook: YNotebook;
  readonly guards: IDisposable[];
  readonly cell: YCodeCell;
  readonly view: CodeCellModel;
  readonly sent: Uint8Array[] = [];
  hasRun = false;

  get outputs(): string[] {
    return this.cell.getOutputs().map(output => {
      const { text, data } = output as { text?: string; data?: object };
      return text ?? JSON.stringify(data);
    });
  }

  get shown(): string[] {
    return this.view.outputs.toJSON().map(output => {
      const { text, data } = output as { text?: string; data?: object };
      return text ?? JSON.stringify(data);
    });
  }

  /** What JupyterLab does when a cell is run. */
  start(): void {
    this.hasRun = true;
    this.cell.transact(() => this.view.clearExecution(), false, 'silent-change');
    this.view.executionState = 'running';
  }

  print(text: string): void {
    this.view.outputs.add({ output_type: 'stream', name: 'stdout', text });
  }

  display(text: string): void {
    const data = { 'text/plain': text };
    this.view.outputs.add({ output_type: 'display_data', data, metadata: {} });
  }

  receive(from: Page): void {
    const known = Y.encodeStateVector(this.notebook.ydoc);
    Y.applyUpdate(
      this.notebook.ydoc,
      Y.encodeStateAsUpdate(from.notebook.ydoc, known),
      NETWORK
    );
  }
}

/** Let what is put off until the end of the turn happen. */
const turn = () => new Promise(resolve => setTimeout(resolve));

async function agree(pages: Page[]): Promise<string[]> {
  for (let round = 0; round < 3; round++) {
    for (const one of pages) {
      for (const other of pages) {
        if (one !== other) {
          other.receive(one);
          await turn();
        }
      }
    }
  }
  for (const page of pages) {
    expect(page.outputs).toEqual(pages[0].outputs);
    expect(page.shown).toEqual(page.outputs);
  }
  return pages[0].outputs;
}

describe('outputs of a cell that somebody else ran', () => {
  it.each([false, true])(
    'stand when one trusts them, ran it before: %s',
    async isOld => {
      const pages = [1, 2, 3].map(client => new Page(client));
      const [ada, grace] = pages;
      if (isOld) {
        grace.start();
        grace.print('hers');
        ada.receive(grace);
      }
      ada.start();
      ada.print('printed ');
      ada.display('shown');
      grace.receive(ada);
      await turn();
      ada.print('more');
      grace.view.trusted = true;
      await turn();
      const all = ['printed ', '{"text/plain":"shown"}', 'more'];
      expect(await agree(pages)).toEqual(all);
      expect(grace.view.trusted).toBe(true);
      ada.print(' and more');
      grace.view.outputs.trusted = false;
      expect(await agree(pages)).toEqual([...all.slice(0, 2), 'more and more']);
    }
  );

  it('stand beside what is written by one who never ran it', async () => {
    const pages = [1, 2].map(client => new Page(client));
    const [ada, grace] = pages;
    ada.start();
    ada.print('printed');
    grace.receive(ada);
    grace.display('put there by an extension');
    await turn();
    expect(await agree(pages)).toEqual([
      'printed',
      '{"text/plain":"put there by an extension"}'
    ]);
    ada.receive(grace);
    ada.start();
    ada.print('anew');
    expect(await agree(pages)).toEqual(['anew']);
  });
});

describe('a cell that two people run at once', () => {
  it('has one set of outputs', async () => {
    const pages = [1, 2, 3].map(client => new Page(client));
    for (const page of pages.slice(0, 2)) {
      page.start();
      page.print(`printed by ${page.notebook.ydoc.clientID}\n`);
      page.display(`displayed by ${page.notebook.ydoc.clientID}`);
    }
    const outputs = await agree(pages);
    expect(outputs).toHaveLength(2);
    expect(new Set(outputs.map(output => output.match(/by (\d)/)![1])).size).toBe(1);
  });

  it('has those of the later run', async () => {
    const [ada, grace] = [1, 2].map(client => new Page(client));
    for (const [first, second] of [
      [ada, grace],
      [grace, ada]
    ]) {
      first.start();
      first.print('early');
      second.receive(first);
      second.start();
      second.print('later');
      first.print('too late');
      await turn();
      expect(await agree([ada, grace])).toEqual(['later']);
      first.print('much too late');
      first.display('much too late');
      await turn();
      expect(await agree([ada, grace])).toEqual(['later']);
    }
  });

  it('shows what it holds, whatever the order of events', async () => {
    const errors = vi.spyOn(console, 'error');
    const event = fc.record({
      do: fc.constantFrom('start', 'print', 'display', 'meet', 'meet', 'turn'),
      page: fc.nat(2),
      other: fc.nat(2)
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 25, size: 'max' }),
        async events => {
          const pages = [1, 2, 3].map(client => new Page(client));
          let n = 0;
          for (const { do: what, page: index, other } of events) {
            const page = pages[index];
            if (what === 'start') {
              page.start();
            } else if (what === 'print' && page.hasRun) {
              page.print(`${index}:${n++} `);
            } else if (what === 'display' && page.hasRun) {
              page.display(`${index}:${n++} `);
            } else if (what === 'meet') {
              page.receive(pages[other]);
            }
            await turn();
          }
          pages.forEach(page => page.start());
          pages.forEach(page => page.print(`last of ${page.notebook.ydoc.clientID}`));
          await turn();
          const outputs = await agree(pages);
          expect(outputs).toHaveLength(1);
          expect(errors).not.toHaveBeenCalled(); // views log what they can't follow
          expect(outputs[0]).toMatch(/^last of \d$/);
        }
      ),
      { numRuns: 200 }
    );
  }, 120_000);
});

it('tells of a cell that is being removed who has run it last', () => {
  const [ada, grace] = [1, 2].map(client => new Page(client));
  ada.start();
  grace.receive(ada);
  grace.start();
  ada.receive(grace);
  const { ymodel } = ada.cell;
  const last: boolean[] = [];
  ada.notebook.ydoc.once('beforeObserverCalls', () => {
    last.push(...[1, 2].map(client => ranLast(ymodel, client)));
  });
  ada.notebook.deleteCell(0);
  expect(last).toEqual([false, true]);
});

it('what names no client says nobody ran a cell', () => {
  const { cell } = new Page(1);
  const { client, clock } = cell.ymodel._item!.id;
  for (const named of ['2', null, { client: 2 }]) {
    cell.ymodel.set('run', { client: named, cell: `${client}/${clock}` });
    expect(markOf(cell.ymodel)).toBeNull();
  }
  const mark = { client: 2, cell: `${client}/${clock}` };
  cell.ymodel.set('run', mark);
  expect(markOf(cell.ymodel)).toEqual(mark);
});
