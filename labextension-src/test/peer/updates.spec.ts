// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { stateUpdates } from '../../src/peer/updates';

/**
 * Somebody edits, or two of them meet.
 */
type Step =
  | { readonly who: number; readonly at: number; readonly text: string }
  | { readonly who: number; readonly at: number; readonly remove: number }
  | { readonly who: number; readonly nest: string }
  | { readonly from: number; readonly to: number };

const who = fc.nat({ max: 3 });
const steps = fc.array(
  fc.oneof(
    fc.record({ who, at: fc.nat({ max: 100 }), text: fc.string({ minLength: 1 }) }),
    fc.record({
      who,
      at: fc.nat({ max: 100 }),
      remove: fc.integer({ min: 1, max: 9 })
    }),
    fc.record({ who, nest: fc.string() }),
    fc.record({ from: who, to: who })
  ),
  { maxLength: 60 }
);

function play(steps: ReadonlyArray<Step>): Y.Doc[] {
  const docs = [1, 2, 3, 4].map(clientID => {
    const doc = new Y.Doc();
    doc.clientID = clientID;
    return doc;
  });
  for (const step of steps) {
    if ('from' in step) {
      Y.applyUpdate(docs[step.to], Y.encodeStateAsUpdate(docs[step.from]));
    } else if ('nest' in step) {
      const list = docs[step.who].getArray<Y.Map<unknown>>('list');
      // as in a cell, its type comes after what may be long
      const entry = (...inner: Y.Map<unknown>[]) =>
        new Y.Map<unknown>([
          ['text', new Y.Text(step.nest)],
          ['inner', Y.Array.from(inner)],
          ['type', 'entry']
        ]);
      list.insert(list.length >> 1, [entry(entry())]);
      const inner = list.get(list.length - 1).get('inner') as Y.Array<unknown>;
      inner.push([entry(), entry()]);
      if (list.length > 2) {
        list.delete(0);
      }
    } else {
      const text = docs[step.who].getText('text');
      const at = Math.min(step.at, text.length);
      if ('text' in step) {
        text.insert(at, step.text);
      } else {
        text.delete(at, Math.min(step.remove, text.length - at));
      }
    }
  }
  return docs;
}

const everything = (doc: Y.Doc) => ({
  text: doc.getText('text').toJSON(),
  list: doc.getArray('list').toJSON() as unknown
});

describe('the state in several updates', () => {
  it('is what one update holds, whoever receives it', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 300 }), (steps, size) => {
        const [sender, receiver] = play(steps);
        const whole = new Y.Doc();
        Y.applyUpdate(whole, Y.encodeStateAsUpdate(receiver));
        Y.applyUpdate(whole, Y.encodeStateAsUpdate(sender));
        for (const update of stateUpdates(
          sender,
          Y.encodeStateVector(receiver),
          size
        )) {
          Y.applyUpdate(receiver, update);
          // each can be applied at once: nothing waits for what comes later
          expect(receiver.store.pendingStructs).toBeNull();
          expect(receiver.store.pendingDs).toBeNull();
          // … and shown: there is no part of an entry
          for (const entry of receiver.getArray<Y.Map<unknown>>('list')) {
            expect(entry.get('type')).toBe('entry');
            for (const inner of entry.get('inner') as Y.Array<Y.Map<unknown>>) {
              expect(inner.get('type')).toBe('entry');
            }
          }
        }
        expect(everything(receiver)).toEqual(everything(whole));
        expect(Y.encodeStateVector(receiver)).toEqual(Y.encodeStateVector(whole));
      }),
      { numRuns: 500 }
    );
  });

  it('holds what is written while it is being sent', () => {
    fc.assert(
      fc.property(steps, steps, (before, during) => {
        const [sender] = play(before);
        const receiver = new Y.Doc();
        const [writer] = play(during.filter(step => 'from' in step || step.who === 0));
        let isFirst = true;
        for (const update of stateUpdates(sender, Y.encodeStateVector(receiver), 20)) {
          Y.applyUpdate(receiver, update);
          if (isFirst) {
            isFirst = false;
            sender.getText('text').insert(0, writer.getText('text').toJSON() || 'x');
            sender.getText('text').delete(0, 1);
          }
        }
        for (const update of stateUpdates(sender, Y.encodeStateVector(receiver), 20)) {
          Y.applyUpdate(receiver, update);
        }
        expect(everything(receiver)).toEqual(everything(sender));
      })
    );
  });

  it('never shows what was deleted before', () => {
    const sender = new Y.Doc({ gc: false }); // as an undo manager keeps it
    const text = sender.getText('text');
    for (let i = 0; i < 50; i++) {
      text.insert(0, `word ${i} `);
      text.delete(0, 4);
    }
    const receiver = new Y.Doc();
    for (const update of stateUpdates(sender, Y.encodeStateVector(receiver), 10)) {
      Y.applyUpdate(receiver, update);
      expect(receiver.getText('text').toJSON()).not.toContain('word');
    }
    expect(receiver.getText('text').toJSON()).toBe(text.toJSON());
  });

  it.each([1, 3])('begins with what somebody writes who has written little', client => {
    const doc = new Y.Doc();
    const write = (clientID: number, type: string, text: string) => {
      doc.clientID = clientID;
      doc.getArray(type).push([new Y.Text(text)]);
    };
    for (let i = 0; i < 100; i++) {
      write(2, 'much', 'x'.repeat(100));
    }
    write(client, 'little', 'before');
    const [first] = stateUpdates(doc, Uint8Array.of(0), 1000);
    const receiver = new Y.Doc();
    Y.applyUpdate(receiver, first);
    expect(receiver.getArray('little').toJSON()).toEqual(['before']);
    expect(receiver.getArray('much').length).toBeLessThan(100);
  });

  it('comes in parts of about the size that was asked for', () => {
    const sender = new Y.Doc();
    const list = sender.getArray('list');
    for (let i = 0; i < 1000; i++) {
      list.push([new Y.Text('x'.repeat(1000))]);
    }
    const lengths = [...stateUpdates(sender, Uint8Array.of(0), 50_000)].map(
      u => u.length
    );
    expect(lengths.length).toBeGreaterThan(15);
    expect(Math.max(...lengths)).toBeLessThan(60_000);
  });
});
