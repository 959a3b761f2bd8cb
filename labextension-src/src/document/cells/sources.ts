// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type {
  ISharedCell,
  ISharedNotebook,
  NotebookChange,
  YNotebook
} from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';

import { changes } from './align';

/**
 * Makes commands that set the source of a cell change only what differs.
 *
 * Upstream deletes all and inserts all, which doubles a cell that two people split
 * or format at once, and moves what others type in it meanwhile to its beginning.
 */
export class SourceSetter implements IDisposable {
  constructor(notebook: YNotebook) {
    this._notebook = notebook;
    notebook.changed.connect(this._onChanged, this);
    this._replace(notebook.cells);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._notebook.changed.disconnect(this._onChanged, this);
  }

  private _onChanged(_: ISharedNotebook, { cellsChange }: NotebookChange): void {
    cellsChange?.forEach(({ insert }) => this._replace(insert ?? []));
  }

  private _replace(cells: ReadonlyArray<ISharedCell>): void {
    for (const cell of cells) {
      cell.setSource = value => {
        const found = changes(cell.getSource(), value);
        cell.transact(() => {
          for (const { index, remove, insert } of found) {
            cell.updateSource(index, index + remove, insert);
          }
        });
      };
    }
  }

  private readonly _notebook: YNotebook;
  private _isDisposed = false;
}
