// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import type { ICopy, IFamily } from './families';
import type { IItemId } from './ids';
import { compareIds, derivedCellId, keyOf, writeAs, youngest } from './ids';
import type { Ledger } from './ledger';
import type { IStanding, YCellMap } from './notebook';
import {
  cellOfSource,
  cellsOf,
  removeCell,
  standingFrom,
  standingOf
} from './notebook';
import { seenOf } from './recorder';
import type { Rescue } from './rescue';
import { deleteFrom, idOf, runsOf, textOf } from './text';

/**
 * How many parts of copies are kept of which it is not known yet where they come from.
 */
const MAX_UNDECIDED = 1000;

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
      const same = byId.get(id);
      if (same) {
        same.push(cell);
      } else {
        byId.set(id, [cell]);
      }
    });
    for (const cells of byId.values()) {
      if (cells.length < 2 || cells.some(isOpen)) {
        continue;
      }
      const candidates = cells.map(standingOf).map(cell => ({
        cell,
        lineage: this._ledger.cellLineage(cell.item) ?? [cell.item]
      }));
      if (!candidates.every(({ lineage }) => this._ledger.isKnown(lineage[0]))) {
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
    const doomed: (IItemId & { readonly length: number })[] = [];
    for (const part of [...this._undecided.splice(0), ...copies]) {
      const { client, clock } = part.copy;
      const end = Math.min(clock + part.length, Y.getState(ydoc.store, client));
      for (let at = clock; at < end;) {
        const standing = standingFrom(ydoc, { client, clock: at });
        if (!standing.source) {
          at += standing.length; // as nearly always: it was copied again
          continue;
        }
        const family = this._ledger.families.of({ client, clock: at });
        if (!family) {
          break; // it takes too long: it stays as it is
        }
        if (!this._ledger.isKnown(family.members[0].id)) {
          this._undecided.push(part);
          break;
        }
        const { length, rivals } = this._rivals(family);
        const count = Math.min(length, end - at);
        doomed.push(...rivals.slice(1).map(id => ({ ...id, length: count })));
        at += count;
      }
    }
    this._undecided.splice(0, this._undecided.length - MAX_UNDECIDED);
    this._delete(doomed);
  }

  /**
   * The characters of a family that compete for one place, the one that stays first: of
   * those that stand in the notebook, those of which no copy does. And for how many
   * characters that is alike.
   */
  private _rivals({ length, members }: IFamily): { length: number; rivals: IItemId[] } {
    const { ydoc } = this._notebook;
    const isAlive = members.map(({ id }) => {
      const standing = standingFrom(ydoc, id);
      length = Math.min(length, standing.length);
      return standing.source !== null;
    });
    const hasHeirs = members.map(() => false);
    for (let i = members.length - 1; i > 0; i--) {
      hasHeirs[members[i].parent] ||= isAlive[i] || hasHeirs[i];
    }
    const rivals = members.filter((_, i) => isAlive[i] && !hasHeirs[i]);
    return { length, rivals: rivals.map(({ id }) => id) };
  }

  private _delete(doomed: ReadonlyArray<IItemId & { readonly length: number }>): void {
    const { ydoc } = this._notebook;
    const sources = new Set<Y.Text>();
    ydoc.transact(transaction => {
      for (const { client, clock, length } of doomed) {
        for (let at = clock; at < clock + length;) {
          const standing = standingFrom(ydoc, { client, clock: at });
          const count = Math.min(standing.length, clock + length - at);
          if (standing.source) {
            sources.add(standing.source);
            deleteFrom(transaction, { client, clock: at }, count);
          }
          at += count;
        }
      }
    });
    for (const source of sources) {
      const cell = cellOfSource(source);
      if (cell && !textOf(runsOf(source)).trim() && cellsOf(ydoc).length > 1) {
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
    .find(cell => compareIds(idOf(cell._item!), item) === 0);
}
