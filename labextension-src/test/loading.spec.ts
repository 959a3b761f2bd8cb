// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import type { INotebookCellExecutor } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { DeferredProvider } from '../src/document/deferred';
import { RelayLoader } from '../src/peer/relay/loader';
import { EarlyLook } from '../src/plugins/earlylook';
import { LateGate } from '../src/plugins/lategate';
import { missingCode, untilLoaded } from '../src/room/loading';

/** Nothing can be loaded while the network is away. */
const network = vi.hoisted(() => ({ isAway: true }));

vi.mock('../src/peer/relay/relay', () => {
  if (network.isAway) {
    throw new Error('The network is away.');
  }
  return { makeRelay: () => ({ courier: { attach: () => 0, stop: () => 0 } }) };
});

vi.mock('../src/document/provider', () => {
  if (network.isAway) {
    throw new Error('The network is away.');
  }
  return {
    DocumentProvider: class {
      ready = Promise.resolve();
      dispose() {}
    }
  };
});

beforeEach(() => {
  network.isAway = true;
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  expect(missingCode.isAny).toBe(false);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The network comes back. */
async function comeBack(): Promise<void> {
  await vi.advanceTimersByTimeAsync(5000);
  expect(missingCode.isAny).toBe(true); // people are told
  network.isAway = false;
  await vi.advanceTimersByTimeAsync(60_000);
}

/** Nothing is asked for any more, however long the network stays away. */
async function asksNoMore(): Promise<void> {
  const said = vi.mocked(console.warn);
  expect(said).toHaveBeenCalled();
  said.mockClear();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(said).not.toHaveBeenCalled();
}

describe('code that does not come at once', () => {
  it('of the relay is asked for no more once the page has left', async () => {
    const loader = new RelayLoader('topic', 'me');
    const relay = loader.load();
    relay.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5000);
    loader.stop();
    await expect(relay).rejects.toThrow('aborted');
    await asksNoMore();
  });

  it('of the relay is asked for again, and nobody is given up', async () => {
    const loader = new RelayLoader('topic', 'me');
    const relay = loader.load();
    relay.catch(() => undefined);
    await comeBack();
    expect(await relay).toHaveProperty('courier');
    loader.stop();
  });

  /** A document whose code is being loaded. */
  const open = () => {
    const drive = {} as { fileChanged: Signal<Contents.IDrive, Contents.IChangedArgs> };
    drive.fileChanged = new Signal(drive as unknown as Contents.IDrive);
    const manager = { isRequested: () => false, opened: () => undefined };
    return new DeferredProvider({
      ...{ drive, manager },
      path: 'a.txt'
    } as unknown as DeferredProvider.IOptions);
  };

  it('of a document is not asked for once that is closed, and nobody hears that it can’t be opened', async () => {
    const provider = open();
    const settled = vi.fn();
    provider.ready.then(settled, settled);
    await vi.advanceTimersByTimeAsync(5000);
    provider.dispose();
    await expect(provider.save()).rejects.toThrow('closed before it was open');
    await asksNoMore();
    expect(settled).not.toHaveBeenCalled();
  });

  it('of a document is asked for again, and the document opens', async () => {
    const provider = open();
    await comeBack();
    await provider.ready;
    provider.dispose();
  });

  it('is waited for longer each time, but never more than half a minute', async () => {
    const asked: number[] = [];
    const leaving = new AbortController();
    const start = Date.now();
    const load = async () => {
      asked.push((Date.now() - start) / 1000);
      throw new Error('The network is away.');
    };
    await untilLoaded(load, () => undefined, leaving.signal);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toHaveLength(8);
  });
});

describe('while the code that asks before cells are run is missing', () => {
  let isThere: boolean;
  let asked: number;
  let refused: number;
  const run = {} as INotebookCellExecutor.IRunCellOptions;
  const gate = (answer: Promise<boolean> | null) =>
    new LateGate(
      () => (isThere ? { mayRun: () => answer } : null),
      async () => {
        asked++;
      },
      () => {
        refused++;
      }
    );

  beforeEach(() => {
    isThere = false;
    asked = refused = 0;
  });

  it('none runs: it is asked for at once, and the user is told so once', async () => {
    const late = gate(null);
    const answers = [run, run].map(async options => late.mayRun(options));
    expect(await Promise.all(answers)).toEqual([false, false]);
    expect([asked, refused]).toEqual([1, 1]);
  });

  it('what is run once it has come is asked about', async () => {
    const late = gate(Promise.resolve(false));
    const answer = late.mayRun(run);
    isThere = true;
    expect(await answer).toBe(false);
    expect(await gate(null).mayRun(run)).toBeNull();
    expect(refused).toBe(0);
  });

  it('what others change meanwhile is not taken for seen', async () => {
    const notebook = new YNotebook();
    notebook.addCell({ cell_type: 'code', id: 'a', source: 'mine' });
    const stateChanged = new Signal<never, void>({} as never);
    const early = new EarlyLook(
      { sharedPaths: ['a.ipynb'], stateChanged },
      {
        findWidget: () => ({}) as never,
        contextForWidget: () =>
          ({ model: { sharedModel: notebook }, ready: Promise.resolve() }) as never
      }
    );
    await Promise.resolve();
    expect(early.isSuspect(notebook)).toBe(false);
    const theirs = new Y.Doc();
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(notebook.ydoc));
    const cell = theirs.getArray<Y.Map<unknown>>('cells').get(0);
    (cell.get('source') as Y.Text).insert(0, 'not ');
    Y.applyUpdate(notebook.ydoc, Y.encodeStateAsUpdate(theirs));
    expect(early.isSuspect(notebook)).toBe(true);
    expect([...early.take(notebook)]).toEqual([
      ['a', { type: 'code', source: 'mine' }]
    ]);
    early.dispose();
  });
});
