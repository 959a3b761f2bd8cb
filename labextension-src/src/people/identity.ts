// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { User } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { tabUsername } from '../room/person';

/**
 * How a person wants to be seen; what is `null` is chosen at random.
 */
export interface IWishes {
  readonly username: string | null;
  /** 3 or 6 hex digits, without `#`. */
  readonly usercolor: string | null;
}

/**
 * Who uses this browser, as far as others can tell.
 */
export interface IPerson {
  /** Random, the same in all tabs of this browser. */
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
}

/**
 * What this browser remembers of a person.
 */
interface IRemembered extends IPerson {
  /** Whether they were asked for their name, and gave one or did not want to. */
  readonly asked?: boolean;
}

/**
 * JupyterLab's colours for collaborators, which themes adjust.
 */
export const COLORS: ReadonlyArray<string> = [1, 2, 3, 4, 5, 6, 7].map(
  n => `var(--jp-collaborator-color${n})`
);

/**
 * The longest name, in characters: it fits beside a cursor, and peers write what they
 * like.
 */
export const MAX_NAME = 64;

/**
 * Moons, as Jupyter Server names people who did not say their name.
 */
const MOONS = [
  ...['Adrastea', 'Amalthea', 'Ananke', 'Ariel', 'Callisto', 'Carme', 'Charon'],
  ...['Despina', 'Dione', 'Elara', 'Enceladus', 'Europa', 'Ganymede', 'Himalia'],
  ...['Hyperion', 'Io', 'Larissa', 'Leda', 'Metis', 'Mimas', 'Miranda', 'Nereid'],
  ...['Oberon', 'Pandora', 'Phoebe', 'Proteus', 'Rhea', 'Sinope', 'Tethys', 'Thalassa'],
  ...['Thebe', 'Themisto', 'Titania', 'Triton', 'Umbriel']
];

/**
 * Where the person is remembered in the local storage.
 */
const STORAGE_KEY = '@jupyterlite/webrtc-docprovider:person';

/**
 * The identity of this tab.
 *
 * A person is remembered by the browser, so that all its tabs are one person,
 * who keeps a random name and colour.
 */
export class Identity {
  /**
   * @param storage - Remembers the person; without it each page is a new one.
   * @param wishes - How the person wants to be seen.
   * @param random - A source of numbers from 0 to 1.
   */
  constructor(storage: Storage | null, wishes: IWishes, random = Math.random) {
    const pick = <T>(choices: ReadonlyArray<T>): T =>
      choices[Math.floor(random() * choices.length)];
    this._remembered = recall(storage) ?? {
      id: UUID.uuid4(),
      name: `Anonymous ${pick(MOONS)}`,
      color: pick(COLORS)
    };
    this._storage = storage;
    this._remember(this._remembered);
    this._wishes = wishes;
  }

  /**
   * How the person wants to be seen.
   */
  set wishes(wishes: IWishes) {
    this._wishes = wishes;
  }

  /**
   * Who uses this browser.
   */
  get person(): IPerson {
    const { username, usercolor } = this._wishes;
    const { id, name, color } = this._remembered;
    return {
      id,
      name: this._chosen.name ?? username ?? name,
      color: this._chosen.color ?? (usercolor ? `#${usercolor}` : color)
    };
  }

  /**
   * Whether the name is a random one, and the person was never asked for theirs.
   */
  get isUnasked(): boolean {
    return !this._remembered.asked && this._wishes.username === null;
  }

  /**
   * Take the name and colour that the person chose in this page, or note that they
   * did not want to choose. The browser remembers them; but where an address or the
   * settings ask for others, those are back after a reload.
   */
  choose(choice: Partial<Pick<IPerson, 'name' | 'color'>>): void {
    const name = choice.name?.trim() || undefined;
    const { color } = choice;
    this._chosen = {
      name: name ?? this._chosen.name,
      color: color ?? this._chosen.color
    };
    this._remember({
      ...this._remembered,
      name: name ?? this._remembered.name,
      color: color ?? this._remembered.color,
      asked: true
    });
  }

  /**
   * The person as Jupyter's user service describes people.
   */
  get user(): User.IIdentity {
    const { id, name, color } = this.person;
    return {
      username: tabUsername(id, this._tab),
      name,
      display_name: name,
      initials: initials(name),
      color
    };
  }

  private _remember(person: IRemembered): void {
    this._remembered = person;
    try {
      this._storage?.setItem(STORAGE_KEY, JSON.stringify(person));
    } catch {
      // full, or no access: another person after a reload
    }
  }

  private readonly _storage: Storage | null;
  private _remembered: IRemembered;
  private _chosen: Partial<Pick<IPerson, 'name' | 'color'>> = {};
  private readonly _tab = UUID.uuid4();
  private _wishes: IWishes;
}

/**
 * The first letters of the first and last word of a name.
 */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  // by code point: a name may start with an emoji
  return ends.map(word => [...word][0] ?? '').join('');
}

/**
 * Read the person whom this browser remembers.
 */
function recall(storage: Storage | null): IRemembered | null {
  try {
    const person = JSON.parse(
      storage?.getItem(STORAGE_KEY) ?? 'null'
    ) as Partial<IRemembered> | null;
    const { id, name, color, asked } = person ?? {};
    return id && name && color ? { id, name, color, asked: asked === true } : null;
  } catch {
    return null; // somebody else's, or no access
  }
}
