// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';

import { NAMESPACE } from '../tokens';

/**
 * Is asked before a cell is run, once the page is in a room.
 */
export const gate: {
  /** Whether to run a cell. */
  mayRun: ((options: INotebookCellExecutor.IRunCellOptions) => Promise<boolean>) | null;
} = { mayRun: null };

/**
 * Runs cells, as JupyterLab does, unless somebody does not want that after all.
 *
 * It takes the place of JupyterLab's own: of two plugins that provide the same, the
 * later one counts, and the applications load extensions after what is theirs.
 */
export const runningPlugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: `${NAMESPACE}:cell-executor`,
  description: 'Runs cells, and asks before what others have changed unseen.',
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: (): INotebookCellExecutor => ({
    runCell: async options =>
      (await gate.mayRun?.(options)) === false ? false : runCell(options)
  })
};
