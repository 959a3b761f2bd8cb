// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import * as Y from 'yjs';

import { markOf } from '../document/cells/runs';
import { cellOf } from '../people/place';
import type { ILook } from '../people/roster';
import { lookOf } from '../people/roster';

import '../../style/cells.css';

/**
 * How long to wait before cells are marked anew, in milliseconds: several things
 * often change at once.
 */
const PAUSE = 100;

/**
 * The output type of widgets, which talk to the kernel that made them.
 */
const WIDGET = 'application/vnd.jupyter.widget-view+json';

/**
 * Marks the cells of a notebook in view: where others are in command mode, who ran
 * a cell last, and whose widgets its outputs hold.
 */
export class CellMarks implements IDisposable {
  constructor(options: CellMarks.IOptions) {
    this._options = options;
    const { awareness, ydoc } = options.model;
    awareness.on('change', this._schedule);
    ydoc.on('afterTransaction', this._schedule);
    this._schedule();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    const { model, view } = this._options;
    model.awareness.off('change', this._schedule);
    model.ydoc.off('afterTransaction', this._schedule);
    if (!view.isDisposed) {
      view.widgets.forEach(cell => {
        mark(cell.node, []);
        setPart(cell.node, RUN, null);
        setPart(cell.node, NOTE, null);
      });
    }
  }

  private readonly _schedule = (): void => {
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      this._mark();
    }, PAUSE);
  };

  private _mark(): void {
    const { view } = this._options;
    if (view.isDisposed) {
      return;
    }
    const people = this._people();
    for (const cell of view.widgets) {
      mark(cell.node, people.get(cell.model.id) ?? []);
      if (cell.model.type === 'code') {
        this._markRun(cell);
      }
    }
  }

  /**
   * Those who are at a cell in command mode, by the cell's id: where somebody edits,
   * there is a cursor.
   */
  private _people(): ReadonlyMap<string, ILook[]> {
    const { me, model, trans } = this._options;
    const people = new Map<string, ILook[]>();
    for (const [client, state] of model.awareness.getStates()) {
      const cell = client === model.awareness.clientID ? null : cellOf(state);
      const look = lookOf((state as { user?: unknown }).user, trans.__('Somebody'));
      if (cell && !cell.isEdited && look && look.id !== me()) {
        people.set(cell.id, [...(people.get(cell.id) ?? []), look]);
      }
    }
    return people;
  }

  private _markRun(cell: Cell): void {
    const { explain, me, trans } = this._options;
    const map = (cell.model.sharedModel as unknown as { ymodel: Y.Map<unknown> })
      .ymodel;
    const runner = lookOf(markOf(map)?.user, trans.__('Somebody'));
    if (!runner || runner.id === me()) {
      setPart(cell.node, RUN, null);
      setPart(cell.node, NOTE, null);
      return;
    }
    const { name } = runner;
    const isRunning = map.get('execution_state') === 'running';
    const words = isRunning
      ? trans.__('%1 is running this cell, in their own kernel.', name)
      : trans.__('%1 ran this cell last, in their own kernel.', name);
    setPart(cell.node, RUN, words + runner.color, () => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'jp-WebRTCAvatar';
      button.textContent = runner.initials;
      button.style.backgroundColor = runner.color;
      button.style.color = runner.ink;
      button.title = words;
      button.setAttribute('aria-label', words);
      button.onclick = () =>
        explain(
          trans.__(
            '%1 Outputs are shared, variables are not: run the cell to use what it defines.',
            words
          )
        );
      return button;
    });
    const outputs = cell.node.querySelector('.jp-Cell-outputWrapper');
    const note = hasWidget(map)
      ? trans.__(
          'This widget lives with %1, who ran the cell. Run it to have one of your own.',
          name
        )
      : null;
    setPart(outputs ?? cell.node, NOTE, note, () => {
      const text = document.createElement('p');
      text.textContent = note;
      return text;
    });
  }

  private readonly _options: CellMarks.IOptions;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/**
 * A namespace for `CellMarks` statics.
 */
export namespace CellMarks {
  /**
   * What is marked.
   */
  export interface IOptions {
    /** Shows the notebook. */
    readonly view: Notebook;
    /** The notebook. */
    readonly model: YNotebook;
    /** The id of the person who uses this page. */
    readonly me: () => string;
    /** Tells more about what a mark says. */
    readonly explain: (words: string) => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

const CELL = 'jp-WebRTCCell';
const RUN = 'jp-WebRTCRun';
const NOTE = 'jp-WebRTCWidgetNote';

/**
 * Outline a cell for those who are at it.
 */
function mark(node: HTMLElement, people: ReadonlyArray<ILook>): void {
  const names = people.map(({ name }) => name).join(', ');
  const color = people[0]?.color ?? '';
  const isColored = node.style.getPropertyValue('--jp-webrtc-color') === color;
  if ((node.dataset.webrtcPeople ?? '') !== names || !isColored) {
    node.classList.toggle(CELL, people.length > 0);
    node.dataset.webrtcPeople = names;
    node.style.setProperty('--jp-webrtc-color', color);
    node.style.setProperty('--jp-webrtc-ink', people[0]?.ink ?? '');
  }
}

/**
 * Have a part of ours in a node, or none.
 *
 * @param key - Tells one such part from another; `null` for none.
 */
function setPart(
  node: Element,
  className: string,
  key: string | null,
  make?: () => HTMLElement
): void {
  const old = node.querySelector<HTMLElement>(`.${className}`);
  if ((old?.dataset.key ?? null) === key) {
    return;
  }
  old?.remove();
  if (key !== null && make) {
    const part = make();
    part.classList.add(className);
    part.dataset.key = key;
    node.append(part);
  }
}

/**
 * Whether a cell's outputs hold a widget, whatever peers wrote.
 */
function hasWidget(cell: Y.Map<unknown>): boolean {
  const outputs = cell.get('outputs');
  const all: unknown[] = outputs instanceof Y.Array ? outputs.toArray() : [];
  return all.some(output => {
    // not `toJSON`, which copies large outputs
    const data = output instanceof Y.Map ? (output.get('data') as unknown) : null;
    return data instanceof Y.Map
      ? data.has(WIDGET)
      : typeof data === 'object' && data !== null && WIDGET in data;
  });
}
