// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';

import type { IItemId } from './ids';
import {
  compareLineages,
  derivedCellId,
  idsOf,
  isAncestor,
  keyOf,
  writeAs
} from './ids';
import type { ICopy, Ledger } from './ledger';
import { joinCopies } from './ledger';
import type { IStanding } from './notebook';
import { cellsOf, findItem, findSource, isAlive, sourceOf } from './notebook';
import type { ITextPlace, IRun } from './text';
import { idOf, insertAt, placeAt, placeBeside, runsOf } from './text';

/**
 * Puts characters of a removed cell where they belong now.
 *
 * All peers who see the same do the same, and write the same bytes.
 */
export class Rescue {
  constructor(notebook: YNotebook, ledger: Ledger) {
    this._notebook = notebook;
    this._ledger = ledger;
  }

  /**
   * Whether a character need not be rescued: it stands elsewhere, or somebody has
   * taken it along.
   */
  isSafe(character: IItemId): boolean {
    return this._ledger.copies(character).length > 0 || this.isElsewhere(character);
  }

  /**
   * Whether the same character stands elsewhere, and comes before this one.
   */
  isElsewhere(character: IItemId): boolean {
    const { ydoc } = this._notebook;
    const lineage = this._ledger.lineage(character);
    return this._ledger
      .family(character)
      .filter(other => keyOf(other) !== keyOf(character) && isAlive(ydoc, other))
      .map(other => this._ledger.lineage(other))
      .some(
        other => !isAncestor(other, lineage) && compareLineages(other, lineage) < 0
      );
  }

  /**
   * Rescue characters.
   *
   * @param cell - The cell that was, or is to be, removed.
   * @param wanted - Chooses the characters.
   * @returns The text that got a cell of its own; '' if there was a better place.
   */
  rescue(cell: IStanding, wanted: (character: IItemId) => boolean): string {
    const characters = cell.runs.flatMap(charactersOf);
    const homeless: ICharacter[] = [];
    let group: ICharacter[] = [];
    characters.forEach((character, at) => {
      if (character.text !== null && wanted(character)) {
        group.push(character);
        const next = characters[at + 1];
        if (next && next.text !== null && wanted(next)) {
          return;
        }
        const place = this._place(cell, characters, at - group.length, at + 1);
        if (place) {
          this._insert(place, group);
        } else {
          homeless.push(...group);
        }
        group = [];
      }
    });
    return homeless.length ? this._insertCell(cell, homeless) : '';
  }

  /**
   * Where characters belong now: beside those they stood beside, else in the cell
   * that stands for theirs, else nowhere.
   *
   * @param cell - The cell that they stood in.
   * @param characters - Everything in it.
   * @param before - The index of what stood before them.
   * @param after - The index of what stood behind them.
   */
  private _place(
    cell: IStanding,
    characters: ReadonlyArray<ICharacter>,
    before: number,
    after: number
  ): ITextPlace | null {
    for (let at = before; at >= 0; at--) {
      const place = this._beside(cell, characters[at], 'after');
      if (place) {
        return place;
      }
    }
    for (let at = after; at < characters.length; at++) {
      const place = this._beside(cell, characters[at], 'before');
      if (place) {
        return place;
      }
    }
    const ids = [cell.id, rescueId(cell)];
    for (const other of cellsOf(this._notebook.ydoc).toArray()) {
      const source = sourceOf(other);
      const isOther = keyOf(idOf(other._item!)) !== keyOf(cell.item);
      if (source && isOther && ids.includes(String(other.get('id')))) {
        return placeAt(source, source.length);
      }
    }
    return null;
  }

  private _beside(
    cell: IStanding,
    character: IItemId,
    side: 'before' | 'after'
  ): ITextPlace | null {
    const { ydoc } = this._notebook;
    for (const other of this._ledger.family(character)) {
      const source = findSource(ydoc, other);
      if (source && keyOf(source.parent!._item!.id) !== keyOf(cell.item)) {
        return placeBeside(source, other, side);
      }
    }
    return null;
  }

  private _insert(place: ITextPlace, characters: ReadonlyArray<ICharacter>): void {
    const { ydoc } = this._notebook;
    const text = textOf(characters);
    const target = idOf(place.text._item!);
    const sources = copiesOf({ client: 0, clock: 0 }, characters);
    writeAs(ydoc, ['rescue', target, place.between, text, sources], () => {
      const first = { client: ydoc.clientID, clock: 0 };
      insertAt(place, text);
      this._ledger.addCopies(copiesOf(first, characters));
    });
  }

  private _insertCell(cell: IStanding, characters: ReadonlyArray<ICharacter>): string {
    const { ydoc } = this._notebook;
    const text = textOf(characters);
    const cells = cellsOf(ydoc);
    let left = findItem(ydoc, cell.item)?.left ?? null;
    while (left?.deleted) {
      left = left.left;
    }
    const index = cells.toArray().findIndex(other => other._item === left) + 1;
    const place = [
      left && idOf(left),
      cells.length > index && idOf(cells.get(index)._item!)
    ];
    const sources = copiesOf({ client: 0, clock: 0 }, characters);
    const what = ['cell', cell.item, place, text, sources];
    const isNew = writeAs(ydoc, what, () => {
      this._notebook.insertCell(index, {
        cell_type: cell.type as 'code',
        id: rescueId(cell),
        metadata: {}, // in particular no trust
        source: text
      });
      const made = cells.get(index);
      this._ledger.addStanding(idOf(made._item!), [cell.item]);
      const [first] = runsOf(sourceOf(made)!);
      this._ledger.addCopies(copiesOf(first, characters));
    });
    return isNew ? text : '';
  }

  private readonly _notebook: YNotebook;
  private readonly _ledger: Ledger;
}

/**
 * One character of a removed cell; `null` if it was deleted before.
 */
interface ICharacter extends IItemId {
  readonly text: string | null;
}

function charactersOf(run: IRun): ICharacter[] {
  return Array.from({ length: run.length }, (_, offset) => ({
    client: run.client,
    clock: run.clock + offset,
    text: run.text && run.text[offset]
  }));
}

function textOf(characters: ReadonlyArray<ICharacter>): string {
  return characters.map(({ text }) => text).join('');
}

/**
 * Note what characters are copies of.
 *
 * @param first - The first copy; the others follow it.
 * @param characters - The characters.
 */
function copiesOf(first: IItemId, characters: ReadonlyArray<ICharacter>): ICopy[] {
  const ids = idsOf(first, characters.length);
  return joinCopies(
    characters.map(({ client, clock }, i) => ({
      copy: ids[i],
      source: { client, clock }
    }))
  );
}

/**
 * The id of the cell for what was typed into a removed one.
 */
function rescueId({ item }: IStanding): string {
  return derivedCellId(['rescued', item]);
}
