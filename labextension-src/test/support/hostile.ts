// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import fc from 'fast-check';
import * as Y from 'yjs';

/** What stands in documents, and some of what any object has. */
const KEYS = [
  ...['id', 'cell_type', 'source', 'metadata', 'outputs', 'execution_count', 'run'],
  ...['execution_state', 'attachments', 'tags', 'trusted', 'collapsed', 'jupyter'],
  ...['output_type', 'name', 'text', 'data', 'traceback', 'kernelspec', 'nbformat'],
  ...['nbformat_minor', 'path', 'hash', 'seeded', 'dirty', '__proto__', 'toString']
];

/** What somebody may write anywhere; shared types are made anew each time. */
const { value: values } = fc.letrec<{ value: () => unknown }>(tie => {
  const plain = fc.constantFrom<unknown>(
    ...[null, undefined, -1, 4, true, '', 'text', 'code', 'stream', 'error', 'a'],
    ...[{ a: 1 }, [1, 'x'], { 'text/plain': 5, 'text/html': { a: 1 } }],
    ...[[BigInt(5)], new Uint8Array(3), { output_type: 'stream', text: 'a' }]
  );
  const entries = fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), {
    maxLength: 2
  });
  const mapOf = (parts: () => [string, unknown][]) =>
    entries.map(more => () => {
      const made = more.map(([key, make]): [string, unknown] => [key, make()]);
      return new Y.Map<unknown>([...parts(), ...made]);
    });
  const cell = fc.constantFrom('code', 'markdown', 'raw').chain(type =>
    mapOf(() => [
      ['id', 'new'],
      ['cell_type', type],
      ['source', new Y.Text('new')],
      ['metadata', new Y.Map()],
      ['outputs', new Y.Array()]
    ])
  );
  const output = fc
    .constantFrom('stream', 'error', 'display_data', 'other')
    .chain(type => mapOf(() => [['output_type', type]]));
  return {
    value: fc.oneof(
      { maxDepth: 2 },
      plain.map(value => () => value),
      fc.constant(() => new Y.Text('shared')),
      fc.constant(() => new Y.Array()),
      mapOf(() => []),
      cell,
      output
    )
  };
});

/** All that somebody can write into: lists, maps and texts. */
function sharedTypes(doc: Y.Doc): unknown[] {
  const all: unknown[] = [
    ...['state', 'meta', 'cell-ledger'].map(name => doc.getMap(name)),
    doc.getArray('cells')
  ];
  for (const one of all) {
    if (one instanceof Y.Map || one instanceof Y.Array) {
      const inner = one instanceof Y.Map ? [...one.values()] : one.toArray();
      all.push(...inner.filter(part => part instanceof Y.AbstractType));
    }
  }
  return all;
}

export interface IDeed {
  readonly where: number;
  readonly at: number;
  readonly key: string | null;
  readonly isRemoval: boolean;
  readonly value: () => unknown;
}

/** What somebody may do to a document. */
export const deeds: fc.Arbitrary<IDeed> = fc.record({
  where: fc.nat(40),
  at: fc.nat(9),
  key: fc.option(fc.constantFrom(...KEYS)),
  isRemoval: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
  value: values
});

/** Write something, as nobody does by way of Jupyter. */
export function write(doc: Y.Doc, { where, at, key, isRemoval, value }: IDeed): void {
  const all = sharedTypes(doc);
  const type = all[where % all.length];
  if (type instanceof Y.Map) {
    const known = [...(type as Y.Map<unknown>).keys()];
    const chosen = key ?? known[at % known.length] ?? 'path';
    if (isRemoval) {
      type.delete(chosen);
    } else {
      type.set(chosen, value());
    }
  } else if (type instanceof Y.Array) {
    if (isRemoval && type.length) {
      type.delete(at % type.length, 1);
    } else {
      type.insert(at % (type.length + 1), [value() ?? null]);
    }
  } else if (type instanceof Y.Text) {
    if (isRemoval && type.length) {
      type.delete(at % type.length, 1);
    } else if (key === null) {
      type.insertEmbed(at % (type.length + 1), { a: 1 });
    } else {
      type.insert(at % (type.length + 1), key, { bold: at % 2 === 0 });
    }
  }
}
