// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type * as Y from 'yjs';

import type { ICopy } from './families';
import { joinCopies } from './families';
import type { IItemId } from './ids';
import { derivedCellId, idsOf, keyOf, writeAs } from './ids';
import type { Ledger } from './ledger';
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
    return this._ledger.families.isCopied(character) || this.isElsewhere(character);
  }

  /**
   * Whether the same character stands elsewhere, and comes before this one.
   */
  isElsewhere(character: IItemId): boolean {
    const family = this._ledger.families.of(character);
    if (!family) {
      return false; // it takes too long to find: twice is better than lost
    }
    const { index, members } = family;
    const ancestors = new Set<number>();
    for (let i = members[index].parent; i >= 0; i = members[i].parent) {
      ancestors.add(i);
    }
    return members
      .slice(0, index)
      .some(({ id }, i) => !ancestors.has(i) && isAlive(this._notebook.ydoc, id));
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
    const homes = new Homes(
      characters.length,
      at => !!this._home(cell, characters[at])
    );
    const homeless: ICharacter[] = [];
    let group: ICharacter[] = [];
    characters.forEach((character, at) => {
      if (character.text !== null && wanted(character)) {
        group.push(character);
        const next = characters[at + 1];
        if (next && next.text !== null && wanted(next)) {
          return;
        }
        const before = characters[homes.before(at - group.length)];
        const after = characters[homes.after(at + 1)];
        const place =
          this._beside(cell, before, 'after') ??
          this._beside(cell, after, 'before') ??
          this._instead(cell);
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
   * The place beside a character, where it, or a copy of it, stands now.
   */
  private _beside(
    cell: IStanding,
    character: IItemId | undefined,
    side: 'before' | 'after'
  ): ITextPlace | null {
    const home = character ? this._home(cell, character) : null;
    return home && placeBeside(home.source, home.id, side);
  }

  /**
   * Where a character, or a copy of it, stands now: not in its cell, and perhaps deleted.
   */
  private _home(
    cell: IStanding,
    character: IItemId
  ): { readonly source: Y.Text; readonly id: IItemId } | null {
    for (const { id } of this._ledger.families.of(character)?.members ?? []) {
      const source = findSource(this._notebook.ydoc, id);
      if (source && keyOf(source.parent!._item!.id) !== keyOf(cell.item)) {
        return { source, id };
      }
    }
    return null;
  }

  /**
   * The end of the cell that stands for a cell.
   */
  private _instead(cell: IStanding): ITextPlace | null {
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
 * Finds the characters of a cell nearest to a place that stand elsewhere now. Asked for
 * one place after the other, it looks at each character once in each direction.
 */
class Homes {
  constructor(length: number, isHome: (at: number) => boolean) {
    this._length = length;
    this._isHome = isHome;
  }

  /** The nearest at a place or before it; -1 if there is none. */
  before(at: number): number {
    for (let i = at; i > this._lookedAt; i--) {
      if (this._isHome(i)) {
        this._before = i;
        break;
      }
    }
    this._lookedAt = at;
    return this._before;
  }

  /** The nearest at a place or behind it; as many as there are if there is none. */
  after(at: number): number {
    this._after = Math.max(this._after, at);
    while (this._after < this._length && !this._isHome(this._after)) {
      this._after++;
    }
    return this._after;
  }

  private readonly _length: number;
  private readonly _isHome: (at: number) => boolean;
  private _lookedAt = -1;
  private _before = -1;
  private _after = 0;
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
