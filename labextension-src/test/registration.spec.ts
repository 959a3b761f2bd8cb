// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { describe, expect, it, vi } from 'vitest';

import { Browser } from './simulator/browser';
import { TEXT_FILE } from './simulator/kinds';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { breathe } from './simulator/world';

const { path } = TEXT_FILE;

// as on plain HTTP, where digests are made in step
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

let runs = 0;

/** Let everything happen that was begun, and those who wait lose patience. */
async function settle(network: Network): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    await breathe();
    if (network.isQuiet) {
      network.losePatience();
    }
    while (!network.isQuiet) {
      network.deliver(0);
    }
  }
}

describe('the history that a room has chosen', () => {
  // some of these files begin a history with a smaller digest than the room's
  it.each(['one', 'two', 'three', 'four', 'five', 'six'])(
    'stands when somebody comes who has a file of their own: %s',
    async word => {
      const network = new Network();
      const run = `registration ${runs++}`;
      const [ada, grace, joan] = [0, 1, 2].map(
        number =>
          new Browser(
            number,
            network,
            run,
            new Map([[path, TEXT_FILE.file('shipped')]])
          )
      );
      joan.drive.set(path, TEXT_FILE.file(word));
      network.partition(new Set([joan.number]));
      [ada, grace, joan].forEach(person => person.open(0, path));
      await settle(network);
      const [page, , late] = [ada, grace, joan].map(({ tabs }) => tabs[0]!);
      const { lineage } = page;
      expect(late.lineage).not.toBe(lineage);

      network.heal();
      await settle(network);
      expect(page.lineage).toBe(lineage);
      expect(late.lineage).toBe(lineage);
      expect(late.content).toBe(page.content);
      expect(joan.drive.files.map(([file]) => file)).toContain('file (my copy).txt');
      [ada, grace, joan].forEach(person => person.close(0, 'close'));
    }
  );

  it.each(['one', 'two', 'three', 'four', 'five', 'six'])(
    'is the one that somebody shared by hand while nobody else was there: %s',
    async word => {
      const network = new Network();
      const run = `registration ${runs++}`;
      const [ada, joan] = [0, 1].map(
        number =>
          new Browser(
            number,
            network,
            run,
            new Map([[path, TEXT_FILE.file('shipped')]])
          )
      );
      joan.drive.set(path, TEXT_FILE.file(word));
      network.partition(new Set([joan.number]));
      ada.open(0, path, true);
      await settle(network);
      joan.open(0, path);
      await settle(network);
      const { lineage } = ada.tabs[0]!;

      network.heal();
      await settle(network);
      expect(ada.tabs[0]!.lineage).toBe(lineage);
      expect(joan.tabs[0]!.lineage).toBe(lineage);
      [ada, joan].forEach(person => person.close(0, 'close'));
    }
  );

  it('gives way to somebody’s who goes on without, while nobody has it who is there', async () => {
    const network = new Network();
    const run = `registration ${runs++}`;
    const [ada, grace, joan] = [0, 1, 2].map(
      number => new Browser(number, network, run, new Map())
    );
    const [adas, graces, joans] = [ada, grace, joan].map((person, number) => {
      person.drive.set(path, TEXT_FILE.file(`t${number}`));
      return () => person.tabs[0]!;
    });
    ada.open(0, path, true);
    await settle(network);
    const visit = enterRoom(grace); // so the room knows what Ada has shared
    await settle(network);
    visit.dispose();
    ada.close(0, 'close');

    [grace, joan].forEach(person => person.open(0, path));
    await settle(network);
    // each sees their own, and is told why
    expect([graces().content, joans().content]).toEqual(['t1 ', 't2 ']);
    expect(joans().goOn).not.toBeNull();
    graces().goOn!();
    await settle(network);
    expect([graces().content, joans().content]).toEqual(['t1 ', 't1 ']);
    expect(joan.drive.get('file (my copy).txt')).toBe('t2 ');
    expect([graces().goOn, joans().goOn]).toEqual([null, null]);

    ada.open(0, path, true);
    await settle(network);
    expect(adas().content).toBe('t1 ');
    expect(ada.drive.get('file (my copy).txt')).toBe('t0 ');
    expect(grace.drive.all).toEqual([path]);
    [ada, grace, joan].forEach(person => person.close(0, 'close'));
  });
});
