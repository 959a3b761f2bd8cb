// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { YFile } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { DocumentProvider } from '../src/document/provider';
import type { DocumentRoom } from '../src/document/room';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { breathe } from './simulator/world';

vi.hoisted(() => {
  // what JupyterLab's views look for when they are loaded, and jsdom has not
  Object.assign(globalThis, {
    DragEvent: class extends Event {},
    matchMedia: () => ({ matches: false, addListener: () => undefined })
  });
});

const PATH = 'plan.txt';

const absent = () =>
  new ServerConnection.ResponseError(new Response(null, { status: 404 }), 'not there');

/** A drive of text files as Jupyter has it; what it does may be replaced. */
class LiveDrive {
  readonly files = new Map<string, string>();
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);

  get = async (path: string, { content }: Contents.IFetchOptions): Promise<object> => {
    const there = this.files.get(path);
    if (there === undefined) {
      throw absent();
    }
    return { path, last_modified: there, content: content ? there : null };
  };

  save = async (path: string, { content }: Partial<Contents.IModel>) => {
    this.files.set(path, content as string);
    return { path, last_modified: content as string };
  };

  createCheckpoint = () => Promise.resolve();
}

let runs = 0;

/** A document that somebody opens in a room, or takes there with `share`. */
function open(drive: LiveDrive, room: DocumentRoom, isShared = true) {
  const model = new YFile();
  const waiting = vi.fn(() => ({
    signal: new AbortController().signal,
    done: () => undefined
  }));
  const unsaved = vi.fn();
  const reopen = vi.fn();
  const owner = {};
  const sharingChanged = new Signal<object, void>(owner);
  const share = () => {
    isShared = true;
    sharingChanged.emit();
  };
  const provider = new DocumentProvider({
    drive,
    path: PATH,
    contentType: 'file',
    format: 'text',
    model,
    user: { ready: Promise.resolve(), userChanged: new Signal(owner), identity: null },
    manager: {
      entered: Promise.resolve(),
      isShared: () => isShared,
      isOnPurpose: () => true,
      watch: () => ({ isDisposed: false, dispose: () => undefined }),
      sharingChanged
    },
    rooms: { current: room, ready: Promise.resolve(), changed: new Signal(owner) },
    isDriveShared: false,
    isRequested: true,
    autosave: () => true,
    shipped: () => Promise.resolve(null),
    isOpen: () => false,
    waiting,
    reopen,
    unsaved
  } as unknown as DocumentProvider.IOptions);
  return { model, provider, reopen, share, unsaved, waiting };
}

/** Two people in a room of their own. */
function people() {
  const network = new Network();
  const run = `provider ${runs++}`;
  const rooms = [0, 1].map(number =>
    enterRoom(new Browser(number, network, run, new Map()))
  );
  return { network, rooms };
}

/** Let all arrive that is under way, and those who wait for others lose patience. */
async function settle(network: Network): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await breathe();
    network.losePatience();
    while (!network.isQuiet) {
      network.deliver(0);
    }
  }
}

/** Share a plan with somebody whose drive is given. */
async function shareWith(drive: LiveDrive) {
  const { network, rooms } = people();
  const host = new LiveDrive();
  host.files.set(PATH, 'the host’s ');
  const shared = open(host, rooms[0]);
  await settle(network);
  const guest = open(drive, rooms[1]);
  opened.push(shared.provider, guest.provider);
  await settle(network);
  return { host: shared, guest, network };
}

const opened: DocumentProvider[] = [];

afterEach(() => {
  opened.splice(0).forEach(provider => provider.dispose());
  vi.restoreAllMocks();
});

describe('a document of a room whose file', () => {
  it('is not there comes from the others', async () => {
    const drive = new LiveDrive();
    const { guest } = await shareWith(drive);
    await guest.provider.ready;
    expect(guest.model.getSource()).toBe('the host’s ');
    expect(drive.files.get(PATH)).toBe('the host’s ');
  });

  it.each([
    ['can’t be reached', new TypeError('Failed to fetch')],
    ['is no file of its kind', new SyntaxError('Unexpected token')],
    ['is listed, and not sent', absent()]
  ])('%s is not taken for missing', async (_, error) => {
    const drive = new LiveDrive();
    drive.files.set(PATH, 'my own ');
    const { get } = drive;
    drive.get = async (path, options) => {
      if (options.content) {
        throw error;
      }
      return get(path, options);
    };
    const { guest, host } = await shareWith(drive);
    await expect(guest.provider.ready).rejects.toBe(error);
    expect(guest.waiting).not.toHaveBeenCalled();
    expect(drive.files.get(PATH)).toBe('my own ');
    expect(host.model.getSource()).toBe('the host’s ');
  });

  it('can’t be saved is open and shared all the same, and saved once there is space', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const drive = new LiveDrive();
    const { save } = drive;
    drive.save = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
    const { guest, host, network } = await shareWith(drive);
    await guest.provider.ready;
    expect(guest.unsaved.mock.calls).toEqual([[PATH, true]]);
    guest.model.updateSource(0, 0, 'full ');
    await settle(network);
    expect(host.model.getSource()).toBe('full the host’s ');
    expect(guest.model.dirty).toBe(true);

    drive.save = save;
    await guest.provider.save();
    expect(drive.files.get(PATH)).toBe('full the host’s ');
    expect(guest.model.dirty).toBe(false);
    expect(guest.unsaved.mock.calls).toEqual([
      [PATH, true],
      [PATH, false]
    ]);
  });
});

describe('what a page in no room has taken in from its file', () => {
  /** Two tabs of one person; the second takes in what the first has written. */
  async function tabs() {
    const network = new Network();
    const browser = new Browser(0, network, `provider ${runs++}`, new Map());
    const drive = new LiveDrive();
    drive.files.set(PATH, 'the plan: ');
    const [first, second] = [0, 1].map(() => open(drive, enterRoom(browser), false));
    opened.push(first.provider, second.provider);
    await Promise.all([first.provider.ready, second.provider.ready]);
    first.model.updateSource(10, 10, 'one, ');
    await first.provider.save();
    await second.provider.revert();
    expect(second.model.source).toBe('the plan: one, ');
    return { drive, first, network, second };
  }

  it('is no change that has to be saved', async () => {
    const { drive, second } = await tabs();
    expect(second.model.dirty).toBe(false);
    expect(drive.files.get(PATH)).toBe('the plan: one, ');
  });

  it('is not merged with the history that it was written into: it is opened anew', async () => {
    const { drive, first, network, second } = await tabs();
    for (const { share } of [first, second]) {
      share();
      await settle(network);
    }
    expect(second.reopen).toHaveBeenCalledOnce();
    expect(first.reopen).not.toHaveBeenCalled();
    expect(first.model.source).toBe('the plan: one, ');
    expect(drive.files.get(PATH)).toBe('the plan: one, ');
  });
});
