// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { DisposableSet } from '@lumino/disposable';

import { guardNotebook } from '../allowed';
import { showForeign } from '../trust';
import { CellOperations } from './operations';
import { CellRuns } from './runs';
import { correctCells } from './corrections';

/**
 * Keep the cells of a notebook whole while several people work on them.
 *
 * @param notebook - The notebook, before anything is in it.
 * @param rescued - Called with text that was typed into a cell that somebody removed,
 * and has a cell of its own now.
 */
export function guardCells(
  notebook: YNotebook,
  rescued: (text: string) => void
): IDisposable {
  guardNotebook(notebook.ydoc);
  correctCells(notebook);
  return DisposableSet.from([
    new CellOperations({ notebook, rescued }),
    new CellRuns({ notebook, untrusted: showForeign })
  ]);
}
