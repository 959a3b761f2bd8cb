// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { describe, expect, it, vi } from 'vitest';

import { Browser } from './simulator/browser';
import { TEXT_FILE } from './simulator/kinds';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';

const { path } = TEXT_FILE;

// as on plain HTTP, where digests are made in step
vi.stubGlobal('crypto', {
  getRandomValues: crypto.getRandomValues.bind(crypto)
});

let runs = 0;

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

describe('the tabs of a browser that keeps nothing', () => {
  /** Two tabs; what was typed in the first was saved before the second came. */
  async function tabs() {
    const network = new Network();
    const ada = new Browser(0, network, `registration ${runs++}`, new Map(), false);
    ada.drive.set(path, TEXT_FILE.file('t0'));
    ada.open(0, path);
    await settle(network);
    TEXT_FILE.type(ada.tabs[0]!, 't1', 0);
    await ada.tabs[0]!.save();
    ada.open(1, path);
    await settle(network);
    return { ada, network };
  }

  it('have one history, of which each tells another that comes or is loaded again', async () => {
    const { ada, network } = await tabs();
    const [{ lineage }] = ada.pages;
    for (const [tab, word] of ['t2', 't3', 't4', 't5'].entries()) {
      TEXT_FILE.type(ada.tabs[tab % 2]!, word, 0);
      await settle(network);
      expect(ada.pages.map(page => page.lineage)).toEqual([lineage, lineage]);
      const [one, other] = ada.pages.map(page => TEXT_FILE.words(page.content).sort());
      expect(one).toEqual(other);
      expect(one).toHaveLength(tab + 3);
      await ada.tabs[tab % 2]!.save();
      ada.close(tab % 2, 'close');
      ada.open(tab % 2, path);
      await settle(network);
    }
    expect(ada.drive.all).toEqual([path]);
    [0, 1].forEach(tab => ada.close(tab, 'close'));
  });

  it('know whose version the file holds, also where the tab that wrote it is gone', async () => {
    const { ada, network } = await tabs();
    TEXT_FILE.type(ada.tabs[1]!, 't2', 0); // which is not saved yet
    await settle(network);
    ada.close(0, 'close');
    await settle(network);
    ada.open(0, path);
    await settle(network);
    for (const { content } of ada.pages) {
      expect(TEXT_FILE.words(content).sort()).toEqual(['t0', 't1', 't2']);
    }
    expect(ada.drive.all).toEqual([path]);
    [0, 1].forEach(tab => ada.close(tab, 'close'));
  });

  it.each(['one', 'two', 'three', 'four', 'five', 'six'])(
    'register none before other browsers had time to tell of theirs: %s',
    async word => {
      const network = new Network();
      const run = `registration ${runs++}`;
      const site = new Map([[path, TEXT_FILE.file('shipped')]]);
      const [ada, grace, joan] = [true, true, false].map(
        (isKept, number) => new Browser(number, network, run, site, isKept)
      );
      joan.drive.set(path, TEXT_FILE.file(word));
      network.partition(new Set([joan.number]));
      [ada, grace].forEach(person => person.open(0, path));
      await settle(network);
      const { lineage } = ada.tabs[0]!;
      [0, 1].forEach(tab => joan.open(tab, path));
      await settle(network, true); // the others' messages are slower
      network.heal();
      await settle(network);
      for (const page of [ada, grace, joan].flatMap(({ pages }) => pages)) {
        expect(page.lineage).toBe(lineage);
      }
      [0, 1].forEach(tab => joan.close(tab, 'close'));
      [ada, grace].forEach(person => person.close(0, 'close'));
    }
  );
});
