// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YNotebook } from '@jupyter/ydoc';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDisposable } from '@lumino/disposable';

import { whenOthersCome } from '../people/others';
import type { IContent } from '../people/unseen';
import type { IWebRtcManager } from '../tokens';
import { NAMESPACE } from '../tokens';
import { sessionStorage } from './page';

/**
 * Notes what is in shared notebooks when others come, until there is what looks after them:
 * its code may not come at once.
 */
export class EarlyLook implements IDisposable {
  constructor(
    manager: Pick<IWebRtcManager, 'sharedPaths' | 'stateChanged'>,
    documentManager: Pick<IDocumentManager, 'contextForWidget' | 'findWidget'>
  ) {
    this._manager = manager;
    this._documentManager = documentManager;
    manager.stateChanged.connect(this._update, this);
    this._update();
  }

  /**
   * Whether others may have changed something in a notebook unseen.
   */
  isSuspect(notebook: unknown): boolean {
    return this._known.has(notebook);
  }

  /**
   * Hand over what was in a notebook before others could change it: what is there now, if
   * none have come.
   */
  take(notebook: YNotebook): Contents {
    const contents = this._known.get(notebook) ?? contentsOf(notebook);
    this._known.delete(notebook);
    return contents;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._manager.stateChanged.disconnect(this._update, this);
    this._stops.forEach(stop => stop());
  }

  private _update(): void {
    for (const path of this._manager.sharedPaths) {
      const widget = this._documentManager.findWidget(path, null);
      const context = widget && this._documentManager.contextForWidget(widget);
      const notebook: unknown = context?.model.sharedModel;
      if (notebook instanceof YNotebook && !this._stops.has(notebook)) {
        this._stops.set(notebook, () => undefined);
        void context!.ready.then(
          () => this._watch(path, notebook),
          () => undefined
        );
      }
    }
  }

  private _watch(path: string, notebook: YNotebook): void {
    if (this._isDisposed) {
      return;
    }
    const note = () => this._known.set(notebook, contentsOf(notebook));
    if (sessionStorage?.getItem(unseenKey(path))) {
      note();
    } else {
      this._stops.set(notebook, whenOthersCome(notebook, note));
    }
  }

  private readonly _manager: Pick<IWebRtcManager, 'sharedPaths' | 'stateChanged'>;
  private readonly _documentManager: Pick<
    IDocumentManager,
    'contextForWidget' | 'findWidget'
  >;
  private readonly _stops = new Map<unknown, () => void>();
  private readonly _known = new Map<unknown, Contents>();
  private _isDisposed = false;
}

/**
 * What is in the cells of a notebook, by their ids.
 */
export type Contents = ReadonlyMap<string, IContent>;

/**
 * What is in the cells of a notebook now.
 */
export function contentsOf(notebook: YNotebook): Contents {
  return new Map(
    notebook.cells.map(cell => [
      cell.id,
      { type: cell.cell_type, source: cell.getSource() }
    ])
  );
}

/**
 * Where in the storage of the tab to remember what the user has not seen.
 */
export function unseenKey(path: string): string {
  return `${NAMESPACE}:unseen:${path}`;
}
