// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { INotebookCellExecutor } from '@jupyterlab/notebook';

/**
 * Decides whether a cell may be run.
 */
export interface IRunGate {
  /**
   * @returns Whether to run it; `null` if nobody has to be asked.
   */
  mayRun(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> | null;
}

/**
 * Lets no cell run by default while the code that asks is missing: asks for it again, and
 * says so when it does not come.
 */
export class LateGate implements IRunGate {
  /**
   * @param find - Finds what decides, once its code is here.
   * @param ask - Asks for that code; resolves after one attempt.
   * @param refuse - Tells the user that nothing was run; once for all cells of a turn.
   */
  constructor(
    find: () => IRunGate | null,
    ask: () => Promise<void>,
    refuse: () => void
  ) {
    this._find = find;
    this._ask = ask;
    this._refuse = refuse;
  }

  mayRun(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> | null {
    const gate = this._find();
    return gate ? gate.mayRun(options) : this._wait(options);
  }

  private async _wait(
    options: INotebookCellExecutor.IRunCellOptions
  ): Promise<boolean> {
    this._asked ??= this._ask().finally(() => {
      this._asked = null;
      if (!this._find()) {
        this._refuse();
      }
    });
    await this._asked;
    const gate = this._find();
    return gate !== null && ((await gate.mayRun(options)) ?? true);
  }

  private readonly _find: () => IRunGate | null;
  private readonly _ask: () => Promise<void>;
  private readonly _refuse: () => void;
  private _asked: Promise<void> | null = null;
}
