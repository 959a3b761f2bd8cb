// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import type { IMatch } from './align';
import { matches } from './align';
import { isDeletedIn } from './deleted';
import type { ICharacterCopy } from './families';
import { joinCopies } from './families';
import type { IItemId } from './ids';
import { idsOf, keyOf } from './ids';
import type { Ledger } from './ledger';
import type { ICellChanges, IStanding, YCellMap } from './notebook';
import { cellOfSource, cellsOf, isAlive, standingOf } from './notebook';
import type { IRun } from './text';
import { idOf, runsOf, slice, textOf } from './text';
import type { Undone } from './undone';

/**
 * A text that one's own transaction took from somewhere, or put somewhere.
 */
interface IPassage {
  readonly runs: ReadonlyArray<IRun>;
  readonly text: string;

  /** The cell, if all of it was removed or inserted. */
  readonly cell: IStanding | null;

  /** Whether it stands somewhere else since: only the same cell can be made of it. */
  readonly isMoved?: boolean;
}

/**
 * How many cells that one has removed are remembered, in case that one puts them
 * back, as by cut and paste or by undo.
 */
const MAX_REMEMBERED = 100;

/**
 * Notes in the ledger what one's own transactions do to the list of cells: which of
 * the inserted cells stand for removed ones, and where their text came from.
 *
 * It looks at the result and not at the command, so that it covers all of them:
 * moving, changing the type, splitting, merging, cutting and pasting, reverting,
 * and undoing any of these. Text that only appears again, as by copy and paste, is
 * new.
 */
export class Recorder {
  /**
   * @param ledger - Where it notes that.
   * @param undone - Tells what an undo brings back.
   */
  constructor(ledger: Ledger, undone: Undone) {
    this._ledger = ledger;
    this._undone = undone;
  }

  /**
   * Note what a transaction did.
   *
   * @param transaction - The transaction, before what it deleted is forgotten.
   * @param changes - What it did to the list of cells.
   */
  record(transaction: Y.Transaction, { removed, inserted }: ICellChanges): void {
    const cells = inserted.map(standingOf);
    const restored = this._recordUndo(transaction, removed, cells);
    const edited = editedSources(transaction, inserted);
    const removals = removed.map(passageOf);
    const sources = [
      ...removals,
      ...edited.flatMap(text => pieces(runsOf(text, transaction), wasDeleted)),
      ...this._gone
    ];
    const targets = [
      ...cells.map(passageOf),
      ...edited.flatMap(text => pieces(runsOf(text), isNew))
    ].filter(({ cell }) => !restored || (cell && !restored.has(keyOf(cell.item))));
    function wasDeleted(run: IRun): boolean {
      return isDeletedIn(transaction, run);
    }
    function isNew({ client, clock }: IRun): boolean {
      return clock >= (transaction.beforeState.get(client) ?? 0);
    }

    const moved = new Map<IPassage, IMatch[]>();
    for (const target of targets) {
      for (const { source, match } of origins(target, sources, moved)) {
        moved.set(source, [...(moved.get(source) ?? []), match]);
        addCopy(this._ledger, source, target, match);
      }
      if (target.cell) {
        const { id, item } = target.cell;
        const instead = sources.find(({ cell }) => cell?.id === id)?.cell;
        this._ledger.addStanding(item, instead ? [instead.item] : []);
      }
    }
    const isOnly = cells.length === 1 && cellsOf(transaction.doc).length === 1;
    if (isOnly && !textOf(cells[0].runs)) {
      this._ledger.addBlank(cells[0].item);
    }

    for (const { cell, runs } of removals) {
      this._ledger.addRemoval(cell.item, seenOf(runs));
    }
    this._gone = [...removals, ...this._gone]
      .map(source => (moved.has(source) ? { ...source, isMoved: true } : source))
      .slice(0, MAX_REMEMBERED);
  }

  /**
   * Note what an undo has restored. Yjs knows itself what it made that of; but where
   * the undo removed a copy of the same, as when a move is undone, it came from there.
   *
   * @returns The restored cells, or `null` if it is no undo.
   */
  private _recordUndo(
    transaction: Y.Transaction,
    removed: ReadonlyArray<IStanding>,
    inserted: ReadonlyArray<IStanding>
  ): Set<string> | null {
    const { doc, beforeState } = transaction;
    const origin: unknown = transaction.origin;
    if (!(origin instanceof Y.UndoManager)) {
      return null;
    }
    const cells = new Set<string>();
    const copies: ICharacterCopy[] = [];
    const latest = new Map<string, IItemId>();
    for (const { runs } of removed) {
      for (const id of runs.flatMap(run =>
        run.text === null ? [] : idsOf(run, run.length)
      )) {
        latest.set(keyOf(this._ledger.families.origin(id)), id);
      }
    }
    this._undone.forEach(transaction, item => {
      const copy = item.redone;
      if (!copy || copy.clock < (beforeState.get(copy.client) ?? 0)) {
        return;
      }
      if (item.content instanceof Y.ContentString) {
        idsOf(item.id, item.length).forEach((id, offset) => {
          const root = latest.size ? keyOf(this._ledger.families.origin(id)) : '';
          const made = { client: copy.client, clock: copy.clock + offset };
          // it may be put back into a cell that the same undo takes away
          const source = isAlive(doc, made) ? latest.get(root) : null;
          copies.push({ copy: made, source: source ?? id });
        });
      } else if ((item.parent as unknown) === cellsOf(doc)) {
        const id = inserted.find(cell => keyOf(cell.item) === keyOf(copy))?.id;
        const before = removed.find(cell => cell.id === id)?.item ?? idOf(item);
        cells.add(keyOf(copy));
        this._ledger.addStanding(copy, [before]);
      }
    });
    this._ledger.addCopies(joinCopies(copies));
    return cells;
  }

  private readonly _ledger: Ledger;
  private readonly _undone: Undone;
  private _gone: IPassage[] = [];
}

/**
 * What one's own undo took away without that one meant to: what others typed, also where
 * an earlier undo has brought it back, and what could not be put back where it was.
 *
 * @param ledger - The ledger, after the undo was recorded.
 * @param undone - Tells what it brings back, and takes away again.
 * @param transaction - The undo.
 */
export function lostByUndo(
  ledger: Ledger,
  undone: Undone,
  transaction: Y.Transaction
): (character: IItemId) => boolean {
  const broughtBack = new Set<string>();
  undone.forEach(transaction, item => {
    idsOf(item.id, item.length).forEach(id => broughtBack.add(keyOf(id)));
  });
  const taken = undone.takenAgain(transaction);
  return character => {
    const { families } = ledger;
    const source = families.source(character);
    const isOwn = families.origin(character).client === transaction.doc.clientID;
    return (
      (!isOwn && !taken.has(keyOf(character))) ||
      (source !== null && broughtBack.has(keyOf(source)))
    );
  };
}

/**
 * What is known of a source: the next clock of each client. Of each client one
 * knows everything up to some clock.
 */
export function seenOf(runs: ReadonlyArray<IRun>): Map<number, number> {
  const seen = new Map<number, number>();
  for (const { client, clock, length } of runs) {
    seen.set(client, Math.max(seen.get(client) ?? 0, clock + length));
  }
  return seen;
}

/**
 * Find where a text came from.
 */
function* origins(
  target: IPassage,
  sources: ReadonlyArray<IPassage>,
  moved: ReadonlyMap<IPassage, ReadonlyArray<IMatch>>
): Generator<{ source: IPassage; match: IMatch }> {
  const { cell } = target;
  const same = sources.find(source => cell && source.cell?.id === cell.id);
  if (same) {
    for (const match of matches(same.text, target.text)) {
      yield { source: same, match };
    }
    return;
  }
  let end = 0; // the parts of a merged cell follow each other
  for (const source of sources) {
    if (source.isMoved) {
      continue;
    }
    const used = moved.get(source) ?? [];
    const from = Math.max(0, ...used.map(match => match.source + match.length));
    const [whole, part] = [source.text, target.text];
    const at = part.indexOf(whole, end);
    const within = whole.indexOf(part, from);
    if (whole && !used.length && at >= 0) {
      end = at + whole.length;
      yield { source, match: { source: 0, target: at, length: whole.length } };
    } else if (part && end === 0 && within >= 0) {
      yield { source, match: { source: within, target: 0, length: part.length } };
      return;
    }
  }
}

/**
 * Note that a part of a text is a copy.
 */
function addCopy(
  ledger: Ledger,
  source: IPassage,
  target: IPassage,
  match: IMatch
): void {
  const from = slice(source.runs, match.source, match.length);
  let at = 0;
  for (const run of slice(target.runs, match.target, match.length)) {
    const { client, clock, length } = run;
    let offset = 0;
    ledger.addCopies(
      slice(from, at, length).map(piece => {
        const part = { copy: { client, clock: clock + offset }, source: piece };
        offset += piece.length;
        return { ...part, length: piece.length };
      })
    );
    at += length;
  }
}

/**
 * The sources that were edited, in cells that stay where they are.
 */
function editedSources(
  transaction: Y.Transaction,
  inserted: ReadonlyArray<YCellMap>
): Y.Text[] {
  return [...transaction.changed.keys()].flatMap(type => {
    const text = type as unknown;
    const cell = text instanceof Y.Text ? cellOfSource(text) : null;
    return cell && !inserted.includes(cell) ? [text as Y.Text] : [];
  });
}

/**
 * The passages of a text whose characters are chosen.
 */
function pieces(runs: ReadonlyArray<IRun>, chosen: (run: IRun) => boolean): IPassage[] {
  const found: IRun[][] = [];
  let last: IRun[] | null = null;
  for (const run of runs) {
    if (run.text === null) {
      continue;
    }
    if (!chosen(run)) {
      last = null;
    } else if (last) {
      last.push(run);
    } else {
      last = [run];
      found.push(last);
    }
  }
  return found.map(part => ({ runs: part, text: textOf(part), cell: null }));
}

function passageOf(cell: IStanding): IPassage & { cell: IStanding } {
  return { runs: cell.runs, text: textOf(cell.runs), cell };
}
