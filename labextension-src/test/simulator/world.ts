// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';

import { canonicalNotebook } from '../../src/document/canonical';
import { Browser } from './browser';
import type { IKind } from './kinds';
import { NOTEBOOK, TEXT_FILE } from './kinds';
import { setLuck } from './luck';
import { Network } from './network';
import { FullStorage } from './storage';
import type { IEvent, ISchedule, Operation } from './story';
import { BROWSERS } from './runs';

/** The word that the first version of the site's file holds. */
const SHIPPED = 'shipped';

/** For how many turns nothing may happen before all is over. */
const CALM = 8;

/** How many turns it may take until then. */
const MAX_TURNS = 2000;

/** How many turns everything takes that was begun. */
const TURNS = 40;

/** How many turns it takes to do most of what was begun. */
const BREATH = 12;

let runs = 0;

/**
 * Lives one schedule, tells it, and says what went wrong.
 */
export class World {
  constructor(schedule: ISchedule) {
    setLuck(schedule.luck);
    globalThis.indexedDB = new IDBFactory(); // what earlier worlds kept is forgotten
    this._kind = schedule.isNotebook ? NOTEBOOK : TEXT_FILE;
    const { path } = this._kind;
    if (schedule.isShipped) {
      this._site.set(path, this._kind.file(SHIPPED));
    }
    const run = `run ${runs++}`;
    this._browsers = Array.from(
      { length: BROWSERS },
      (_, number) => new Browser(number, this._network, run, this._site)
    );
    this._browsers.forEach((browser, number) => {
      if (schedule.own[number] || (number === 0 && !schedule.isShipped)) {
        const word = this._token(browser);
        browser.drive.set(path, this._kind.file(word));
        this._tell(`browser ${number} has a file of its own: ${word}`);
      }
    });
    this._events = schedule.events;
  }

  /** What happened, line by line. */
  readonly story: string[] = [];

  /** What each person has in the end. */
  get files(): [string, unknown][][] {
    return this._browsers.map(({ drive }) => drive.files);
  }

  /**
   * Live it, and check what there is in the end.
   *
   * @throws Error with the story, if anything is not as promised.
   */
  async live(): Promise<void> {
    try {
      for (const event of this._events) {
        await this._do(event);
        await breathe();
      }
      await this._end();
      this._check();
      await this._checkDrives();
    } catch (reason) {
      const what = reason instanceof Error ? reason.message : String(reason);
      throw new Error(`${what}\n\nThe story:\n  ${this.story.join('\n  ')}\n`);
    } finally {
      this._browsers.forEach(browser =>
        [0, 1].forEach(tab => browser.close(tab, 'close'))
      );
      await breathe();
      this._storage.dispose();
    }
  }

  private async _do(event: IEvent): Promise<void> {
    switch (event.do) {
      case 'mend':
        this._network.heal();
        this._tell('the network is mended');
        return;
      case 'lose patience':
        this._network.losePatience();
        this._tell('everybody loses patience');
        return;
      case 'ship': {
        // not in the very moment in which somebody reads the one before
        if (this._site.size && this._isReady()) {
          const word = `s${this._site.size}${this.story.length}`;
          this._site.set(
            this._kind.path,
            this._kind.edit(this._kind.file(SHIPPED), word, 1)
          );
          this._tell(`the site ships another version, with ${word}`);
        }
        return;
      }
      case 'fill':
        this._storage.fill();
        this._tell('the storage of all browsers is full');
        return;
      case 'free':
        await this._free();
        this._tell('there is space again');
        return;
      case 'deliver':
        event.choices.forEach(choice => this._network.deliver(choice));
        this._tell(`${event.choices.length} messages arrive`);
        return;
      default:
        await this._act(event);
    }
  }

  private async _act(event: IEvent & { browser: number; tab: number }): Promise<void> {
    const browser = this._browsers[event.browser];
    const { _kind: kind } = this;
    const who = `browser ${event.browser}, tab ${event.tab}`;
    const page = browser.tabs[event.tab];
    const at = 'at' in event ? event.at : 0;
    if (this._vanished.has(browser)) {
      return;
    }
    switch (event.do) {
      case 'vanish':
        this._vanished.add(browser);
        await breathe();
        [0, 1].forEach(tab => this._close(browser, tab, 'close'));
        this._tell(`browser ${event.browser} does not come back for long`);
        return;
      case 'go on':
        if (page?.model && page.goOn) {
          page.goOn();
          this._tell(`${who} goes on with its own: ${this._show(page.content)}`);
        }
        return;
      case 'open':
        if (browser.open(event.tab, kind.path)) {
          this._tell(`${who} opens the file`);
        }
        return;
      case 'close':
      case 'kill':
        if (page) {
          await breathe(); // what was on the screen is kept
          this._close(browser, event.tab, event.do);
          this._tell(`${who} is ${event.do === 'kill' ? 'killed' : 'closed'}`);
        }
        return;
      case 'open and kill':
        if (browser.open(event.tab, kind.path)) {
          await breathe(at);
          this._close(browser, event.tab, 'kill');
          this._tell(`${who} opens the file, and is killed meanwhile`);
        }
        return;
      case 'save and kill':
        if (page?.model) {
          page.save().catch(this._onRefused);
          await breathe(at);
          this._close(browser, event.tab, 'kill');
          this._tell(
            `${who} is killed while it saves; the drive has ` +
              this._show(browser.drive.get(kind.path))
          );
        }
        return;
      case 'save':
        if (page?.model) {
          await page.save().catch(this._onRefused);
          this._tell(`${who} saves ${this._show(browser.drive.get(kind.path))}`);
        }
        return;
      case 'cut off':
        this._network.partition(new Set([event.browser]));
        this._tell(`browser ${event.browser} is cut off`);
        return;
      case 'edit at home': {
        const content = browser.drive.get(kind.path);
        if (content !== null && !browser.pages.length) {
          const word = this._token(browser);
          browser.drive.set(kind.path, kind.edit(content, word, at));
          this._tell(
            `browser ${event.browser} edits at home: ${this._show(browser.drive.get(kind.path))}`
          );
        }
        return;
      }
      case 'type':
        if (page?.model) {
          const word = this._token(browser);
          this._noteUnkept(browser, word);
          kind.type(page, word, at);
          this._tell(`${who} types: ${this._show(page.content)}`);
        }
        return;
      case 'remove':
        if (page?.model) {
          const words = kind.remove(page, at);
          words.forEach(word => this._removed.add(word));
          this._changed.add(browser);
          this._tell(`${who} removes ${words.join(' ')}: ${this._show(page.content)}`);
        }
        return;
      case 'operate':
        if (page?.model) {
          const word = `t${this._authors.size}`;
          const before = kind.words(page.content);
          const { isDone, isUsed } = kind.operate(page, event, word);
          if (isUsed) {
            this._noteUnkept(browser, this._token(browser));
          }
          if (isDone) {
            this._noteRemoved(event.what, browser, before, kind.words(page.content));
            this._changed.add(browser);
            this._tell(`${who}: ${event.what}: ${this._show(page.content)}`);
          }
        }
    }
  }

  /**
   * Everybody comes, those who did not come for long last, and all that was sent arrives.
   */
  private async _end(): Promise<void> {
    await this._free();
    this._network.heal();
    if (this._vanished.size) {
      this._tell('the others come, there is space, and the network is mended');
      await this._meet(this._browsers.filter(browser => !this._vanished.has(browser)));
      this._checkAgreement();
      this._vanished.clear();
    }
    this._tell('everybody comes, there is space, and the network is mended');
    await this._meet(this._browsers);
    // and a last time, since what a killed tab has left is found when one opens
    this._browsers.forEach(browser => {
      [0, 1].forEach(tab => browser.close(tab, 'close'));
    });
    await this._meet(this._browsers);
    if (!this._isReady()) {
      throw new Error('Some page never shows the document.');
    }
  }

  /**
   * Let people come who are not there, and go on without what nobody has who is.
   */
  private async _meet(browsers: ReadonlyArray<Browser>): Promise<void> {
    browsers.forEach(browser => {
      if (!browser.pages.length) {
        browser.open(0, this._kind.path);
      }
    });
    for (;;) {
      await this._calm();
      const page = browsers.flatMap(({ pages }) => pages).find(({ goOn }) => goOn);
      if (!page) {
        return;
      }
      page.goOn?.();
      this._tell(`one who waits goes on with ${this._show(page.content)}`);
    }
  }

  private async _free(): Promise<void> {
    await this._storage.free();
    await breathe();
    this._unkept.clear();
  }

  /**
   * Wait until nothing happens any more.
   */
  private _calm(): Promise<void> {
    // guests may wait in vain
    return calm(this._network, () => this._isReady() || this._vanished.size > 0);
  }

  private _isReady(): boolean {
    return this._browsers.every(({ pages }) => pages.every(page => page.model));
  }

  /**
   * Who shows the document shows the same as all others, and nobody waits who has a file.
   */
  private _checkAgreement(): void {
    const pages = this._browsers.flatMap(browser => browser.pages);
    const shown = pages.filter(page => page.model);
    const contents = new Set(shown.map(page => JSON.stringify(page.content)));
    if (contents.size > 1) {
      throw new Error(`Not all show the same: ${[...contents].join(' and ')}`);
    }
    const isLate = (browser: Browser) =>
      browser.drive.get(this._kind.path) !== null &&
      browser.pages.some(page => !page.model);
    if (this._browsers.some(isLate)) {
      throw new Error('Some page does not show what its drive has.');
    }
  }

  private _check(): void {
    this._checkAgreement();
    const [page] = this._browsers.flatMap(browser => browser.pages);
    const room = this._kind.words(page.content);
    const count = (words: string[], word: string) =>
      words.filter(one => one === word).length;
    for (const word of new Set(room)) {
      if (count(room, word) > 1) {
        throw new Error(`${word} stands more than once: ${room.join(' ')}`);
      }
    }
    for (const [word, author] of this._authors) {
      const copies = this._copies(author).filter(copy => copy.includes(word));
      if (!room.includes(word) && !copies.length && !this._removed.has(word)) {
        throw new Error(
          `${word} of browser ${author.number} is lost: the room has ${room.join(' ')}`
        );
      }
    }
    for (const browser of this._browsers) {
      const copies = this._copies(browser);
      const contents = this._copyContents(browser);
      for (const [number, copy] of copies.entries()) {
        const missing = copy.filter(word => !room.includes(word));
        const isNeeded =
          this._changed.has(browser) ||
          missing.some(word => this._authors.get(word) === browser) ||
          // others have put something else into the file of this person
          (missing.length > 0 && this._wasRemoved(browser)) ||
          this._forgetful.has(browser);
        // who forgot which copy is whose keeps another one of what was split since
        const isTwice =
          !this._forgetful.has(browser) &&
          contents.indexOf(contents[number]) !== number;
        if (isTwice || !isNeeded || !copy.length) {
          throw new Error(
            `Browser ${browser.number} has a needless copy: ${copy.join(' ')}; ` +
              `the room has ${room.join(' ')}`
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
          throw new Error(`Browser ${number} has something else in its drive.`);
        }
      }
    }
  }

  /** Whether anybody has removed a word of this person. */
  private _wasRemoved(browser: Browser): boolean {
    return [...this._removed].some(word => this._authors.get(word) === browser);
  }

  /** The words of each file that a person keeps beside the document. */
  private _copies(browser: Browser): string[][] {
    return this._copyFiles(browser).map(content => this._kind.words(content));
  }

  /**
   * What each of these files holds: notebooks of the same words may have other cells.
   */
  private _copyContents(browser: Browser): string[] {
    return this._copyFiles(browser).map(content =>
      JSON.stringify(typeof content === 'string' ? content : canonicalNotebook(content))
    );
  }

  private _copyFiles({ drive }: Browser): unknown[] {
    return drive.files
      .filter(([path]) => path.includes('(my copy'))
      .map(([, content]) => content);
  }

  private _token(author: Browser): string {
    const word = `t${this._authors.size}`;
    this._authors.set(word, author);
    return word;
  }

  /**
   * Note what a person saw go: “revert” may take anything away, “undo” what they have
   * written, and all else only puts it elsewhere.
   */
  private _noteRemoved(
    what: Operation,
    browser: Browser,
    before: string[],
    after: string[]
  ): void {
    for (const word of before.filter(one => !after.includes(one))) {
      const isOwn = this._authors.get(word) === browser;
      if (what === 'revert' || ((what === 'undo' || what === 'redo') && isOwn)) {
        this._removed.add(word);
      }
    }
  }

  /**
   * Note that a word is only in the page where it was typed, and where it arrives.
   */
  private _noteUnkept(browser: Browser, word: string): void {
    if (this._storage.isFull) {
      this._unkept.set(word, browser);
    }
  }

  /**
   * Close a tab; what could not be kept may be gone with it.
   */
  private _close(browser: Browser, tab: number, how: 'close' | 'kill'): void {
    browser.close(tab, how);
    if (this._storage.isFull && !browser.pages.length) {
      this._forgetful.add(browser);
    }
    for (const [word, author] of this._unkept) {
      if (author === browser) {
        this._removed.add(word);
      }
    }
  }

  private readonly _onRefused = (error: unknown): void => {
    if (!this._storage.isFull) {
      throw error;
    }
  };

  private _show(content: unknown): string {
    return content === null ? 'nothing' : `“${this._kind.words(content).join(' ')}”`;
  }

  private _tell(line: string): void {
    this.story.push(line);
  }

  private readonly _kind: IKind;
  private readonly _site = new Map<string, unknown>();
  private readonly _network = new Network();
  private readonly _storage = new FullStorage();
  private readonly _browsers: Browser[];
  private readonly _events: IEvent[];
  private readonly _authors = new Map<string, Browser>();
  /** Who does not come back before all others have met. */
  private readonly _vanished = new Set<Browser>();
  /** Who has done something that leaves no word. */
  private readonly _changed = new Set<Browser>();
  /** Who could not keep what was known of copies, and of where they are from. */
  private readonly _forgetful = new Set<Browser>();
  private readonly _removed = new Set<string>();
  /** Whose words are kept nowhere yet. */
  private readonly _unkept = new Map<string, Browser>();
}

/** Let promises and the simulated IndexedDB do what they have begun. */
export async function breathe(turns = BREATH): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

/**
 * Wait until nothing happens any more.
 *
 * @param isReady - Whether all that was opened is shown.
 */
export async function calm(network: Network, isReady: () => boolean): Promise<void> {
  let quiet = 0;
  for (let turn = 0; quiet < CALM && turn < MAX_TURNS; turn++) {
    await breathe();
    if (!network.isQuiet) {
      network.deliver(0);
      quiet = 0;
    } else {
      network.losePatience();
      quiet = isReady() ? quiet + 1 : 0;
    }
  }
}

/**
 * Deliver all that is under way, again and again.
 *
 * @param isInTime - Whether nobody who waits for others loses patience.
 */
export async function settle(network: Network, isInTime = false): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await breathe();
    if (network.isQuiet && !isInTime) {
      network.losePatience();
    }
    while (!network.isQuiet) {
      network.deliver(0);
    }
  }
}
