// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';

import { NAMESPACE } from '../tokens';

/**
 * What is asked before a cell is run, once the page is in a room.
 */
export const gate: {
  /** Whether to run a cell; `null` if nobody has to be asked. */
  mayRun:
    | ((options: INotebookCellExecutor.IRunCellOptions) => Promise<boolean> | null)
    | null;
} = { mayRun: null };

/**
 * Runs cells, as JupyterLab does, unless the user does not want that after all.
 *
 * It takes the place of upstream's, which takes the place of JupyterLab's own.
 */
export const runningPlugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: `${NAMESPACE}:cell-executor`,
  description: 'Runs cells, once nobody has to be asked.',
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: () => ({
    runCell: options =>
      gate.mayRun?.(options)?.then(mayRun => mayRun && runCell(options)) ??
      runCell(options)
  })
};
