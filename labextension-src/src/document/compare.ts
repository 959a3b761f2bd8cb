// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { diff } from 'fast-myers-diff';

/**
 * How many comparisons of words or characters two texts are worth: more takes longer
 * than 50 ms, and is another text rather than a change. Texts that differ in 1,000
 * places need about a million.
 */
const MAX_COMPARISONS = 2_000_000;

/**
 * Words, white space within a line, and single characters.
 */
const WORDS = /[\p{L}\p{M}\p{N}_]+|[^\S\n]+|[^]/gu;

/**
 * One step from one text to another: keep, remove or insert.
 */
export interface ITextEdit {
  /** What is done. */
  readonly kind: 'keep' | 'remove' | 'insert';

  /** The text that is kept, removed or inserted. */
  readonly text: string;
}

/**
 * Find the way from one text to another, word by word.
 *
 * @returns The steps, or `null` if the texts have too little in common.
 */
export function compareWords(from: string, to: string): ITextEdit[] | null {
  return compare(from.match(WORDS) ?? [], to.match(WORDS) ?? []);
}

/**
 * Find the way from one text to another, character by character.
 *
 * @returns The steps, or `null` if the texts have too little in common.
 */
export function compareCharacters(from: string, to: string): ITextEdit[] | null {
  // code points: half a character can't be shared
  return compare([...from], [...to]);
}

function compare(
  from: ReadonlyArray<string>,
  to: ReadonlyArray<string>
): ITextEdit[] | null {
  const edits: ITextEdit[] = [];
  const add = (kind: ITextEdit['kind'], parts: ReadonlyArray<string>) => {
    if (parts.length) {
      edits.push({ kind, text: parts.join('') });
    }
  };
  let comparisons = 0;
  const isEqual = (one: number, two: number) => {
    if (++comparisons > MAX_COMPARISONS) {
      throw TOO_DIFFERENT;
    }
    return from[one] === to[two];
  };
  let end = 0;
  try {
    for (const [start, stop, first, last] of diff(
      from as string[],
      to as string[],
      isEqual
    )) {
      add('keep', from.slice(end, start));
      add('remove', from.slice(start, stop));
      add('insert', to.slice(first, last));
      end = stop;
    }
  } catch (reason) {
    if (reason === TOO_DIFFERENT) {
      return null;
    }
    throw reason;
  }
  add('keep', from.slice(end));
  return edits;
}

const TOO_DIFFERENT = new Error('The texts have too little in common.');
