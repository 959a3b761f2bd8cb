// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ICanonicalNotebook } from '../src/document/canonical';
import { canonicalNotebook } from '../src/document/canonical';
import { KERNEL_METADATA, notebookParts } from '../src/document/essence';
import { notebook } from './arbitraries';

/**
 * What reads as the end of the cells, and is not: where a notebook's metadata have it.
 */
const lookalike = fc.constantFrom<unknown>(
  [{ a: [], metadata: {} }],
  { a: [1], metadata: { b: [], metadata: {} } },
  '],"metadata":{',
  '}],"metadata":{}'
);

const metadata = fc.dictionary(
  fc.constantFrom('kernelspec', 'language_info', 'authors', 'metadata', 'z'),
  fc.oneof(lookalike, fc.jsonValue({ maxDepth: 2 })),
  { noNullPrototype: true }
);

const canonicalOf = (content: unknown) => JSON.stringify(canonicalNotebook(content));

describe('a notebook is taken apart', () => {
  it('into what people made and what kernels wrote, and nothing is lost', () => {
    fc.assert(
      fc.property(notebook, metadata, (content, added) => {
        const canonical = canonicalOf({ ...content, metadata: added });
        const { essence, rest } = notebookParts(canonical);
        const made = JSON.parse(canonical) as ICanonicalNotebook;
        const written = KERNEL_METADATA.filter(key => key in made.metadata);
        written.forEach(key => delete made.metadata[key]);
        expect(essence).toBe(JSON.stringify(made));
        expect(rest === '').toBe(written.length === 0);
        const whole = JSON.parse(essence) as ICanonicalNotebook;
        Object.assign(whole.metadata, JSON.parse(rest || '{}'));
        expect(canonicalOf(whole)).toBe(canonical);
      })
    );
  });

  it('at once, also if its metadata look like the end of its cells everywhere', () => {
    const hostile = Array.from({ length: 20_000 }, () => ({ a: [], metadata: {} }));
    const cells = [{ cell_type: 'code', id: 'a', metadata: {}, source: 'x' }];
    const metadata = { hostile, kernelspec: { name: 'python' } };
    const { essence, rest } = notebookParts(
      canonicalOf({ nbformat: 4, cells, metadata })
    );
    expect(rest).toBe('{"kernelspec":{"name":"python"}}');
    expect(essence).toBe(canonicalOf({ nbformat: 4, cells, metadata: { hostile } }));
  });
});
