// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

/**
 * Text that has hurt editors: line endings, a byte order mark, astral and
 * combining characters.
 */
export const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\uFEFF',
    '😀',
    'é',
    'e\u0301',
    '"'
  ),
  maxLength: 12
});

/**
 * A string, or the list of its lines, as nbformat allows both.
 */
const multiline = text.chain(value =>
  fc.constantFrom<string | string[]>(value, value.split(/(?<=\n)/))
);

const metadata = fc.dictionary(
  fc.constantFrom('tags', 'trusted', 'name'),
  fc.jsonValue({ maxDepth: 2 }),
  { noNullPrototype: true }
);

const output = fc.oneof(
  fc.record({
    output_type: fc.constant('stream'),
    name: fc.constantFrom('stdout', 'stderr'),
    text: multiline
  }),
  fc.record({
    output_type: fc.constant('display_data'),
    data: fc.record({ 'text/html': multiline, 'application/json': fc.jsonValue() }),
    metadata: fc.constant({})
  })
);

const cellMetadata = fc
  .tuple(metadata, fc.option(fc.boolean()), fc.option(fc.boolean()))
  .map(([more, collapsed, hidden]) => ({
    ...more,
    ...(collapsed === null ? {} : { collapsed }),
    ...(hidden === null ? {} : { jupyter: { outputs_hidden: hidden } })
  }));

const cell = fc
  .record(
    {
      cell_type: fc.constantFrom('code', 'markdown', 'raw'),
      source: multiline,
      metadata: cellMetadata,
      id: fc.constantFrom('a', 'b', 'c', 'not allowed!'),
      attachments: fc.dictionary(
        fc.constantFrom('a.png', 'b.png'),
        fc.record({ 'image/png': fc.constantFrom('AA==', 'AQ==') }),
        { noNullPrototype: true, minKeys: 1 }
      ),
      outputs: fc.array(output, { maxLength: 2 }),
      execution_count: fc.option(fc.nat(9))
    },
    { requiredKeys: ['cell_type', 'source', 'metadata'], noNullPrototype: true }
  )
  // the code in a cell refers to none
  .map(({ attachments, ...rest }) =>
    attachments && rest.cell_type !== 'code' ? { ...rest, attachments } : rest
  );

/**
 * Notebooks of nbformat 4.0 to 4.5, good and bad cell ids included.
 */
export const notebook = fc.record({
  nbformat: fc.constant(4),
  nbformat_minor: fc.integer({ min: 0, max: 5 }),
  metadata,
  cells: fc.array(cell, { maxLength: 5 })
});

/**
 * Put the keys of all objects in another order.
 */
export function reordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reordered);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reordered(item)])
    );
  }
  return value;
}
