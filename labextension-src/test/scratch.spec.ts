// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './support/jupyter';

import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { guardCells } from '../src/document/cells/guard';
import { documentFormat } from '../src/document/format';

const FORMAT = documentFormat('notebook', new YNotebook())!;

const CELL = {
  id: 'a',
  cell_type: 'code',
  source: '1',
  metadata: {},
  outputs: [],
  execution_count: null
};

const CONTENT = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [CELL] };

/** What two people have in a room. */
function shared(): YNotebook[] {
  const seed = FORMAT.encode(FORMAT.canonical(CONTENT), 7);
  return [1, 2].map(() => {
    const notebook = new YNotebook();
    guardCells(notebook, () => undefined);
    Y.applyUpdate(notebook.ydoc, seed);
    return notebook;
  });
}

/** What is known of a cell. */
const cellOf = ({ ydoc }: YNotebook) => ydoc.getArray<Y.Map<unknown>>('cells').get(0);

describe('a notebook in which two have set the same of a cell while they were apart', () => {
  it.each([
    ['execution_state', 'running'],
    ['execution_count', 3],
    ['attachments', { 'a.png': { 'image/png': '' } }]
  ])('is fetched without an error: %s', (key, value) => {
    const [ada, grace] = shared();
    [ada, grace].forEach(one => cellOf(one).set(key, value));
    // who fetches it has the one's, and then gets the other's
    for (const [first, second] of [
      [ada, grace],
      [grace, ada]
    ]) {
      const fetched = FORMAT.scratch() as unknown as YNotebook;
      Y.applyUpdate(fetched.ydoc, Y.encodeStateAsUpdate(first.ydoc));
      Y.applyUpdate(fetched.ydoc, Y.encodeStateAsUpdate(second.ydoc));
      expect(cellOf(fetched).get(key)).toEqual(value);
      fetched.dispose();
    }
  });
});
