// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YFile } from '@jupyter/ydoc';
import type * as Y from 'yjs';

import type { ITextEdit } from '../compare';
import { compareWords } from '../compare';
import { changes } from './align';
import { writeAs } from './ids';
import { idOf, insertAt, placeAt, runsOf, textOf } from './text';

/**
 * Make a text hold a content, by changing only what differs. Whoever makes the same
 * change at the same time makes the same one.
 */
export function revertText(text: Y.Text, content: string): void {
  // in whole words, so that what others type between two does not come to stand in one
  changeText(text, content, compareWords(textOf(runsOf(text)), content));
}

/**
 * Make a file that is given another text change only what differs: *Replace All* and
 * formatters set all of it.
 *
 * Upstream deletes all and inserts all, which doubles what two people replace at once,
 * and takes others' carets to the beginning.
 */
export function correctText(file: YFile): void {
  file.setSource = text => {
    file.transact(() => revertText(file.ysource, text));
  };
}

/**
 * The same by some steps; character by character, if they are not known.
 */
export function changeText(
  text: Y.Text,
  content: string,
  steps: ReadonlyArray<ITextEdit> | null = null
): void {
  const { doc } = text;
  const before = textOf(runsOf(text));
  for (const { index, remove, insert } of changes(before, content, steps)) {
    const place = placeAt(text, index + remove);
    if (insert) {
      const name = text._item ? idOf(text._item) : 'text';
      writeAs(doc!, ['revert', name, place.between, insert], () => {
        insertAt(place, insert);
      });
    }
    text.delete(index, remove);
  }
}
