// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import type { IStanding } from '../document/cells/notebook';
import { cellsOf, sourceOf, standingBefore } from '../document/cells/notebook';
import { isRepair } from '../document/cells/repair';
import type { ITextPlace } from '../document/cells/text';
import type { Whereabouts } from '../document/cells/whereabouts';
import { whereIs } from '../document/cells/whereabouts';
import { sharedOf } from './execution';

/**
 * Where the user of this page was in a cell that others have changed.
 */
interface ICaret {
  readonly view: Notebook;

  /** The cell, as it was. */
  readonly cell: IStanding;

  /** The ends of the selection, as offsets in the cell's text. */
  readonly ends: readonly [number, number];

  /** Whether the user typed in it; else it was chosen as a whole. */
  readonly isEdited: boolean;

  /** Whether keys went there. */
  readonly hasFocus: boolean;

  /** Where they are put meanwhile: until it is known where they belong, and can be there. */
  meanwhile: IPlaceShown | null;
}

/**
 * What a notebook shows as its user's place.
 */
interface IPlaceShown {
  readonly active: Cell | null;

  /** The end of the selection; `null` while there is no editor. */
  readonly end: number | null;
}

/**
 * Keeps the user of this page where they are in a notebook, with the cell that they chose
 * and the text that they type in, when others move that cell, change its type, split or
 * merge it: to JupyterLab it is deleted then, and another one, in which the user would go
 * on typing, or which their next key would delete, becomes active.
 */
export class Carets implements IDisposable {
  constructor(options: Carets.IOptions) {
    this._options = options;
    const { ydoc } = options.notebook;
    ydoc.on('beforeObserverCalls', this._before);
    ydoc.on('afterAllTransactions', this._after);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { ydoc } = this._options.notebook;
    ydoc.off('beforeObserverCalls', this._before);
    ydoc.off('afterAllTransactions', this._after);
  }

  /**
   * Note where the user is, before JupyterLab knows of the change.
   */
  private readonly _before = (transaction: Y.Transaction): void => {
    const { changed, doc, local } = transaction;
    // what the user did, JupyterLab follows
    if (!changed.has(cellsOf(doc) as never) || (local && !isRepair(transaction))) {
      return;
    }
    for (const view of this._options.views()) {
      let caret = this._carets.find(one => one.view === view) ?? null;
      if (caret && hasMoved(caret)) {
        this._drop(caret);
        caret = null;
      }
      if (!caret) {
        caret = caretIn(view, transaction);
        this._carets.push(...(caret ? [caret] : []));
      }
      if (caret && isRemoved(view.activeCell)) {
        leave(caret);
      }
    }
  };

  private readonly _after = (doc: Y.Doc): void => {
    [...this._carets].forEach(caret => this._follow(doc, caret));
  };

  /**
   * Go where what was there is now, as soon as that is known.
   */
  private _follow(doc: Y.Doc, caret: ICaret): void {
    const [start, end] = caret.ends.map(offset => whereIs(doc, caret.cell, offset));
    if (hasMoved(caret) || start === 'there') {
      this._drop(caret);
    } else if (isPlace(start)) {
      void this._go(
        caret,
        start,
        isPlace(end) && end.text === start.text ? end : start
      );
    } else {
      caret.meanwhile ??= shownIn(caret.view); // it may come back, as by cut and paste
    }
  }

  private _drop(caret: ICaret): void {
    this._carets = this._carets.filter(one => one !== caret);
  }

  /**
   * Bring the user to where what was at their place is now. Until they are there, it may be
   * somewhere else again.
   */
  private async _go(caret: ICaret, start: ITextPlace, end: ITextPlace): Promise<void> {
    const { view } = caret;
    const cell = view.widgets.find(one => sharedOf(one) === start.text.parent);
    if (cell) {
      activate(caret, cell);
      if (caret.isEdited) {
        await select(caret, cell, start, end);
      }
    }
    if (view.activeCell === cell) {
      this._drop(caret);
    }
  }

  private readonly _options: Carets.IOptions;
  private _carets: ICaret[] = [];
  private _isDisposed = false;
}

/**
 * A namespace for `Carets` statics.
 */
export namespace Carets {
  /**
   * What is looked after.
   */
  export interface IOptions {
    readonly notebook: YNotebook;
    /** All that show the notebook at the moment. */
    readonly views: () => ReadonlyArray<Notebook>;
  }
}

/**
 * Where the user is in a notebook, if others have changed that in a transaction.
 */
function caretIn(view: Notebook, transaction: Y.Transaction): ICaret | null {
  const { activeCell, mode } = view;
  const cell = activeCell && sharedOf(activeCell);
  const source = cell && sourceOf(cell);
  if (!activeCell || !cell?._item || !source) {
    return null;
  }
  const isEdited = mode === 'edit';
  if (!cell._item.deleted && !(isEdited && transaction.changed.has(source as never))) {
    return null;
  }
  const { editor } = activeCell;
  const { start, end } = editor?.getSelection() ?? {};
  return {
    view,
    cell: standingBefore(cell, transaction),
    ends: [start, end].map(one => (one && editor ? editor.getOffsetAt(one) : 0)) as [
      number,
      number
    ],
    isEdited,
    hasFocus: view.node.contains(document.activeElement),
    meanwhile: null
  };
}

function isPlace(place: Whereabouts): place is ITextPlace {
  return typeof place === 'object' && place !== null;
}

function isRemoved(cell: Cell | null): boolean {
  return cell !== null && sharedOf(cell)._item!.deleted;
}

/**
 * Let keys go nowhere rather than into what JupyterLab makes active, when it hears that
 * the cell is removed.
 */
function leave(caret: ICaret): void {
  const { hasFocus, isEdited, view } = caret;
  caret.meanwhile = null; // it is JupyterLab's turn
  if (isEdited && hasFocus) {
    view.mode = 'command';
    (document.activeElement as HTMLElement | null)?.blur();
  }
}

/**
 * Whether the user has gone on from where they were put meanwhile, or gone altogether.
 */
function hasMoved({ meanwhile, view }: ICaret): boolean {
  if (view.isDisposed) {
    return true;
  }
  const { active, end } = shownIn(view);
  const isElsewhere = meanwhile !== null && meanwhile.active !== active;
  return isElsewhere || (meanwhile?.end ?? end) !== end;
}

function shownIn({ activeCell }: Notebook): IPlaceShown {
  const editor = activeCell?.editor;
  const end = editor ? editor.getOffsetAt(editor.getSelection().end) : null;
  return { active: activeCell, end };
}

/**
 * Choose a cell for the user.
 */
function activate(caret: ICaret, cell: Cell): void {
  const { hasFocus, isEdited, view } = caret;
  view.activeCellIndex = view.widgets.indexOf(cell);
  caret.meanwhile = { active: cell, end: null };
  if (isEdited) {
    view.mode = 'edit';
  } else if (hasFocus && mayFocus(view)) {
    view.activate();
  }
}

/**
 * Put the user's caret, or selection, into the cell that was chosen, once it can be there.
 */
async function select(
  { hasFocus, view }: ICaret,
  cell: Cell,
  start: ITextPlace,
  end: ITextPlace
): Promise<void> {
  // others go on writing while JupyterLab makes an editor
  const ends = [start, end].map(({ text, index }) =>
    Y.createRelativePositionFromTypeIndex(text, index, -1)
  );
  try {
    if (!cell.inViewport) {
      await view.scrollToItem(view.widgets.indexOf(cell));
    }
    await cell.ready;
  } catch {
    return; // it is gone meanwhile
  }
  const { editor } = cell;
  if (!editor || view.activeCell !== cell) {
    return;
  }
  const [from, to] = ends.map(one => {
    const at = Y.createAbsolutePositionFromRelativePosition(one, start.text.doc!);
    return editor.getPositionAt(at?.index ?? 0)!;
  });
  editor.setSelection({ start: from, end: to });
  if (hasFocus && mayFocus(view)) {
    editor.focus();
  }
}

/**
 * Whether keys go nowhere else meanwhile.
 */
function mayFocus(view: Notebook): boolean {
  const { activeElement, body } = document;
  return activeElement === body || view.node.contains(activeElement);
}
