// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { applyWhole } from '../../src/peer/backlog';

/** A document, and the changes that were made to it, each alone. */
function author(state?: Uint8Array) {
  const doc = new Y.Doc();
  const changes: Uint8Array[] = [];
  if (state) {
    Y.applyUpdate(doc, state);
  }
  doc.on('update', (update: Uint8Array) => void changes.push(update));
  return { doc, list: doc.getArray<string>('list'), changes };
}

describe('a change', () => {
  it('takes nothing from its place before what it puts elsewhere can stand there', () => {
    const begun = author();
    begun.list.push(['moved', 'stays']);
    const state = Y.encodeStateAsUpdate(begun.doc);
    const ada = author(state);
    ada.list.push(['missing']);
    ada.doc.transact(() => {
      ada.list.delete(0);
      ada.list.push(['moved']);
    });
    const grace = author(state);
    applyWhole(grace.doc, ada.changes[1], null);
    expect(grace.list.toJSON()).toEqual(['moved', 'stays']);
    applyWhole(grace.doc, ada.changes[0], null);
    expect(grace.list.toJSON()).toEqual(['stays', 'missing', 'moved']);
  });

  it('is applied in the end, in whatever order all have come', () => {
    const step = fc.record({
      who: fc.nat(1),
      at: fc.nat(5),
      removes: fc.boolean(),
      meets: fc.boolean()
    });
    const property = fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      (steps, order) => {
        const people = [author(), author()];
        steps.forEach(({ who, at, removes, meets }, word) => {
          const { doc, list } = people[who];
          const other = people[1 - who].doc;
          if (meets) {
            Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'met');
          }
          doc.transact(() => {
            if (removes && list.length) {
              list.delete(at % list.length);
            }
            list.insert(at % (list.length + 1), [String(word)]);
          });
        });
        const [one, two] = people.map(({ doc }) => doc);
        Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
        const changes = people.flatMap(person => person.changes);
        const reader = author();
        while (changes.length) {
          const next = order.next().value % changes.length;
          applyWhole(reader.doc, changes.splice(next, 1)[0], null);
        }
        expect(reader.list.toJSON()).toEqual(people[0].list.toJSON());
      }
    );
    fc.assert(property);
  });

  it('that was put aside is applied as its own author’s, not as the one’s it waited for', () => {
    const [ada, grace] = [author(), author()];
    ada.list.push(['first']);
    Y.applyUpdate(grace.doc, ada.changes[0], 'met');
    grace.list.push(['second']);
    const [, second] = grace.changes;
    const reader = new Y.Doc();
    const heard: { origin: unknown; writers: number[] }[] = [];
    reader.on(
      'afterTransaction',
      ({ afterState, beforeState, origin }: Y.Transaction) => {
        const writers = [...afterState.keys()].filter(
          client => afterState.get(client) !== beforeState.get(client)
        );
        heard.push({ origin, writers });
      }
    );
    applyWhole(reader, second, 'Grace’s connection');
    expect(heard, 'nothing of it before what it builds on').toEqual([]);
    applyWhole(reader, ada.changes[0], 'Ada’s connection');
    expect(heard).toEqual([
      { origin: 'Ada’s connection', writers: [ada.doc.clientID] },
      { origin: 'Grace’s connection', writers: [grace.doc.clientID] }
    ]);
    expect(reader.getArray('list').toJSON()).toEqual(['first', 'second']);
  });

  it('that can’t be decoded is refused', () => {
    expect(() => applyWhole(new Y.Doc(), new Uint8Array([1, 2, 3]), null)).toThrow();
  });
});
