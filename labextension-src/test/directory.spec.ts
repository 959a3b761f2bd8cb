// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { Directory } from '../src/document/directory';

function meet(a: Directory, b: Directory): void {
  Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc));
  Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc));
}

const hex = fc.string({
  unit: fc.constantFrom('0', '9', 'a', 'f'),
  minLength: 4,
  maxLength: 4
});

describe('a directory', () => {
  it('chooses nothing while nothing is registered', () => {
    const directory = new Directory();
    directory.register('d1', 'aa');
    expect(directory.chosen('d')).toBeNull();
    expect(directory.chosen('d2')).toBeNull();
    expect(directory.chosen('d1')).toBe('aa');
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
          const registered = new Map<string, string[]>();
          for (const event of events) {
            if ('other' in event) {
              meet(peers[event.peer], peers[event.other]);
            } else {
              peers[event.peer].register(event.document, event.lineage);
              registered.set(event.document, [
                ...(registered.get(event.document) ?? []),
                event.lineage
              ]);
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
    mine.register('d', 'aa');
    meet(mine, yours);
    mine.prefer('d', 'bb');
    meet(mine, yours);
    expect([mine, yours].map(each => each.chosen('d'))).toEqual(['bb', 'bb']);
    yours.register('d', 'aa');
    meet(mine, yours);
    expect([mine, yours].map(each => each.chosen('d'))).toEqual(['aa', 'aa']);
  });

  it('tells when another one registered something', () => {
    const [mine, yours] = [new Directory(), new Directory()];
    let changes = 0;
    mine.changed.connect(() => changes++);
    yours.register('d', 'aa');
    meet(mine, yours);
    expect(changes).toBe(1);
    meet(mine, yours);
    expect(changes).toBe(1);
  });
});
