// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { INotebookCellExecutor, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { Memory } from '../people/memory';
import { OwnClients } from '../people/ownclients';
import type { IContent } from '../people/unseen';
import { UnseenChanges } from '../people/unseen';
import { askBeforeRunning } from '../ui/askbeforerunning';
import { Asking } from './asking';
import { localStorage, sessionStorage } from './page';

/**
 * Whether the user wants to be asked, until they reload the page.
 */
let isAsked = true;

/**
 * Asks before cells of an open notebook are run that others have changed since its user
 * last saw them.
 */
export class Caution implements IDisposable {
  constructor(options: Caution.IOptions) {
    const { key, known, notebook, trans, view } = options;
    const own = new OwnClients(localStorage);
    own.add(notebook.ydoc.clientID);
    this._unseen = new UnseenChanges({
      notebook,
      known,
      isOwn: client => own.has(client),
      memory: new Memory(sessionStorage, key),
      isPageShown: () => !document.hidden,
      shown: ids => shownIn(view, ids)
    });
    this._asking = new Asking(this._unseen, async changes => {
      const { mayRun, isLast } = await askBeforeRunning(changes, trans);
      isAsked &&= !isLast;
      return mayRun;
    });
  }

  /**
   * Ask before a cell is run, if need be.
   *
   * @returns Whether to run it; `null` if nobody has to be asked.
   */
  mayRun(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> | null {
    return isAsked ? this._asking.mayRun(options) : null;
  }

  get isDisposed(): boolean {
    return this._unseen.isDisposed;
  }

  dispose(): void {
    this._unseen.dispose();
  }

  private readonly _unseen: UnseenChanges;
  private readonly _asking: Asking;
}

/**
 * A namespace for `Caution` statics.
 */
export namespace Caution {
  /**
   * What is looked after.
   */
  export interface IOptions {
    readonly notebook: YNotebook;
    /** Shows the notebook. */
    readonly view: Notebook;
    /** What was in its cells before others could change them, by their ids. */
    readonly known: ReadonlyMap<string, IContent>;
    /** Where in the storage of the tab to remember what was not seen. */
    readonly key: string;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

/**
 * Which part of the sources of some cells is in view, from 0 to 1, by the cells' ids.
 */
function shownIn(
  view: Notebook,
  ids: ReadonlyMap<string, unknown>
): Map<string, [number, number]> {
  const shown = new Map<string, [number, number]>();
  if (document.hidden || view.isDisposed || !view.isVisible) {
    return shown;
  }
  const screen = view.node.getBoundingClientRect();
  for (const { inputArea, model } of view.widgets) {
    if (ids.has(model.id) && inputArea?.node.isConnected) {
      const { bottom, height, top } = inputArea.node.getBoundingClientRect();
      const from = Math.max(top, screen.top);
      const to = Math.min(bottom, screen.bottom);
      if (from < to) {
        shown.set(model.id, [(from - top) / height, (to - top) / height]);
      }
    }
  }
  return shown;
}
