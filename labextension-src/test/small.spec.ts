// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import 'fake-indexeddb/auto';

import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { bytesOf, pack, wholeOf } from '../src/document/whole';
import { Browser } from './simulator/browser';
import { Network } from './simulator/network';
import { enterRoom } from './simulator/page';
import { settle } from './simulator/world';
import { stubCompression } from './support/compression';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';
import { storedBytes } from './support/stored';

const PATH = 'plan.txt';

const WORDS =
  'It is a truth universally acknowledged, that a single man in possession ' +
  'of a good fortune, must be in want of a wife. However little known the feelings or ' +
  'views of such a man may be on his first entering a neighbourhood, this truth is ' +
  'so well fixed in the minds of the surrounding families, that he is considered as the ' +
  'rightful property of some one or other of their daughters. ';

/**
 * What each of them types: one letter in ten is another, which they take back by `<`, at
 * once, or after the next.
 */
const KEYS = [...WORDS]
  .map((letter, index) => {
    const [isWrong, isSeenLate] = [index % 10 === 9, index % 20 === 9];
    const other = WORDS[(index * 7) % WORDS.length];
    return isWrong ? `${other}${isSeenLate ? 'e<' : ''}<${letter}` : letter;
  })
  .join('');

/** How often they do: slow people take more than ten minutes for that. */
const TIMES = 8;

/** What slow people have typed after ten minutes: from then on it holds. */
const LARGE = 6000;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  stubCompression();
});

afterEach(() => {
  closeDocuments();
  vi.unstubAllGlobals();
});

/** Three people who have a text in common, and each a line of it. */
async function people() {
  const network = new Network();
  const host = new TextDrive(new TextFiles({ [PATH]: '0\n1\n2\n' }));
  const docs: ReturnType<typeof openDocument>[] = [];
  for (const number of [0, 1, 2]) {
    const room = enterRoom(new Browser(number, network, 'small', new Map()));
    docs.push(openDocument(number ? new TextDrive() : host, PATH, room));
    await settle(network);
  }
  await Promise.all(docs.map(({ provider }) => provider.ready));
  const carets = docs.map(({ model }, number) =>
    Y.createRelativePositionFromTypeIndex(model.ysource, 2 * number + 1)
  );
  const press = (key: string) => {
    docs.forEach(({ model }, number) => {
      const caret = carets[number];
      const at = Y.createAbsolutePositionFromRelativePosition(caret, model.ydoc)!.index;
      model.updateSource(key === '<' ? at - 1 : at, at, key === '<' ? '' : key);
    });
  };
  return { docs, network, press };
}

/** What is left of what is typed. */
function taken(keys: string): string {
  return [...keys].reduce(
    (text, key) => (key === '<' ? text.slice(0, -1) : text + key),
    ''
  );
}

describe('what a browser keeps while three people type', () => {
  it('is at most three times the text, also while nobody rests, and nothing is lost', async () => {
    const { docs, network, press } = await people();
    for (let time = 0; time < TIMES; time++) {
      for (const [index, key] of [...KEYS].entries()) {
        press(key);
        if (index % 15 === 0) {
          await settle(network);
        }
        const { length } = docs[0].model.source;
        if (index % 50 === 0 && length > LARGE) {
          expect((await storedBytes()) / docs.length).toBeLessThan(3 * length);
        }
      }
    }
    await Promise.all(docs.map(({ provider }) => provider.save()));
    await settle(network);
    const line = taken(KEYS);
    for (const { model } of docs) {
      const typed = line.repeat(TIMES);
      expect(model.source).toBe(`0${typed}\n1${typed}\n2${typed}\n`);
    }
    const { length } = docs[0].model.source;
    expect((await storedBytes()) / docs.length).toBeLessThan(3 * length);
  });
});

describe('a text that somebody types', () => {
  it('takes little more where it was corrected often', () => {
    const doc = new Y.Doc();
    const text = doc.getText('source');
    text.insert(0, 'a, z');
    for (let time = 0; time < 100; time++) {
      const at = text.length - 1;
      [...'the wavs'].forEach((letter, index) => text.insert(at + index, letter));
      text.delete(at + 7, 1);
      [...'es are long, '].forEach((letter, index) =>
        text.insert(at + 7 + index, letter)
      );
    }
    const taken = bytesOf(wholeOf(doc)).length;
    expect(taken).toBeLessThan(2 * text.length);
    expect(taken).toBeLessThan(0.7 * Y.encodeStateAsUpdate(doc).length);
  });

  it('is compressed, but not where that would keep the page from all else', async () => {
    const doc = new Y.Doc();
    const text = doc.getText('source');
    text.insert(0, 'a'.repeat(400_000));
    expect(bytesOf(await pack(wholeOf(doc))).length).toBeLessThan(10_000);
    text.insert(0, 'a'.repeat(200_000));
    const whole = wholeOf(doc);
    expect(await pack(whole)).toBe(whole);
  });
});
