// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentId } from '../room/ids';
import { entriesOf } from '../room/ids';
import type { IRoomKeys } from '../room/keys';
import type { DocumentAtPath } from '../tokens';
import type { Directory } from './directory';
import { kindOf } from './kind';
import type { Places } from './places';

/**
 * How many documents may have had a path before a link is taken for one of another
 * path.
 */
const MAX_GENERATIONS = 16;

/**
 * The content types and formats of what can be shared.
 */
const KINDS = [
  ['notebook', 'json'],
  ['file', 'text']
];

/**
 * Which document a path names in a room.
 */
export class DocumentNames {
  /**
   * @param keys - The keys of the room.
   * @param directory - What the room knows.
   */
  constructor(keys: Pick<IRoomKeys, 'documentId'>, directory: Directory) {
    this._keys = keys;
    this._directory = directory;
  }

  /**
   * The document that is known to be at a path, or `null`.
   */
  known(
    file: DocumentAtPath,
    hint: DocumentId | null,
    places: Places
  ): DocumentId | null {
    if (hint !== null && this._isOf(hint, file, places)) {
      return hint;
    }
    const kind = kindOf(file);
    const here = entriesOf(places).find(
      ([, place]) => place.kind === kind && [place.path, place.from].includes(file.path)
    );
    return here ? here[0] : null;
  }

  /**
   * The document that a path names by itself, and the one that it named before. Those
   * that this person has deleted are retired for the others, too: the new one is more
   * recent.
   */
  named(
    file: DocumentAtPath,
    places: Places
  ): { named: DocumentId; before: DocumentId | null } {
    const { _directory: directory, _keys: keys } = this;
    const idOf = (generation: number) => keys.documentId({ ...file, generation });
    const isTaken = (generation: number): boolean => {
      const named = idOf(generation);
      const place = places[named];
      if (place?.path === null) {
        directory.retire(named);
      }
      return place !== undefined || directory.isRetired(named);
    };
    let generation = 0;
    while (isTaken(generation) && generation < MAX_GENERATIONS) {
      generation++;
    }
    if (generation === MAX_GENERATIONS) {
      generation = firstFree(isTaken, generation);
    }
    const before = generation ? idOf(generation - 1) : null;
    return { named: idOf(generation), before };
  }

  /**
   * The documents of the room that a path names for somebody who has none of them.
   */
  ofRoom(path: string): DocumentId[] {
    const { _directory: directory } = this;
    return KINDS.flatMap(([contentType, format]) => {
      const file = { path, contentType, format };
      const titled = directory.titled({ path, kind: kindOf(file) });
      return [this.named(file, {}).named, ...titled];
    }).filter(documentId => directory.chosen(documentId) !== null);
  }

  /**
   * Whether a document is of the kind that a file is opened as.
   */
  private _isOf(documentId: DocumentId, file: DocumentAtPath, places: Places): boolean {
    const kind = this._directory.title(documentId)?.kind;
    const known = kind ?? places[documentId]?.kind;
    if (known !== undefined) {
      return known === kindOf(file);
    }
    const isNotebook = file.path.endsWith('.ipynb');
    return (
      this.isHome(documentId, file) || isNotebook === (file.contentType === 'notebook')
    );
  }

  /**
   * Whether a path is the one at which a document was first shared.
   */
  isHome(documentId: DocumentId, file: DocumentAtPath): boolean {
    const { _keys: keys } = this;
    return Array.from({ length: MAX_GENERATIONS }).some(
      (_, generation) => keys.documentId({ ...file, generation }) === documentId
    );
  }

  private readonly _keys: Pick<IRoomKeys, 'documentId'>;
  private readonly _directory: Directory;
}

/**
 * Find a number that is free and has one that is taken before it, however many are: anybody
 * may take any.
 *
 * @param from - Where to begin.
 */
function firstFree(isTaken: (number: number) => boolean, from: number): number {
  let [taken, free] = [from - 1, from];
  for (let step = 1; isTaken(free); step *= 2) {
    [taken, free] = [free, free + step];
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    [taken, free] = isTaken(middle) ? [middle, free] : [taken, middle];
  }
  return free;
}
