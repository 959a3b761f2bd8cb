// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import { Directory } from '../src/document/directory';
import type { DocumentId, Lineage } from '../src/room/ids';
import { documentOf, lineageOf } from './support/ids';

function meet(a: Directory, b: Directory): void {
  Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc));
  Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc));
}

afterEach(() => {
  vi.restoreAllMocks();
});

const hex = fc.string({
  unit: fc.constantFrom('0', '9', 'a', 'f'),
  minLength: 4,
  maxLength: 4
});

describe('a directory', () => {
  it('chooses nothing while nothing is registered', () => {
    const directory = new Directory();
    directory.register(documentOf('d1'), lineageOf('aa'));
    expect(directory.chosen(documentOf('d'))).toBeNull();
    expect(directory.chosen(documentOf('d2'))).toBeNull();
    expect(directory.chosen(documentOf('d1'))).toBe(lineageOf('aa'));
  });

  it('lets all who met choose the same, whoever registered what and when', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ peer: fc.nat(3), document: hex, lineage: hex }),
            fc.record({ peer: fc.nat(3), other: fc.nat(3) })
          ),
          { maxLength: 30 }
        ),
        events => {
          const peers = [0, 1, 2, 3].map(() => new Directory());
          const registered = new Map<DocumentId, Lineage[]>();
          for (const event of events) {
            if ('other' in event) {
              meet(peers[event.peer], peers[event.other]);
            } else {
              const document = documentOf(event.document);
              const lineage = lineageOf(event.lineage);
              peers[event.peer].register(document, lineage);
              registered.set(document, [...(registered.get(document) ?? []), lineage]);
            }
          }
          for (const round of [peers, peers]) {
            round.slice(1).forEach(peer => meet(peers[0], peer));
          }
          for (const [document, lineages] of registered) {
            const smallest = [...lineages].sort()[0];
            expect(peers.map(peer => peer.chosen(document))).toEqual(
              peers.map(() => smallest)
            );
          }
        }
      )
    );
  });

  it('chooses what somebody goes on with, until somebody has what nobody had', () => {
    const [mine, yours] = [new Directory(), new Directory()];
    mine.register(documentOf('d'), lineageOf('aa'));
    meet(mine, yours);
    mine.prefer(documentOf('d'), lineageOf('bb'));
    meet(mine, yours);
    expect([mine, yours].map(each => each.chosen(documentOf('d')))).toEqual([
      lineageOf('bb'),
      lineageOf('bb')
    ]);
    yours.register(documentOf('d'), lineageOf('aa'));
    meet(mine, yours);
    expect([mine, yours].map(each => each.chosen(documentOf('d')))).toEqual([
      lineageOf('aa'),
      lineageOf('aa')
    ]);
  });

  it('tells when another one registered something', () => {
    const [mine, yours] = [new Directory(), new Directory()];
    let changes = 0;
    mine.changed.connect(() => changes++);
    yours.register(documentOf('d'), lineageOf('aa'));
    meet(mine, yours);
    expect(changes).toBe(1);
    meet(mine, yours);
    expect(changes).toBe(1);
  });
});

/** What somebody writes into a directory that has no place there. */
const STRAYS: Record<string, (doc: Y.Doc) => void> = {
  'a title of what is no document': doc =>
    doc.getMap('titles').set('places', { path: 'new.ipynb', kind: 'notebook/json' }),
  'a history that is none': doc =>
    doc.getMap('lineages').set(`${documentOf('d')}/directory`, true),
  'a history of what is no document': doc =>
    doc.getMap('lineages').set(`places/${lineageOf('aa')}`, true),
  'a longer name of a history': doc =>
    doc.getMap('lineages').set(`${documentOf('d')}/${lineageOf('aa')}/x`, true),
  'a title that is too long': doc =>
    doc
      .getMap('titles')
      .set(documentOf('d'), { path: 'x'.repeat(2000), kind: 'file/text' }),
  'a title that leads elsewhere': doc =>
    doc.getMap('titles').set(documentOf('d'), { path: '../x', kind: 'file/text' }),
  'a kind that is too long': doc =>
    doc
      .getMap('titles')
      .set(documentOf('d'), { path: 'new.ipynb', kind: 'x'.repeat(2000) }),
  'a title with more to it': doc =>
    doc.getMap('titles').set(documentOf('d'), {
      path: 'new.ipynb',
      kind: 'notebook/json',
      more: 'x'.repeat(100_000)
    }),
  'a map of its own': doc => doc.getMap('more').set('x', 'x'.repeat(100_000)),
  'a text': doc => doc.getText('text').insert(0, 'x'.repeat(100_000)),
  'a shared title': doc =>
    doc.getMap('titles').set(documentOf('d'), new Y.Map([['path', 'new.ipynb']])),
  'somebody with a long name': doc =>
    doc.getMap('deleted').set(documentOf('d'), 'x'.repeat(2000)),
  'a deletion of what is no document': doc =>
    doc.getMap('deleted').set('places', 'Eve'),
  'that what is no document gave its name on': doc =>
    doc.getMap('retired').set('places', true),
  'more than that a name was given on': doc =>
    doc.getMap('retired').set(documentOf('d'), 'x'.repeat(2000)),
  'more than that there is a history': doc =>
    doc
      .getMap('lineages')
      .set(`${documentOf('d')}/${lineageOf('cc')}`, 'x'.repeat(2000)),
  'that nobody has what is no history': doc =>
    doc.getMap('abandoned').set(`places/${lineageOf('aa')}`, true),
  'a deletion by nobody': doc => doc.getMap('deleted').set(documentOf('d'), { a: 1 }),
  'bytes for a history': doc =>
    doc
      .getMap('abandoned')
      .set(`${documentOf('d')}/${lineageOf('aa')}`, new Uint8Array(9))
};

const MAPS = ['lineages', 'abandoned', 'titles', 'retired', 'deleted', 'more'];

/** All that a directory holds. */
const held = ({ doc }: Directory): unknown =>
  Object.fromEntries(MAPS.map(name => [name, doc.getMap(name).toJSON()]));

describe('what somebody writes into a directory that does not belong there', () => {
  it.each(Object.keys(STRAYS))('is taken out, and harms nobody: %s', kind => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const [mine, yours, evil] = [new Directory(), new Directory(), new Y.Doc()];
    mine.register(documentOf('d'), lineageOf('bb'));
    const before = held(mine);
    STRAYS[kind](evil);
    Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(evil));
    meet(mine, yours);
    expect(held(mine)).toEqual(before);
    expect(held(yours)).toEqual(before);
    expect(Y.encodeStateAsUpdate(yours.doc).length).toBeLessThan(500);
    expect(yours.chosen(documentOf('d'))).toBe(lineageOf('bb'));
    for (const title of ['new.ipynb', '../x']) {
      expect(yours.titled({ path: title, kind: 'notebook/json' })).toEqual([]);
    }
    expect(yours.deletedBy(documentOf('d'))).toBeNull();
  });

  it('takes no registration back, and no retirement', () => {
    const [mine, late, evil] = [new Directory(), new Directory(), new Y.Doc()];
    mine.register(documentOf('d'), lineageOf('aa'));
    mine.retire(documentOf('d'));
    Y.applyUpdate(evil, Y.encodeStateAsUpdate(mine.doc));
    evil.getMap('lineages').clear();
    evil.getMap('retired').clear();
    for (const directory of [mine, late]) {
      Y.applyUpdate(directory.doc, Y.encodeStateAsUpdate(evil));
      expect(directory.chosen(documentOf('d'))).toBe(lineageOf('aa'));
      expect(directory.isRetired(documentOf('d'))).toBe(true);
    }
  });

  it('is not written by ourselves: a name that others would not take is none', () => {
    const [mine, yours] = [new Directory(), new Directory()];
    const warn = vi.spyOn(console, 'warn');
    const kind = 'file/text';
    mine.rename(documentOf('d'), { path: 'a.txt', kind });
    mine.rename(documentOf('d'), { path: 'a\\b.txt', kind });
    mine.delete(documentOf('d'), 'x'.repeat(2000));
    meet(mine, yours);
    expect([mine, yours].map(each => each.title(documentOf('d')))).toEqual([
      null,
      null
    ]);
    expect(yours.deletedBy(documentOf('d'))).toHaveLength(100);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('many documents to which somebody gives one name', () => {
  it('are looked at up to a number, and the same ones by all', () => {
    const [mine, other] = [new Directory(), new Directory()];
    const title = { path: 'new.ipynb', kind: 'notebook/json' };
    const all = Array.from({ length: 300 }, (_, n) => documentOf(`d${n}`)).sort();
    const halves = [all.slice(150), all.slice(0, 150)];
    halves[0].forEach(documentId => mine.rename(documentId, title));
    halves[1].forEach(documentId => other.rename(documentId, title));
    meet(mine, other);
    expect(mine.titled(title)).toEqual(all.slice(0, 100));
    expect(other.titled(title)).toEqual(mine.titled(title));
  });
});

describe('many histories of other documents', () => {
  it('cost nothing when one is chosen', () => {
    const directory = new Directory();
    directory.doc.transact(() => {
      for (let count = 0; count < 20_000; count++) {
        directory.register(documentOf(`o${count}`), lineageOf('aa'));
      }
    });
    directory.register(documentOf('d'), lineageOf('aa'));
    const keys = vi.spyOn(Y.Map.prototype, 'keys');
    const get = vi.spyOn(Y.Map.prototype, 'get');
    expect(directory.chosen(documentOf('d'))).toBe(lineageOf('aa'));
    expect(keys).not.toHaveBeenCalled();
    expect(get).toHaveBeenCalledTimes(1);
  });
});

describe('many histories that somebody registers for one document', () => {
  const COUNT = 3000;
  const evil = (number: number) => lineageOf(`${number}`.padStart(9, '0'));

  it('cost steps as each of them has bytes, whatever is said of them', () => {
    const [mine, other] = [new Directory(), new Directory()];
    mine.register(documentOf('d'), lineageOf('mine'));
    const writes = Array.from(
      { length: COUNT },
      (_, number) => () => other.register(documentOf('d'), evil(number))
    );
    const abandoned = other.doc.getMap('abandoned');
    for (const isAbandoned of [true, false, true]) {
      for (let number = 0; number < COUNT; number++) {
        const key = `${documentOf('d')}/${evil(number)}`;
        writes.push(() => abandoned.set(key, isAbandoned));
      }
    }
    const looks = vi.spyOn(Y.Map.prototype, 'get');
    let most = 0;
    other.doc.on('update', (update: Uint8Array) => {
      Y.applyUpdate(mine.doc, update);
      looks.mockClear();
      mine.chosen(documentOf('d'));
      most = Math.max(most, looks.mock.calls.length);
    });
    writes.forEach(write => write());
    expect(most).toBeLessThan(10);
    expect(mine.chosen(documentOf('d'))).toBe(lineageOf('mine'));
  });

  it('keep nobody from going on with theirs', () => {
    const [mine, yours, other] = [new Directory(), new Directory(), new Directory()];
    other.doc.transact(() => {
      for (let number = 0; number < COUNT; number++) {
        other.register(documentOf('d'), evil(number));
      }
    });
    mine.register(documentOf('d'), lineageOf('mine'));
    meet(mine, other);
    expect(mine.chosen(documentOf('d'))).toBe(evil(0));
    mine.prefer(documentOf('d'), lineageOf('mine'));
    meet(mine, yours);
    expect(yours.chosen(documentOf('d'))).toBe(lineageOf('mine'));
    const { length } = Y.encodeStateAsUpdate(mine.doc);
    mine.prefer(documentOf('d'), lineageOf('mine')); // writes no more than it has to
    expect(Y.encodeStateAsUpdate(mine.doc).length - length).toBeLessThan(1000);
    yours.register(documentOf('d'), evil(7));
    meet(mine, yours);
    expect(mine.chosen(documentOf('d'))).toBe(evil(7));
  });
});
