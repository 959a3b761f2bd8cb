// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { isMeta, mendMeta, metaOf } from './cells/meta';
import { cellsOf } from './cells/notebook';
import { isInShape, spoiltCells } from './cells/shape';
import { guardIntake } from './intake';
import { isLetters } from './plain';
import { isState, stateOf } from './state';

/**
 * Let nothing but a text, and what is ours of its state, stand in a text file.
 */
export function guardText(doc: Y.Doc): void {
  const state = stateOf(doc);
  guardIntake(doc, {
    mayStand: item =>
      isInText(item) ?? ((item.parent as unknown) !== state || isState(item)),
    hidden: state
  });
}

/**
 * Let nothing but cells, what describes them, and what is ours of its state, stand in a
 * notebook.
 */
export function guardNotebook(doc: Y.Doc): void {
  const [cells, meta, state] = [cellsOf(doc), metaOf(doc), stateOf(doc)];
  guardIntake(doc, {
    mayStand: item =>
      isInText(item) ??
      ((item.parent as unknown) === state
        ? isState(item)
        : isMeta(item, meta) && isInShape(item, cells)),
    isCell: type => (type.parent as unknown) === cells,
    spoilt: spoiltCells,
    mend: mendMeta,
    hidden: state
  });
}

/**
 * Whether what stands in a text is a part of one; `null` where there is no text.
 */
function isInText(item: Y.Item): boolean | null {
  return item.parent instanceof Y.Text ? isLetters(item) : null;
}
