// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IItemId } from './ids';

/**
 * What is known at one place.
 */
export interface IFound<T> {
  /** The entries that hold the place, in an order that all peers agree on. */
  readonly entries: ReadonlyArray<T>;

  /** For how many places from there on, itself included, they are the same. */
  readonly length: number;
}

/**
 * Entries that each hold some of what a client wrote, one after the other. They may
 * overlap.
 *
 * To find those that hold a place takes a binary search, and a look at each; entries of
 * strange lengths can make it more, of which `look` is told.
 */
export class Ranges<T extends { readonly length: number }> {
  /**
   * @param begin - Where an entry begins.
   * @param compare - Orders entries that begin at one place.
   * @param look - Called with a number of entries before they are looked at; may throw.
   */
  constructor(
    begin: (entry: T) => IItemId,
    compare: (a: T, b: T) => number,
    look: (count: number) => void
  ) {
    this._begin = begin;
    this._compare = compare;
    this._look = look;
  }

  add(entry: T): void {
    const { client } = this._begin(entry);
    const list = this._lists.get(client) ?? { entries: [], reach: [], sorted: 0 };
    this._lists.set(client, list);
    list.entries.push(entry);
  }

  /**
   * Find the entries that hold a place.
   */
  at({ client, clock }: IItemId): IFound<T> {
    const list = this._lists.get(client);
    if (!list) {
      return { entries: [], length: Infinity };
    }
    this._sort(list);
    const next = countWhile(list.entries, entry => this._begin(entry).clock <= clock);
    let length =
      next < list.entries.length ? this._clock(list, next) - clock : Infinity;
    const entries: T[] = [];
    for (let i = next - 1; i >= 0 && list.reach[i] > clock; i--) {
      this._look(1);
      const rest = this._clock(list, i) + list.entries[i].length - clock;
      if (rest > 0) {
        length = Math.min(length, rest);
        entries.push(list.entries[i]);
      }
    }
    return { entries: entries.reverse(), length };
  }

  private _clock(list: IList<T>, index: number): number {
    return this._begin(list.entries[index]).clock;
  }

  /**
   * Sort what was added since; nearly always it is in order.
   */
  private _sort(list: IList<T>): void {
    const { entries, reach } = list;
    if (list.sorted === entries.length) {
      return;
    }
    const order = (a: T, b: T) =>
      this._begin(a).clock - this._begin(b).clock || this._compare(a, b);
    const from = list.sorted;
    let isSorted = true;
    for (let i = Math.max(from, 1); i < entries.length && isSorted; i++) {
      isSorted = order(entries[i - 1], entries[i]) <= 0;
    }
    if (!isSorted) {
      entries.sort(order);
    }
    for (let i = isSorted ? from : 0; i < entries.length; i++) {
      const end = this._clock(list, i) + entries[i].length;
      reach[i] = Math.max(end, reach[i - 1] ?? 0);
    }
    list.sorted = entries.length;
  }

  private readonly _begin: (entry: T) => IItemId;
  private readonly _compare: (a: T, b: T) => number;
  private readonly _look: (count: number) => void;
  private readonly _lists = new Map<number, IList<T>>();
}

/**
 * The entries of one client.
 */
interface IList<T> {
  readonly entries: T[];

  /** Of each entry: where it, or the one of those before that goes on longest, ends. */
  readonly reach: number[];

  /** How many of the entries are in order. */
  sorted: number;
}

/**
 * How many entries of a list come first for which something holds that holds for none
 * after them.
 */
function countWhile<T>(list: ReadonlyArray<T>, holds: (entry: T) => boolean): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(list[middle])) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}
