// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

import { Effort, TooLongError } from './effort';
import type { ICopy } from './families';
import { Families } from './families';
import type { IItemId } from './ids';
import { keyOf } from './ids';

/**
 * The name of the ledger among the shared types of a notebook.
 */
const LEDGER = 'cell-ledger';

/**
 * What the keys of the ledger begin with.
 *
 * - `COPIED`, and the first character of the copy: its parts, each as its clock,
 *   its length, and the client and clock of what it is a copy of.
 * - `STANDS`, and a cell: the keys of the cells for which it stands now.
 * - `REMOVED`, and a cell: what was known of its source by whoever removed it, as
 *   clients, each with the clock that comes next.
 * - `BLANK`, and a cell: Jupyter put it into an empty notebook.
 */
const COPIED = '=';
const STANDS = '+';
const REMOVED = '-';
const BLANK = '0';

/**
 * How many numbers one entry may have.
 */
const MAX_NUMBERS = 200_000;

/**
 * The ledgers of the notebooks whose cells are kept whole.
 */
export const ledgers = new WeakMap<Y.Doc, Ledger>();

/**
 * What peers tell each other about the cells of a notebook, beside the cells.
 *
 * To Yjs, a moved cell is one that was deleted and another that was inserted. The
 * ledger says which is which, down to the character, and what those who removed
 * a cell had seen of it.
 *
 * Peers write it, so that nothing in it is taken for granted: of what is a copy, or stands
 * for what, only its own author is believed, and no question takes longer than is worth it.
 */
export class Ledger {
  constructor(doc: Y.Doc) {
    this._doc = doc;
    this._map = doc.getMap(LEDGER);
    this._map.forEach((_, key) => this._read(key));
    this.takeNew(); // whoever wrote them has looked at them
  }

  private readonly _effort = new Effort();

  /** Which characters are copies of which. */
  readonly families = new Families(this._effort);

  /**
   * Take in what a transaction has written, and begin to answer questions about it.
   *
   * @returns Whether it wrote anything.
   */
  update(transaction: Y.Transaction): boolean {
    this._effort.renew();
    const keys = transaction.changed.get(this._map as never);
    keys?.forEach(key => key !== null && this._read(key));
    return keys !== undefined;
  }

  /**
   * The copies that are new since this was asked last.
   */
  takeNew(): ICopy[] {
    return this._new.splice(0);
  }

  /**
   * Note what is a copy of what.
   *
   * @param copies - Parts of one text, all written by one client.
   */
  addCopies(copies: ReadonlyArray<ICopy>): void {
    if (copies.length) {
      const flat = copies.flatMap(({ copy, length, source }) => [
        copy.clock,
        length,
        source.client,
        source.clock
      ]);
      this._write(COPIED + keyOf(copies[0].copy), flat);
    }
  }

  /**
   * Note that a cell stands for others.
   */
  addStanding(cell: IItemId, instead: ReadonlyArray<IItemId>): void {
    this._write(STANDS + keyOf(cell), instead.map(keyOf));
  }

  /**
   * Note that a cell was removed, unless somebody did.
   *
   * @param cell - The cell.
   * @param seen - What was known of its source: the next clock of each client.
   */
  addRemoval(cell: IItemId, seen: ReadonlyMap<number, number>): void {
    if (!this._map.has(REMOVED + keyOf(cell))) {
      this._write(REMOVED + keyOf(cell), [...seen].flat());
    }
  }

  /**
   * Note that a cell was put into an empty notebook.
   */
  addBlank(cell: IItemId): void {
    this._write(BLANK + keyOf(cell), true);
  }

  /**
   * What those who removed a cell had seen of its source, or `null` if nobody has
   * said so.
   */
  removal(cell: IItemId): ReadonlyMap<number, number> | null {
    const flat = this._map.get(REMOVED + keyOf(cell));
    if (!isNumbers(flat)) {
      return null;
    }
    const seen = new Map<number, number>();
    for (let i = 0; i + 1 < flat.length; i += 2) {
      seen.set(flat[i], flat[i + 1]);
    }
    return seen;
  }

  /**
   * Whether it is known for which cells a cell stands.
   */
  knowsStanding(cell: IItemId): boolean {
    return this._isByAuthor(STANDS + keyOf(cell), cell.client);
  }

  /**
   * The cells that Jupyter put into an empty notebook.
   */
  get blanks(): ReadonlySet<string> {
    return this._blanks;
  }

  /**
   * The cells that a cell stands for, oldest first, and the cell itself; `null` if that
   * has no beginning, or takes too long to find.
   */
  cellLineage(cell: IItemId): IItemId[] | null {
    return this._effort.ask(() => {
      const lineage = [cell];
      const seen = new Set<string>();
      for (let oldest: IItemId | null = cell; oldest; oldest = this._stoodFor(oldest)) {
        this._effort.look(1);
        if (seen.has(keyOf(oldest))) {
          throw new TooLongError();
        }
        seen.add(keyOf(oldest));
        if (oldest !== cell) {
          lineage.push(oldest);
        }
      }
      return lineage.reverse();
    });
  }

  /**
   * Whether what a character, or a cell, comes from is known.
   *
   * What a peer wrote about its own cells can arrive before what another wrote about
   * those that they stand for. Who chose between copies now would choose otherwise
   * than those who know better. (What is known comes with what is said about it.)
   *
   * @param oldest - What it comes from.
   */
  isKnown({ client, clock }: IItemId): boolean {
    return Y.getState(this._doc.store, client) > clock;
  }

  /**
   * The cell for which a cell stands in the first place.
   */
  private _stoodFor(cell: IItemId): IItemId | null {
    const key = STANDS + keyOf(cell);
    const instead = this._isByAuthor(key, cell.client) ? this._map.get(key) : null;
    const parent: unknown = Array.isArray(instead) ? instead[0] : null;
    if (typeof parent !== 'string' || !/^\d+\/\d+$/.test(parent)) {
      return null;
    }
    const [client, clock] = parent.split('/').map(Number);
    return { client, clock };
  }

  /**
   * Whether an entry was written by the client that it is about: by nobody else, who
   * might say that what somebody wrote is a copy, so that it goes.
   */
  private _isByAuthor(key: string, client: number): boolean {
    const item = this._map._map.get(key);
    return item?.deleted === false && item.id.client === client;
  }

  private _write(key: string, value: unknown): void {
    this._map.set(key, value);
    this._read(key);
  }

  private _read(key: string): void {
    const value = this._map.get(key);
    const id = key.slice(1);
    const client = Number(id.split('/')[0]);
    if (!this._isByAuthor(key, client)) {
      return;
    }
    if (key.startsWith(BLANK)) {
      this._blanks.add(id);
    }
    if (!key.startsWith(COPIED) || this._known.has(key) || !isNumbers(value)) {
      return;
    }
    this._known.add(key);
    for (let i = 0; i + 3 < value.length; i += 4) {
      const [clock, length, sourceClient, sourceClock] = value.slice(i, i + 4);
      const part = {
        copy: { client, clock },
        source: { client: sourceClient, clock: sourceClock },
        length
      };
      if (length > 0 && clock >= 0 && sourceClock >= 0) {
        this._new.push(part);
        this.families.add(part);
      }
    }
  }

  private readonly _doc: Y.Doc;
  private readonly _map: Y.Map<unknown>;
  private readonly _blanks = new Set<string>();
  private readonly _new: ICopy[] = [];
  private readonly _known = new Set<string>();
}

function isNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_NUMBERS &&
    value.every(Number.isSafeInteger)
  );
}
