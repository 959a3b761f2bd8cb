// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

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
 * How many generations of copies are followed. A cell that is moved more often
 * can still be moved; but who moves it at the same time as somebody else may see
 * it twice.
 */
const MAX_GENERATIONS = 1000;

/**
 * How many copies of one character are looked at: a peer might claim millions.
 */
const MAX_COPIES = 1000;

/**
 * A part of a copy.
 */
export interface ICopy {
  /** The first character of the copy. */
  readonly copy: IItemId;

  /** What it is a copy of. */
  readonly source: IItemId;

  /** The number of characters. */
  readonly length: number;
}

/**
 * A character that is a copy of another.
 */
export type ICharacterCopy = Pick<ICopy, 'copy' | 'source'>;

/**
 * Put together the copies of characters that follow each other.
 */
export function joinCopies(characters: ReadonlyArray<ICharacterCopy>): ICopy[] {
  const copies: ICopy[] = [];
  for (const { copy, source } of characters) {
    const last = copies[copies.length - 1];
    const follows = (first: IItemId | undefined, next: IItemId): boolean =>
      first?.client === next.client && first.clock + last.length === next.clock;
    if (follows(last?.copy, copy) && follows(last?.source, source)) {
      copies[copies.length - 1] = { ...last, length: last.length + 1 };
    } else {
      copies.push({ copy, source, length: 1 });
    }
  }
  return copies;
}

/**
 * What peers tell each other about the cells of a notebook, beside the cells.
 *
 * To Yjs, a moved cell is one that was deleted and another that was inserted. The
 * ledger says which is which, down to the character, and what those who removed
 * a cell had seen of it.
 *
 * Peers write it, so that nothing in it is taken for granted.
 */
export class Ledger {
  constructor(doc: Y.Doc) {
    this._doc = doc;
    this._map = doc.getMap(LEDGER);
    this._map.forEach((_, key) => this._read(key));
    this.takeNew(); // whoever wrote them has looked at them
  }

  /**
   * Take in what a transaction has written.
   *
   * @returns Whether it wrote anything.
   */
  update(transaction: Y.Transaction): boolean {
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
    return this._map.has(STANDS + keyOf(cell));
  }

  /**
   * The cells that Jupyter put into an empty notebook.
   */
  get blanks(): ReadonlySet<string> {
    return this._blanks;
  }

  /**
   * The cells that a cell stands for, oldest first, and the cell itself.
   */
  cellLineage(cell: IItemId): IItemId[] {
    const lineage = [cell];
    for (let i = 0; i < MAX_GENERATIONS; i++) {
      const instead = this._map.get(STANDS + keyOf(lineage[0]));
      const parent: unknown = Array.isArray(instead) ? instead[0] : null;
      if (typeof parent !== 'string') {
        break;
      }
      const [client, clock] = parent.split('/').map(Number);
      lineage.unshift({ client, clock });
    }
    return lineage;
  }

  /**
   * The characters that a character is a copy of, oldest first, and itself.
   */
  lineage(character: IItemId): IItemId[] {
    const lineage = [character];
    for (let i = 0; i < MAX_GENERATIONS; i++) {
      const [oldest] = lineage;
      const part = this._copies
        .get(oldest.client)
        ?.find(({ copy, length }) => holds(copy, length, oldest));
      if (!part) {
        break;
      }
      const { copy, source } = part;
      lineage.unshift({
        client: source.client,
        clock: source.clock + oldest.clock - copy.clock
      });
    }
    return lineage;
  }

  /**
   * Whether a lineage goes back to its beginning.
   *
   * What a peer wrote about its own cells can arrive before what another wrote about
   * those that they stand for. Who chose between copies now would choose otherwise
   * than those who know better. (What is known comes with what is said about it.)
   */
  isComplete([{ client, clock }]: ReadonlyArray<IItemId>): boolean {
    return Y.getState(this._doc.store, client) > clock;
  }

  /**
   * The direct copies of a character.
   */
  copies(character: IItemId): IItemId[] {
    const parts = this._sources.get(character.client) ?? [];
    return parts
      .filter(({ source, length }) => holds(source, length, character))
      .map(({ copy, source }) => ({
        client: copy.client,
        clock: copy.clock + character.clock - source.clock
      }));
  }

  /**
   * A character and all that are copies of the same one.
   */
  family(character: IItemId): IItemId[] {
    const family = [this.lineage(character)[0]];
    for (let i = 0; i < family.length && family.length < MAX_COPIES; i++) {
      family.push(...this.copies(family[i]));
    }
    return family;
  }

  private _write(key: string, value: unknown): void {
    this._map.set(key, value);
    this._read(key);
  }

  private _read(key: string): void {
    const value = this._map.get(key);
    if (key.startsWith(BLANK)) {
      this._blanks.add(key.slice(BLANK.length));
    }
    if (!key.startsWith(COPIED) || this._known.has(key) || !isNumbers(value)) {
      return;
    }
    this._known.add(key);
    const client = Number(key.slice(COPIED.length).split('/')[0]);
    const parts = listOf(this._copies, client);
    let room = Y.getState(this._doc.store, client);
    parts.forEach(({ length }) => (room -= length));
    for (let i = 0; i + 3 < value.length; i += 4) {
      const [clock, length, sourceClient, sourceClock] = value.slice(i, i + 4);
      room -= length;
      if (room < 0 || length < 1 || Math.min(clock, sourceClock) < 0) {
        return; // nobody can copy more than they write
      }
      const part = {
        copy: { client, clock },
        source: { client: sourceClient, clock: sourceClock },
        length
      };
      this._new.push(part);
      parts.push(part);
      listOf(this._sources, sourceClient).push(part);
    }
  }

  private readonly _doc: Y.Doc;
  private readonly _map: Y.Map<unknown>;
  private readonly _copies = new Map<number, ICopy[]>();
  private readonly _sources = new Map<number, ICopy[]>();
  private readonly _blanks = new Set<string>();
  private readonly _new: ICopy[] = [];
  private readonly _known = new Set<string>();
}

function holds(first: IItemId, length: number, character: IItemId): boolean {
  const offset = character.clock - first.clock;
  return first.client === character.client && offset >= 0 && offset < length;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) {
    list = [];
    map.set(key, list);
  }
  return list;
}
