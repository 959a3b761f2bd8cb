// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Autosave, DECLINED } from '../src/document/autosave';
import { DirtyState } from '../src/document/dirty';

/** What the clock showed when each save began, in seconds. */
let saves: number[];

/** A document that is saved; each save takes `took`, and keeps the page `busy`. */
function open(took: number, busy: number | typeof DECLINED, isRefused = false) {
  const model = new YFile();
  const dirty = new DirtyState(model);
  const save = async () => {
    const { version } = dirty;
    saves.push(Math.round(performance.now() / 1000));
    await new Promise(resolve => setTimeout(resolve, took));
    if (isRefused) {
      throw new DOMException('', 'QuotaExceededError');
    }
    if (busy !== DECLINED) {
      dirty.markSaved(version);
    }
    return busy;
  };
  const autosave = new Autosave(
    dirty,
    save,
    () => true,
    () => undefined
  );
  return { autosave, type: () => model.updateSource(0, 0, 'a') };
}

/** Type a letter each second. */
async function typeFor(seconds: number, type: () => void): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    type();
    await vi.advanceTimersByTimeAsync(1000);
  }
}

beforeEach(() => {
  saves = [];
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('what is typed', () => {
  it('is saved a second later', async () => {
    const { type } = open(10, 10);
    type();
    await vi.advanceTimersByTimeAsync(3000);
    type();
    await vi.advanceTimersByTimeAsync(3000);
    expect(saves).toEqual([1, 4]);
  });

  it('is saved soon after a save that had to wait for others', async () => {
    const { type } = open(5000, 10);
    await typeFor(15, type);
    expect(saves).toEqual([1, 7, 13]);
  });

  it('waits ten times as long as a save keeps the page busy', async () => {
    const { type } = open(2000, 2000);
    await typeFor(50, type);
    expect(saves).toEqual([1, 23, 45]);
  });

  it('is left alone once the user has declined, until somebody saves', async () => {
    const { autosave, type } = open(10, DECLINED);
    await typeFor(10, type);
    expect(saves).toEqual([1]);
    autosave.saved();
    await typeFor(10, type);
    expect(saves).toEqual([1, 11]);
  });

  it('is tried again after pauses that grow, and soon once the drive takes it', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const { autosave, type } = open(0, 0, true);
    await typeFor(40, type);
    expect(saves).toEqual([1, 3, 7, 15, 31]);
    autosave.saved();
    type();
    await vi.advanceTimersByTimeAsync(1000);
    expect(saves).toEqual([1, 3, 7, 15, 31, 41]);
  });

  it('never waits for longer than a minute', async () => {
    const { type } = open(1000, 3_600_000);
    await typeFor(130, type);
    expect(saves).toEqual([1, 62, 123]);
  });

  it('is tried again while the drive refuses, and the page is spared', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const { autosave, type } = open(1000, 0, true);
    await typeFor(30, type);
    expect(saves).toEqual([1, 12, 23]);
    autosave.dispose();
  });
});
