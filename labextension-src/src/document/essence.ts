// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ICanonicalNotebook } from './canonical';
import type { IDocumentFormat } from './format';

/**
 * What a kernel writes into the metadata of a notebook as soon as it runs.
 */
export const KERNEL_METADATA = ['kernelspec', 'language_info'];

/**
 * A content in two parts, which together tell which one it is.
 */
export interface IParts {
  /** What people made. */
  readonly essence: string;

  /** What Jupyter writes into a file by itself. */
  readonly rest: string;
}

/**
 * Take a notebook apart.
 *
 * @param canonical - The notebook in canonical form: its metadata come after its cells.
 */
export function notebookParts(canonical: string): IParts {
  const { start, tail } = cut(canonical);
  const rest = Object.fromEntries(
    KERNEL_METADATA.filter(key => key in tail.metadata).map(key => {
      const value = tail.metadata[key];
      delete tail.metadata[key];
      return [key, value];
    })
  );
  return Object.keys(rest).length
    ? {
        essence: canonical.slice(0, start) + JSON.stringify(tail).slice(1),
        rest: JSON.stringify(rest)
      }
    : { essence: canonical, rest: '' };
}

/**
 * Whether people made the same of two contents.
 *
 * @param one - A content in canonical form.
 * @param other - Another one.
 */
export function haveSameEssence(
  format: Pick<IDocumentFormat, 'essence'>,
  one: string,
  other: string
): boolean {
  return one === other || format.essence(one) === format.essence(other);
}

/**
 * What stands in the canonical form of a notebook where its cells end. No text can have
 * it in it: there its quotes would be escaped.
 */
const AFTER_CELLS = '],"metadata":{';

/**
 * What comes after the cells.
 */
type ITail = Pick<ICanonicalNotebook, 'metadata' | 'nbformat' | 'nbformat_minor'>;

/**
 * How often metadata may have the same in them before everything is parsed.
 */
const MAX_TRIES = 10;

/**
 * Cut a notebook after its cells, which may be large, without parsing them.
 *
 * @returns Where the rest starts, and what it holds.
 */
function cut(canonical: string): { start: number; tail: ITail } {
  let end = canonical.length;
  for (let tries = 0; tries < MAX_TRIES && end > 0; tries++) {
    end = canonical.lastIndexOf(AFTER_CELLS, end - 1);
    const start = end + AFTER_CELLS.indexOf('"');
    try {
      const tail = JSON.parse(`{${canonical.slice(start)}`) as ITail;
      return { start, tail };
    } catch {
      // it was in the metadata, and so there is a brace too many
    }
  }
  const { cells, ...tail } = JSON.parse(canonical) as ICanonicalNotebook;
  return { start: `{"cells":${JSON.stringify(cells)},`.length, tail };
}
