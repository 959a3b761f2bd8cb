// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ITextEdit } from '../compare';
import { compareCharacters } from '../compare';

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
 * Find what two texts have in common, in the same order.
 */
export function matches(source: string, target: string): IMatch[] {
  const found: IMatch[] = [];
  let [at, to] = [0, 0];
  for (const { kind, text } of compare(source, target)) {
    if (kind === 'keep') {
      found.push({ source: at, target: to, length: text.length });
    }
    at += kind === 'insert' ? 0 : text.length;
    to += kind === 'remove' ? 0 : text.length;
  }
  return found;
}

/**
 * Find the changes that make a text another, last one first, so that each can be
 * made without moving those to come.
 *
 * @param edits - The way from one to the other, if it is known.
 */
export function changes(
  source: string,
  target: string,
  edits: ReadonlyArray<ITextEdit> | null = null
): IChange[] {
  const found: IChange[] = [];
  let index = 0;
  let [remove, insert] = [0, ''];
  const flush = () => {
    if (remove || insert) {
      found.unshift({ index: index - remove, remove, insert });
      [remove, insert] = [0, ''];
    }
  };
  for (const { kind, text } of edits ?? compare(source, target)) {
    if (kind === 'keep') {
      flush();
      index += text.length;
    } else if (kind === 'remove') {
      index += text.length;
      remove += text.length;
    } else {
      insert += text;
    }
  }
  flush();
  return found;
}

function compare(source: string, target: string): ReadonlyArray<ITextEdit> {
  const within = source.lastIndexOf(target);
  if (target && within >= 0) {
    // a part of it, as the end is when a cell is split
    return [
      { kind: 'remove', text: source.slice(0, within) },
      { kind: 'keep', text: target },
      { kind: 'remove', text: source.slice(within + target.length) }
    ];
  }
  return compareCharacters(source, target) ?? compareEnds(source, target);
}

/**
 * Find what two texts have in common at their ends.
 */
function compareEnds(source: string, target: string): ReadonlyArray<ITextEdit> {
  let start = 0;
  const shorter = Math.min(source.length, target.length);
  while (start < shorter && source[start] === target[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && source.at(-1 - end) === target.at(-1 - end)) {
    end++;
  }
  // half a character can't be shared
  start -= isHigh(source, start - 1) ? 1 : 0;
  end -= end && isHigh(source, source.length - end - 1) ? 1 : 0;
  return [
    { kind: 'keep', text: source.slice(0, start) },
    { kind: 'remove', text: source.slice(start, source.length - end) },
    { kind: 'insert', text: target.slice(start, target.length - end) },
    { kind: 'keep', text: source.slice(source.length - end) }
  ];
}

/**
 * Whether the first half of a character outside the basic plane stands at an index.
 */
function isHigh(text: string, index: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(index));
}
