// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { messageYjsSyncStep2 } from 'y-protocols/sync';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { MESSAGE_SYNC } from '../../src/peer/progress';
import type { IAskable } from '../../src/peer/questions';
import { Questions } from '../../src/peer/questions';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that has some changes, by number. */
class Page implements IAskable {
  constructor(readonly has: ReadonlyArray<number>) {}

  asked = 0;
  isKnown = false;

  ask(): void {
    this.asked++;
  }

  on(name: string, listener: (data: Uint8Array) => void): void {
    this._listeners.push([name, listener]);
  }

  emit(name: string, data = new Uint8Array()): void {
    this._listeners.forEach(([one, listener]) => one === name && listener(data));
  }

  private readonly _listeners: [string, (data: Uint8Array) => void][] = [];
}

const ANSWER = Uint8Array.of(MESSAGE_SYNC, messageYjsSyncStep2);

function room(pages: Page[]) {
  const here = new Set<number>();
  const lacks = (peer: IAskable) =>
    (peer as Page).isKnown ? (peer as Page).has.some(one => !here.has(one)) : null;
  const questions = new Questions(new Y.Doc(), lacks);
  const answer = (page: Page) => {
    page.has.forEach(one => here.add(one));
    page.emit('data', ANSWER);
  };
  const say = (page: Page) => {
    page.isKnown = true;
    page.emit('data', Uint8Array.of(MESSAGE_SYNC, 0));
  };
  pages.forEach(page => questions.ask(page));
  return { answer, here, questions, say };
}

it('one of those who have the same is asked, and the others once it has answered', () => {
  const pages = [new Page([1, 2]), new Page([1, 2]), new Page([1, 2, 3])];
  const { answer, say } = room(pages);
  pages.forEach(say);
  expect(pages.map(page => page.asked)).toEqual([1, 0, 0]);
  answer(pages[0]);
  // the second has nothing more, and the third has
  expect(pages.map(page => page.asked)).toEqual([1, 1, 1]);
});

it('who has nothing that is not here is asked at once', () => {
  const [large, empty] = [new Page([1]), new Page([])];
  const { say } = room([large, empty]);
  say(empty);
  expect([large.asked, empty.asked]).toEqual([1, 1]);
});

it('who is silent does not keep others from being asked, and who sends is waited for', () => {
  const pages = [new Page([1]), new Page([1]), new Page([1])];
  room(pages);
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(2000);
    pages[0].emit('progress');
  }
  expect(pages.map(page => page.asked)).toEqual([1, 0, 0]);
  vi.advanceTimersByTime(3000);
  expect(pages.map(page => page.asked)).toEqual([1, 1, 0]);
  pages[1].emit('close');
  expect(pages.map(page => page.asked)).toEqual([1, 1, 1]);
});

it('who only shows presence, or writes all the time, does not keep others from being asked', () => {
  const pages = [new Page([1]), new Page([1]), new Page([1])];
  const { questions } = room(pages);
  for (let i = 0; i < 2; i++) {
    vi.advanceTimersByTime(2000);
    pages[0].emit('data', Uint8Array.of(1, 0));
  }
  expect(pages.map(page => page.asked)).toEqual([1, 1, 0]);
  for (let i = 0; i < 70; i++) {
    vi.advanceTimersByTime(2000);
    pages[1].emit('data', Uint8Array.of(MESSAGE_SYNC, 2));
  }
  questions.askAll();
  expect(pages[2].asked).toBe(1);
});

it('who has answered is asked again at once, as often as wished', () => {
  const [page, other] = [new Page([1]), new Page([2])];
  const { answer, questions } = room([page, other]);
  answer(page);
  questions.askAll();
  expect(page.asked).toBe(2);
});

it('who is sending something large is not asked for it again', () => {
  const pages = [new Page([1]), new Page([1])];
  const { answer, questions } = room(pages);
  pages.forEach(answer);
  const before = pages.map(page => page.asked);
  pages[0].emit('progress');
  questions.askAll();
  expect(pages.map(page => page.asked)).toEqual([before[0], before[1] + 1]);
  vi.advanceTimersByTime(3001); // it has come to an end, or to a stop
  questions.askAll();
  expect(pages.map(page => page.asked)).toEqual([before[0] + 1, before[1] + 2]);
});

it('everybody who stays is asked, whoever leaves, is silent or answers in whatever order', () => {
  const step = fc.record({
    who: fc.nat(),
    what: fc.constantFrom('say', 'answer', 'progress', 'close', 'wait')
  });
  const changes = fc.array(fc.nat(5), { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(changes, { minLength: 1, maxLength: 6 }),
      fc.array(step, { maxLength: 40 }),
      (contents, steps) => {
        const pages = contents.map(has => new Page(has));
        const gone = new Set<Page>();
        const { answer, say } = room(pages);
        for (const { who, what } of steps) {
          const page = pages[who % pages.length];
          if (gone.has(page)) {
            continue;
          }
          if (what === 'wait') {
            vi.advanceTimersByTime(1000);
          } else if (what === 'say') {
            say(page);
          } else if (what === 'answer') {
            if (page.asked) {
              answer(page);
            }
          } else {
            page.emit(what);
            if (what === 'close') {
              gone.add(page);
            }
          }
        }
        vi.advanceTimersByTime(3000 * pages.length);
        expect(pages.every(page => gone.has(page) || page.asked > 0)).toBe(true);
      }
    )
  );
});
