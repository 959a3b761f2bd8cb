// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import diff from 'fast-diff';

/**
 * Equal parts of two texts.
 */
export interface IMatch {
  readonly source: number;
  readonly target: number;
  readonly length: number;
}

/**
 * One change that makes a text another.
 */
export interface IChange {
  /** Where, in the old text. */
  readonly index: number;

  /** How many characters are removed. */
  readonly remove: number;

  /** What is inserted. */
  readonly insert: string;
}

/**
 * The longest texts that are compared character by character; of longer ones
 * only beginning and end are. A comparison takes time that grows with length
 * times difference: 20 ms at this length at worst.
 */
const MAX_COMPARED = 10_000;

/**
 * Find what two texts have in common, in the same order.
 */
export function matches(source: string, target: string): IMatch[] {
  const found: IMatch[] = [];
  let [at, to] = [0, 0];
  for (const [kind, text] of compare(source, target)) {
    if (kind === diff.EQUAL) {
      found.push({ source: at, target: to, length: text.length });
    }
    at += kind === diff.INSERT ? 0 : text.length;
    to += kind === diff.DELETE ? 0 : text.length;
  }
  return found;
}

/**
 * Find the changes that make a text another, last one first, so that each can be
 * made without moving those to come.
 */
export function changes(source: string, target: string): IChange[] {
  const found: IChange[] = [];
  let index = 0;
  let [remove, insert] = [0, ''];
  const flush = () => {
    if (remove || insert) {
      found.unshift({ index: index - remove, remove, insert });
      [remove, insert] = [0, ''];
    }
  };
  for (const [kind, text] of compare(source, target)) {
    if (kind === diff.EQUAL) {
      flush();
      index += text.length;
    } else if (kind === diff.DELETE) {
      index += text.length;
      remove += text.length;
    } else {
      insert += text;
    }
  }
  flush();
  return found;
}

function compare(source: string, target: string): diff.Diff[] {
  const within = source.indexOf(target);
  if (target && within >= 0) {
    // a part of it, as when a cell is split
    return [
      [diff.DELETE, source.slice(0, within)],
      [diff.EQUAL, target],
      [diff.DELETE, source.slice(within + target.length)]
    ];
  }
  if (source.length + target.length <= MAX_COMPARED) {
    return diff(source, target);
  }
  let start = 0;
  const shorter = Math.min(source.length, target.length);
  while (start < shorter && source[start] === target[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && source.at(-1 - end) === target.at(-1 - end)) {
    end++;
  }
  return [
    [diff.EQUAL, source.slice(0, start)],
    [diff.DELETE, source.slice(start, source.length - end)],
    [diff.INSERT, target.slice(start, target.length - end)],
    [diff.EQUAL, source.slice(source.length - end)]
  ];
}
