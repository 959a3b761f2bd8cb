// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Effort } from './effort';
import { TooLongError } from './effort';
import type { IItemId } from './ids';
import { compareIds, keyOf } from './ids';
import { Ranges } from './ranges';

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
 * A character among those of one family.
 */
export interface IMember {
  readonly id: IItemId;

  /** The index of what it is a copy of; -1 if it is the oldest. */
  readonly parent: number;
}

/**
 * Characters that are copies of one, and that one.
 */
export interface IFamily {
  /**
   * The characters: each after those that it comes from, in the order of their
   * lineages.
   */
  readonly members: ReadonlyArray<IMember>;

  /** The index of the character that was asked about. */
  readonly index: number;

  /** Of how many characters, one after the other, the families are like this one. */
  readonly length: number;
}

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
 * Knows which characters are copies of which.
 */
export class Families {
  /**
   * @param effort - What may be done to answer questions.
   */
  constructor(effort: Effort) {
    this._effort = effort;
    this._copies = new Ranges(part => part.copy, compareParts, effort.look);
    this._sources = new Ranges(part => part.source, compareParts, effort.look);
  }

  add(part: ICopy): void {
    this._last = NOTHING;
    this._copies.add(part);
    this._sources.add(part);
  }

  /**
   * What a character was copied from; `null` if it is none.
   */
  source(character: IItemId): IItemId | null {
    return this._effort.ask(() => this._sourceOf(character).id);
  }

  /**
   * The oldest character that a character is a copy of, or that itself.
   */
  origin(character: IItemId): IItemId {
    return this._effort.ask(() => this._ancestors(character).ids[0]) ?? character;
  }

  /**
   * Whether somebody has copied a character.
   */
  isCopied(character: IItemId): boolean {
    return this._effort.ask(() => this._copiesOf(character).ids.length > 0) ?? false;
  }

  /**
   * A character and all that are copies of the same one; `null` if they have no
   * beginning, or if they take too long to find.
   */
  of(character: IItemId): IFamily | null {
    const { family, first } = this._last;
    const offset = character.clock - first.clock;
    if (family && first.client === character.client && offset >= 0) {
      if (offset < family.length) {
        return following(family, offset);
      }
    }
    const found = this._effort.ask(() => this._findFamily(character));
    this._last = { first: character, family: found };
    return found;
  }

  private _findFamily(character: IItemId): IFamily {
    const ancestors = this._ancestors(character);
    let { length } = ancestors;
    const members: IMember[] = [];
    const rest: IMember[] = [{ id: ancestors.ids[0], parent: -1 }];
    for (let next = rest.pop(); next; next = rest.pop()) {
      const parent = members.push(next) - 1;
      const copies = this._copiesOf(next.id);
      length = Math.min(length, copies.length);
      copies.ids.sort((a, b) => compareIds(b, a)); // what is put there last comes first
      copies.ids.forEach(id => rest.push({ id, parent }));
    }
    const index = members.findIndex(({ id }) => compareIds(id, character) === 0);
    return { members, index, length };
  }

  /**
   * A character and all that it comes from, oldest first, and for how many characters
   * that is alike.
   */
  private _ancestors(character: IItemId): { ids: IItemId[]; length: number } {
    const ids = [character];
    const seen = new Set<string>();
    let length = Infinity;
    for (let id: IItemId | null = character; id;) {
      if (seen.has(keyOf(id))) {
        throw new TooLongError(); // it comes from itself
      }
      seen.add(keyOf(id));
      const source = this._sourceOf(id);
      length = Math.min(length, source.length);
      id = source.id;
      if (id) {
        ids.push(id);
      }
    }
    return { ids: ids.reverse(), length };
  }

  private _sourceOf(character: IItemId): { id: IItemId | null; length: number } {
    this._effort.look(1);
    const { entries, length } = this._copies.at(character);
    if (!entries.length) {
      return { id: null, length };
    }
    const [{ copy, source }] = entries; // who claims two has the first
    const id = {
      client: source.client,
      clock: source.clock + character.clock - copy.clock
    };
    return { id, length };
  }

  private _copiesOf(character: IItemId): { ids: IItemId[]; length: number } {
    this._effort.look(1);
    const found = this._sources.at(character);
    let { length } = found;
    const ids = found.entries.flatMap(part => {
      const { copy, source } = part;
      const id = {
        client: copy.client,
        clock: copy.clock + character.clock - source.clock
      };
      const claims = this._copies.at(id);
      length = Math.min(length, claims.length);
      return claims.entries[0] === part ? [id] : [];
    });
    return { ids, length };
  }

  private readonly _effort: Effort;
  private readonly _copies: Ranges<ICopy>;
  private readonly _sources: Ranges<ICopy>;
  private _last: ILast = NOTHING;
}

/**
 * The family that was asked for last: who asks for that of one character mostly asks for
 * that of the next.
 */
interface ILast {
  readonly first: IItemId;
  readonly family: IFamily | null;
}

const NOTHING: ILast = { first: { client: 0, clock: 0 }, family: null };

/**
 * The family of a character that follows another one, whose family is like its own.
 */
function following({ index, length, members }: IFamily, offset: number): IFamily {
  return {
    index,
    length: length - offset,
    members: members.map(({ id, parent }) => ({
      id: { client: id.client, clock: id.clock + offset },
      parent
    }))
  };
}

/**
 * Order parts of copies; any order will do that all peers agree on.
 */
function compareParts(a: ICopy, b: ICopy): number {
  return (
    compareIds(a.copy, b.copy) || compareIds(a.source, b.source) || a.length - b.length
  );
}
