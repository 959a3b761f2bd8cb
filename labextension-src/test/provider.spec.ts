// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { Signal } from '@lumino/signaling';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { closeDocuments, openDocument } from './support/document';
import { absent, TextDrive, TextFiles } from './support/drive';

const PATH = 'plan.txt';

/** Until a page has looked at a file, and saved: thrice what is promised. */
const LOOK = { timeout: 6000 };

let runs = 0;

/** Two people in a room of their own. */
function people() {
  const network = new Network();
  const run = `provider ${runs++}`;
  const rooms = [0, 1].map(number =>
    enterRoom(new Browser(number, network, run, new Map()))
  );
  return { network, rooms };
}

/** Share a plan with somebody whose drive is given. */
async function shareWith(drive: TextDrive) {
  const { network, rooms } = people();
  const host = new TextDrive(new TextFiles({ [PATH]: 'the host’s ' }));
  const shared = openDocument(host, PATH, rooms[0]);
  await settle(network);
  const guest = openDocument(drive, PATH, rooms[1]);
  await settle(network);
  return { host: shared, guest, network };
}

afterEach(() => {
  closeDocuments();
  vi.restoreAllMocks();
});

describe('a document of a room whose file', () => {
  it('is not there comes from the others', async () => {
    const drive = new TextDrive();
    const { guest } = await shareWith(drive);
    await guest.provider.ready;
    expect(guest.model.getSource()).toBe('the host’s ');
    expect(drive.files.text(PATH)).toBe('the host’s ');
  });

  it.each([
    ['can’t be reached', new TypeError('Failed to fetch')],
    ['is no file of its kind', new SyntaxError('Unexpected token')],
    ['is listed, and not sent', absent()]
  ])('%s is not taken for missing', async (_, error) => {
    const drive = new TextDrive();
    drive.files.put(PATH, 'my own ');
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
    expect(drive.files.text(PATH)).toBe('my own ');
    expect(host.model.getSource()).toBe('the host’s ');
  });

  it('can’t be saved is open and shared all the same, and saved once there is space', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const drive = new TextDrive();
    const { save } = drive;
    drive.save = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
    const { guest, host, network } = await shareWith(drive);
    await guest.provider.ready;
    expect(guest.unsaved.mock.calls).toEqual([[PATH, expect.any(DOMException)]]);
    guest.model.updateSource(0, 0, 'full ');
    await settle(network);
    expect(host.model.getSource()).toBe('full the host’s ');
    expect(guest.model.dirty).toBe(true);

    drive.save = save;
    await guest.provider.save();
    expect(drive.files.text(PATH)).toBe('full the host’s ');
    expect(guest.model.dirty).toBe(false);
    expect(guest.unsaved.mock.calls).toEqual([
      [PATH, expect.any(DOMException)],
      [PATH, null]
    ]);
  });
});

it('a shared document whose file is read-only is written to nobody’s', async () => {
  const drive = new TextDrive(new TextFiles({ [PATH]: 'the host’s ' }));
  drive.writable = false;
  const save = vi.spyOn(drive, 'save');
  const { guest, host, network } = await shareWith(drive);
  await guest.provider.ready;
  guest.model.updateSource(0, 0, 'mine and ');
  await settle(network);
  expect(host.model.source).toBe('mine and the host’s ');
  await vi.waitFor(() => expect(guest.model.dirty).toBe(false), LOOK);
  host.model.updateSource(0, 0, 'yours, ');
  await settle(network);
  await vi.waitFor(() => expect(guest.model.dirty).toBe(false), LOOK);
  expect(guest.model.source).toBe('yours, mine and the host’s ');
  expect(save).not.toHaveBeenCalled();
  expect(guest.readOnly.mock.calls).toEqual([[PATH]]);
});

describe('what a kernel writes to the file of a document of a room', () => {
  it('is shown to everybody without a save', async () => {
    const drive = new TextDrive();
    const { guest, host, network } = await shareWith(drive);
    await guest.provider.ready;
    drive.files.put(PATH, 'the kernel’s ');
    await vi.waitFor(() => expect(guest.model.source).toBe('the kernel’s '), LOOK);
    await settle(network);
    expect(host.model.source).toBe('the kernel’s ');
    expect(drive.files.text(PATH)).toBe('the kernel’s ');
  });

  it('stands once beside what others write, and tabs end to write it', async () => {
    const network = new Network();
    const browser = new Browser(0, network, `provider ${runs++}`, new Map());
    const drive = new TextDrive(new TextFiles({ [PATH]: 'the plan: ' }));
    const tabs = [0, 1].map(() => openDocument(drive, PATH, enterRoom(browser)));
    await settle(network);
    await Promise.all(tabs.map(({ provider }) => provider.ready));
    const save = vi.spyOn(drive, 'save');
    drive.files.put(PATH, 'the plan: one, ');
    tabs[0].model.updateSource(0, 0, 'New: ');
    await vi.waitFor(async () => {
      await settle(network);
      expect(tabs.map(({ model }) => model.source)).toEqual([
        'New: the plan: one, ',
        'New: the plan: one, '
      ]);
      expect(tabs.map(({ model }) => model.dirty)).toEqual([false, false]);
    }, LOOK);
    const writes = save.mock.calls.length;
    // after a look by each tab
    const get = vi.spyOn(drive, 'get');
    await vi.waitFor(() => expect(get.mock.calls.length).toBeGreaterThan(3), LOOK);
    expect(save.mock.calls.length - writes).toBeLessThanOrEqual(1);
    expect(drive.files.text(PATH)).toBe('New: the plan: one, ');
  });
});

describe('a document of a room that two people', () => {
  it('give the same text at once has it once', async () => {
    const { guest, host, network } = await shareWith(new TextDrive());
    await guest.provider.ready;
    const both = [host, guest];
    both.forEach(({ model }) => model.setSource('quite another plan'));
    await settle(network);
    expect(both.map(({ model }) => model.getSource())).toEqual([
      'quite another plan',
      'quite another plan'
    ]);
  });
});

describe('reloading a shared document from the drive', () => {
  const unsaved = { autosave: () => false };

  async function typed() {
    const { network, rooms } = people();
    const drives = rooms.map(
      () => new TextDrive(new TextFiles({ [PATH]: 'the plan: ' }))
    );
    const [ada, grace] = rooms.map((room, number) =>
      openDocument(drives[number], PATH, room, unsaved)
    );
    await settle(network);
    grace.model.updateSource(10, 10, 'just typed');
    await settle(network);
    return { ada, drive: drives[0], grace, network };
  }

  it('takes away nothing that others have typed since it was saved', async () => {
    const { ada, drive, grace, network } = await typed();
    expect(drive.files.text(PATH)).toBe('the plan: ');
    await ada.provider.revert();
    await settle(network);
    for (const { model } of [ada, grace]) {
      expect(model.getSource()).toBe('the plan: just typed');
    }
  });

  it('brings what was saved before, once it is restored from a checkpoint', async () => {
    const { ada, grace, network } = await typed();
    ada.provider.restored();
    await ada.provider.revert();
    await settle(network);
    for (const { model } of [ada, grace]) {
      expect(model.getSource()).toBe('the plan: ');
    }
    // but once only
    grace.model.updateSource(10, 10, 'typed since');
    await ada.provider.revert();
    await settle(network);
    expect(ada.model.getSource()).toBe('the plan: typed since');
  });

  it('takes away nothing if it is taken out of the room meanwhile', async () => {
    const { network, rooms } = people();
    const drive = new TextDrive(new TextFiles({ [PATH]: 'the plan' }));
    let isShared = true;
    const sharingChanged = new Signal<object, void>({});
    const manager = { isShared: () => isShared, sharingChanged };
    const { model, provider } = openDocument(drive, PATH, rooms[0], { manager });
    await settle(network);
    const { get } = drive;
    drive.get = async (path, options) => {
      isShared = false;
      sharingChanged.emit();
      return get(path, options);
    };
    await provider.revert();
    expect(provider.isPrivate).toBe(true);
    expect(model.getSource()).toBe('the plan');
  });

  it('brings what stands there by now, as an earlier checkpoint', async () => {
    const { ada, drive, grace, network } = await typed();
    drive.files.put(PATH, 'an earlier plan');
    await ada.provider.revert();
    await settle(network);
    for (const { model } of [ada, grace]) {
      expect(model.getSource()).toBe('an earlier plan');
    }
  });
});

describe('what a page in no room has taken in from its file', () => {
  /** Two tabs of one person; the second takes in what the first has written. */
  async function tabs() {
    const network = new Network();
    const browser = new Browser(0, network, `provider ${runs++}`, new Map());
    const drive = new TextDrive(new TextFiles({ [PATH]: 'the plan: ' }));
    const [first, second] = [0, 1].map(() => {
      let isShared = false;
      const sharingChanged = new Signal<object, void>({});
      const manager = { isShared: () => isShared, sharingChanged };
      const share = () => {
        isShared = true;
        sharingChanged.emit();
      };
      const room = enterRoom(browser);
      return { share, ...openDocument(drive, PATH, room, { manager }) };
    });
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
    expect(drive.files.text(PATH)).toBe('the plan: one, ');
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
    expect(drive.files.text(PATH)).toBe('the plan: one, ');
  });
});
