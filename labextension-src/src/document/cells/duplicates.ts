// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import type { IItemId } from './ids';
import { compareIds, derivedCellId, keyOf, writeAs, youngest } from './ids';
import type { ICopy, Ledger } from './ledger';
import type { IStanding, YCellMap } from './notebook';
import {
  cellOfSource,
  cellsOf,
  findSource,
  isAlive,
  isAnyAlive,
  removeCell
} from './notebook';
import { standingOf } from './notebook';
import { seenOf } from './recorder';
import type { Rescue } from './rescue';
import { deleteChosen, runsOf, textOf } from './text';

/**
 * Makes one of what stands twice.
 *
 * It only deletes what stands elsewhere too, and of any two the one that comes
 * later in an order that all peers know, so that peers may do it at the same time.
 */
export class Duplicates {
  constructor(notebook: YNotebook, ledger: Ledger, rescue: Rescue) {
    this._notebook = notebook;
    this._ledger = ledger;
    this._rescue = rescue;
  }

  /**
   * Make cells with one id one, if they stand for one cell, and give the later one
   * a new id otherwise.
   *
   * @param isOpen - Whether it is not known yet for what a cell stands.
   */
  joinCells(isOpen: (cell: YCellMap) => boolean): void {
    const byId = new Map<unknown, YCellMap[]>();
    cellsOf(this._notebook.ydoc).forEach(cell => {
      const id = cell.get('id');
      byId.set(id, [...(byId.get(id) ?? []), cell]);
    });
    for (const cells of byId.values()) {
      if (cells.length < 2 || cells.some(isOpen)) {
        continue;
      }
      const candidates = cells
        .map(standingOf)
        .map(cell => ({ cell, lineage: this._ledger.cellLineage(cell.item) }));
      if (!candidates.every(({ lineage }) => this._ledger.isComplete(lineage))) {
        continue;
      }
      const [first, ...others] = youngest(candidates);
      for (const { cell, lineage } of others) {
        const texts = [textOf(first.cell.runs), textOf(cell.runs)];
        const sameOrigin = keyOf(lineage[0]) === keyOf(first.lineage[0]);
        if (sameOrigin || texts.includes('')) {
          this._rescue.rescue(cell, character => !this._rescue.isElsewhere(character));
          this._remove(cell);
        } else if (texts[0] === texts[1]) {
          this._remove(cell);
        } else {
          this._rename(cell);
        }
      }
    }
  }

  /**
   * Keep one of the empty cells that Jupyter put into an empty notebook, one for
   * each peer.
   */
  joinBlanks(): void {
    const { blanks } = this._ledger;
    const empty = cellsOf(this._notebook.ydoc)
      .toArray()
      .filter(cell => blanks.has(keyOf(cell._item!.id)))
      .map(standingOf)
      .filter(({ runs }) => textOf(runs) === '')
      .sort((a, b) => compareIds(a.item, b.item));
    empty.slice(1).forEach(cell => this._remove(cell));
  }

  /**
   * Keep one of the characters that were copied from the same one.
   *
   * @param copies - The copies that are new.
   */
  joinCharacters(copies: ReadonlyArray<ICopy>): void {
    const { ydoc } = this._notebook;
    const doomed = new Map<Y.Text, Set<string>>();
    for (const part of [...this._undecided.splice(0), ...copies]) {
      const { copy, source, length } = part;
      const known = Y.getState(ydoc.store, copy.client) - copy.clock;
      if (!isAnyAlive(ydoc, copy, length) || !this._ledger.mayHaveRivals(part)) {
        continue; // as nearly always
      }
      for (let offset = 0; offset < Math.min(length, known); offset++) {
        const character = { client: source.client, clock: source.clock + offset };
        const family = this._ledger.family(character);
        if (!this._ledger.isComplete(family)) {
          this._undecided.push(part);
          break;
        }
        const alive = family
          .filter(id => isAlive(ydoc, id))
          .map(id => ({ id, lineage: this._ledger.lineage(id) }));
        for (const { id } of youngest(alive).slice(1)) {
          const text = findSource(ydoc, id)!;
          doomed.set(text, (doomed.get(text) ?? new Set()).add(keyOf(id)));
        }
      }
    }
    for (const [text, characters] of doomed) {
      deleteChosen(text, id => characters.has(keyOf(id)));
      const cell = cellOfSource(text);
      if (cell && !textOf(runsOf(text)).trim() && cellsOf(ydoc).length > 1) {
        this._remove(standingOf(cell)); // nothing but copies, and lines between them
      }
    }
  }

  private _rename(cell: IStanding): void {
    const { ydoc } = this._notebook;
    const id = derivedCellId(['renamed', cell.item]);
    writeAs(ydoc, ['rename', cell.item], () => {
      cellAt(ydoc, cell.item)?.set('id', id);
    });
  }

  private _remove(cell: IStanding): void {
    const { ydoc } = this._notebook;
    const seen = seenOf(cell.runs);
    removeCell(ydoc, cell.item);
    writeAs(ydoc, ['remove', cell.item, [...seen]], () => {
      this._ledger.addRemoval(cell.item, seen);
    });
  }

  private readonly _notebook: YNotebook;
  private readonly _ledger: Ledger;
  private readonly _rescue: Rescue;
  private readonly _undecided: ICopy[] = [];
}

function cellAt(doc: Y.Doc, item: IItemId): YCellMap | undefined {
  return cellsOf(doc)
    .toArray()
    .find(cell => keyOf(cell._item!.id) === keyOf(item));
}
