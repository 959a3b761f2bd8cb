// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalNotebook, canonicalText } from '../src/document/canonical';
import { notebook, reordered, text } from './arbitraries';

const cell = (more: object) => ({
  cell_type: 'code',
  source: '',
  metadata: {},
  ...more
});
const file = (cells: object[], nbformat_minor = 5) => ({
  nbformat: 4,
  nbformat_minor,
  metadata: {},
  cells
});
const ids = (content: unknown) => canonicalNotebook(content).cells.map(c => c.id);

describe('the canonical form of a notebook', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(notebook, content => {
        expect(JSON.stringify(canonicalNotebook(reordered(content)))).toBe(
          JSON.stringify(canonicalNotebook(content))
        );
      })
    );
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(notebook, content => {
        const once = canonicalNotebook(content);
        // ids of cells below nbformat 4.5 are not saved
        once.nbformat_minor = 5;
        expect(canonicalNotebook(once)).toEqual(once);
      })
    );
  });

  it('gives every cell an id of its own, the same on every peer', () => {
    fc.assert(
      fc.property(notebook, content => {
        expect(new Set(ids(content)).size).toBe(ids(content).length);
        expect(ids(structuredClone(content))).toEqual(ids(content));
      })
    );
  });

  it('keeps good ids, and derives others from the content', () => {
    const [first, second, third] = ids(
      file([cell({ id: 'mine' }), cell({ id: 'mine' }), cell({ id: 'no spaces' })])
    );
    expect(first).toBe('mine');
    expect(second).toMatch(/^[0-9a-f]{16}$/);
    expect(third).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not trust ids below nbformat 4.5, which has none', () => {
    expect(ids(file([cell({ id: 'mine' })], 4))).not.toContain('mine');
  });

  it('shows one empty cell in an empty notebook', () => {
    expect(canonicalNotebook(file([])).cells).toEqual([
      {
        id: expect.any(String) as string,
        cell_type: 'code',
        source: '',
        metadata: {},
        execution_count: null,
        outputs: []
      }
    ]);
  });

  it('joins lines, and leaves lists in JSON alone', () => {
    const [canonical] = canonicalNotebook(
      file([
        cell({
          source: ['a\n', 'b'],
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['x\n', 'y\n'] },
            {
              output_type: 'display_data',
              metadata: {},
              data: {
                'text/html': ['<b>', '</b>'],
                'application/vnd.x+json': ['1', '2']
              }
            }
          ]
        })
      ])
    ).cells;
    expect(canonical.source).toBe('a\nb');
    expect(canonical.outputs).toMatchObject([
      { text: 'x\ny\n' },
      { data: { 'text/html': '<b></b>', 'application/vnd.x+json': ['1', '2'] } }
    ]);
  });

  it('takes trust away', () => {
    const trusted = file([cell({ metadata: { trusted: true, tags: [] } })]);
    expect(canonicalNotebook(trusted).cells[0].metadata).toEqual({ tags: [] });
  });

  it.each([
    [{ nbformat: 3, worksheets: [] }, /format 3.*nbconvert/],
    ['not JSON', /not a notebook/],
    [null, /not a notebook/],
    [file([cell({ cell_type: 'heading' })]), /Cell 1 .*"heading"/]
  ])('refuses %j with a reason', (content, message) => {
    expect(() => canonicalNotebook(content)).toThrow(message);
  });
});

describe('the canonical form of a text', () => {
  it('has one kind of line ending', () => {
    fc.assert(
      fc.property(text, content => {
        const canonical = canonicalText(content);
        expect(canonical).not.toContain('\r');
        expect(canonicalText(canonical)).toBe(canonical);
        expect(canonical.split('\n')).toEqual(content.split(/\r\n|\r|\n/));
      })
    );
  });
});
