// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';

import { Browser } from './browser';
import type { Drive } from './drive';
import type { IKind } from './kinds';
import { NOTEBOOK, TEXT_FILE } from './kinds';
import { setLuck } from './luck';
import { Network } from './network';
import type { Page } from './page';
import { enterRoom } from './page';
import { BROWSERS, deliver, scheduleOf } from './runs';
import { breathe, calm } from './world';

/** How many names there are for files. */
const NAMES = 3;

/** The word that the site's file holds. */
const SHIPPED = 'shipped';

/**
 * What happens next: `name` is the file that it happens to, by its number.
 */
export type IFileEvent =
  | { do: 'close' | 'kill' | 'save' | 'cut off'; browser: number; tab: number }
  | { do: 'open' | 'delete' | 'create'; browser: number; tab: number; name: number }
  | { do: 'type'; browser: number; tab: number; at: number }
  | { do: 'rename'; browser: number; tab: number; name: number; to: number }
  | { do: 'mend' | 'lose patience' }
  | { do: 'deliver'; choices: number[] };

/**
 * What a schedule begins with, and what happens.
 */
export interface IFileSchedule {
  readonly isNotebook: boolean;
  /** Whether the site ships the first file. */
  readonly isShipped: boolean;
  /** Who has a first file of their own; the first person has one if nobody else. */
  readonly own: boolean[];
  readonly events: IFileEvent[];
  /** Decides what is random, such as the names under which Yjs knows people. */
  readonly luck: number;
}

const browser = fc.nat(BROWSERS - 1);
const tab = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(1) }
);
const name = fc.nat(NAMES - 1);

const event: fc.Arbitrary<IFileEvent> = fc.oneof(
  ...(['close', 'kill', 'save', 'cut off'] as const).map(what => ({
    weight: what === 'save' ? 2 : 1,
    arbitrary: fc.record({ do: fc.constant(what), browser, tab })
  })),
  ...(['open', 'delete', 'create'] as const).map(what => ({
    weight: what === 'open' ? 7 : 1,
    arbitrary: fc.record({
      do: fc.constant(what),
      browser,
      tab,
      // most is about one file
      name: what === 'open' ? fc.oneof(fc.constant(0), name) : name
    })
  })),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('type' as const),
      browser,
      tab,
      at: fc.nat(9)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      browser,
      tab,
      name,
      to: name
    })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mend' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose patience' as const) }) },
  {
    weight: 8,
    arbitrary: deliver
  }
);

/**
 * Any schedule of what happens to files.
 */
export const fileSchedule: fc.Arbitrary<IFileSchedule> = scheduleOf(event);

let runs = 0;

/**
 * Lives one schedule of what happens to files, tells it, and says what went wrong.
 */
export class FileWorld {
  constructor(schedule: IFileSchedule) {
    setLuck(schedule.luck);
    globalThis.indexedDB = new IDBFactory(); // what earlier worlds kept is forgotten
    this._kind = schedule.isNotebook ? NOTEBOOK : TEXT_FILE;
    const path = this._path(0);
    if (schedule.isShipped) {
      this._site.set(path, this._kind.file(SHIPPED));
    }
    const run = `files ${runs++}`;
    this._browsers = Array.from(
      { length: BROWSERS },
      (_, number) => new Browser(number, this._network, run, this._site)
    );
    this._browsers.forEach((one, number) => {
      if (schedule.own[number] || (number === 0 && !schedule.isShipped)) {
        this._create(one, path);
      }
    });
    this._events = schedule.events;
  }

  /** What happened, line by line. */
  readonly story: string[] = [];

  /**
   * Live it, and check what there is in the end.
   *
   * @throws Error with the story, if anything is not as promised.
   */
  async live(): Promise<void> {
    try {
      for (const one of this._events) {
        await this._do(one);
        await breathe();
      }
      await this._end();
      this._check();
      await this._checkDrives();
    } catch (reason) {
      const what = reason instanceof Error ? reason.message : String(reason);
      throw new Error(`${what}\n\nThe story:\n  ${this.story.join('\n  ')}\n`);
    } finally {
      this._closeAll();
      await breathe();
    }
  }

  private async _do(one: IFileEvent): Promise<void> {
    switch (one.do) {
      case 'mend':
        this._network.heal();
        this._tell('the network is mended');
        return;
      case 'lose patience':
        this._network.losePatience();
        this._tell('everybody loses patience');
        return;
      case 'deliver':
        one.choices.forEach(choice => this._network.deliver(choice));
        this._tell(`${one.choices.length} messages arrive`);
        return;
      default:
        await this._act(one, this._browsers[one.browser]);
    }
  }

  private async _act(
    one: Exclude<IFileEvent, { do: 'mend' | 'lose patience' | 'deliver' }>,
    who: Browser
  ): Promise<void> {
    const { _kind: kind } = this;
    const page = who.tabs[one.tab];
    const told = `browser ${one.browser}, tab ${one.tab}`;
    const { drive } = who;
    switch (one.do) {
      case 'open': {
        const path = this._path(one.name);
        if (who.open(one.tab, path)) {
          this._tell(`${told} opens ${path}`);
        }
        return;
      }
      case 'close':
      case 'kill':
        if (page) {
          await breathe(); // what was on the screen is kept
          who.close(one.tab, one.do);
          this._tell(`${told} is ${one.do === 'kill' ? 'killed' : 'closed'}`);
        }
        return;
      case 'save':
        if (page?.model) {
          await page.save();
          this._tell(`${told} saves ${page.path}`);
        }
        return;
      case 'cut off':
        this._network.partition(new Set([one.browser]));
        this._tell(`browser ${one.browser} is cut off`);
        return;
      case 'type':
        if (page?.model) {
          const word = this._token(who);
          kind.type(page, word, one.at);
          const written = this._written.get(drive) ?? new Map<string, string | null>();
          this._written.set(drive, written.set(word, page.documentId));
          this._tell(`${told} types ${word} into ${page.path}`);
          if (drive.get(page.path) === null) {
            await page.save(); // as pages do within a second, or when they are closed
          }
        }
        return;
      case 'create': {
        const path = this._path(one.name);
        if (drive.get(path) === null && !who.pages.some(other => other.path === path)) {
          this._create(who, path);
        }
        return;
      }
      case 'rename': {
        const [path, to] = [this._path(one.name), this._path(one.to)];
        if (page?.model && drive.get(path) !== null && drive.get(to) === null) {
          await page.handwork.rename(path, to);
          this._tell(`${told} renames ${path} to ${to}`);
        }
        return;
      }
      case 'delete': {
        const path = this._path(one.name);
        if (page?.model && drive.get(path) !== null) {
          this._forget(who, path);
          this._isShownOn ||= who.pages.some(
            other => other !== page && other.path === path
          );
          await page.handwork.delete(path);
          who.tabs.forEach((other, number) => {
            if (other?.path === path && other === page) {
              who.close(number, 'close'); // as the file browser does
            }
          });
          this._tell(`${told} deletes ${path}`);
        }
      }
    }
  }

  /**
   * What somebody deletes, they have seen: what is there and what their tabs show, and
   * what they have written themself, also in a tab that they have closed since.
   */
  private _forget({ drive, pages }: Browser, path: string): void {
    const here = pages.filter(page => page.path === path);
    for (const content of [drive.get(path), ...here.map(page => page.content)]) {
      if (content !== null) {
        this._kind.words(content).forEach(word => this._deleted.add(word));
      }
    }
    for (const [word, documentId] of this._written.get(drive) ?? []) {
      if (here.some(page => page.documentId === documentId)) {
        this._deleted.add(word);
      }
    }
  }

  /**
   * Everybody comes, and opens all that they have.
   */
  private async _end(): Promise<void> {
    this._tell('the network is mended, and everybody opens what they have');
    this._network.heal();
    await this._calm();
    // also who has nothing any more: what they did last may have been lost on its way
    const visits = this._browsers.map(one => enterRoom(one));
    for (let round = 0; round < 2; round++) {
      this._closeAll();
      await breathe();
      for (const one of this._browsers) {
        one.drive.all
          .filter(path => !isCopy(path))
          .forEach((path, number) => one.open(number, path));
      }
      await this._calm();
    }
    visits.forEach(room => room.dispose());
    if (!this._isReady()) {
      throw new Error('Some page never shows the document.');
    }
  }

  /**
   * Wait until nothing happens any more. Whose history is shown on by a tab alone, of
   * somebody who has deleted the file, may be gone with that: who waits for it is told,
   * and goes on.
   */
  private async _calm(): Promise<void> {
    for (;;) {
      await calm(this._network, () => this._isReady());
      const page = this._browsers
        .flatMap(({ pages }) => pages)
        .find(({ goOn }) => goOn);
      if (!page || !this._isShownOn) {
        return;
      }
      page.goOn?.();
      this._tell(`one who waits goes on with its own ${page.path}`);
    }
  }

  private _isReady(): boolean {
    return this._browsers.every(({ pages }) => pages.every(page => page.model));
  }

  private _check(): void {
    const documents = new Map<string, Page[]>();
    for (const page of this._browsers.flatMap(one => one.pages)) {
      const id = page.documentId ?? '';
      documents.set(id, [...(documents.get(id) ?? []), page]);
    }
    const shown: string[] = [];
    for (const pages of documents.values()) {
      const contents = new Set(pages.map(page => JSON.stringify(page.content)));
      if (contents.size !== 1) {
        throw new Error(`Not all show the same: ${[...contents].join(' and ')}`);
      }
      shown.push(...this._kind.words(pages[0].content));
    }
    for (const [word, author] of this._authors) {
      const times = shown.filter(one => one === word).length;
      if (times > 1) {
        throw new Error(`${word} stands more than once: ${shown.join(' ')}`);
      }
      const isKept = author.drive.files.some(
        ([path, content]) => isCopy(path) && this._kind.words(content).includes(word)
      );
      if (!times && !isKept && !this._deleted.has(word)) {
        throw new Error(
          `${word} of browser ${author.number} is lost: there is ${shown.join(' ')}`
        );
      }
    }
    this._checkNames(documents);
  }

  /**
   * Each document has the name that the room gave it, unless something else has that.
   */
  private _checkNames(documents: ReadonlyMap<string, Page[]>): void {
    for (const { drive, number, pages } of this._browsers) {
      const paths = pages.map(page => page.path);
      if (new Set(paths).size !== paths.length) {
        throw new Error(`Browser ${number} has two documents at ${paths.join(', ')}`);
      }
      const strays = drive.files
        .map(([path]) => path)
        .filter(path => !isCopy(path) && !paths.includes(path));
      if (strays.length) {
        throw new Error(
          `Browser ${number} has ${strays.join(', ')}, which is no document`
        );
      }
      for (const { documentId, path, title } of pages) {
        if (title !== null && path !== title && drive.get(title) === null) {
          throw new Error(
            `Browser ${number} has ${path}, which is called ${title} by ` +
              `${documents.get(documentId ?? '')?.length ?? 0}`
          );
        }
      }
    }
  }

  /**
   * Whoever saves has what the room shows.
   */
  private async _checkDrives(): Promise<void> {
    for (const { drive, number, pages } of this._browsers) {
      for (const page of pages) {
        const shown = JSON.stringify(page.content);
        await page.save();
        if (JSON.stringify(page.content) !== shown) {
          throw new Error(`Saving changes what browser ${number} shows.`);
        }
        if (JSON.stringify(drive.get(page.path)) !== shown) {
          throw new Error(`Browser ${number} has something else in its ${page.path}.`);
        }
      }
    }
  }

  private _closeAll(): void {
    this._browsers.forEach(one =>
      one.tabs.forEach((_, number) => one.close(number, 'close'))
    );
  }

  private _create(who: Browser, path: string): void {
    const word = this._token(who);
    who.drive.set(path, this._kind.file(word));
    this._tell(`browser ${who.number} makes a file ${path}: ${word}`);
  }

  private _path(number: number): string {
    return number ? `${number} ${this._kind.path}` : this._kind.path;
  }

  private _token(author: Browser): string {
    const word = `t${this._authors.size}`;
    this._authors.set(word, author);
    return word;
  }

  private _tell(line: string): void {
    this.story.push(line);
  }

  private readonly _kind: IKind;
  private readonly _site = new Map<string, unknown>();
  private readonly _network = new Network();
  private readonly _browsers: Browser[];
  private readonly _events: IFileEvent[];
  private readonly _authors = new Map<string, Browser>();
  private readonly _deleted = new Set<string>();
  /** Into which document somebody has typed a word, by the drive of that person. */
  private readonly _written = new Map<Drive, Map<string, string | null>>();
  /** Whether somebody has deleted a file that another tab of theirs went on to show. */
  private _isShownOn = false;
}

function isCopy(path: string): boolean {
  return path.includes('(my copy');
}
