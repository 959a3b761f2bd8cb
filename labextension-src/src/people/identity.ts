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
interface IPerson {
  /** Random, the same in all tabs of this browser. */
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
}

/**
 * JupyterLab's colours for collaborators, which themes adjust.
 */
const COLORS = [1, 2, 3, 4, 5, 6, 7].map(n => `var(--jp-collaborator-color${n})`);

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
    try {
      storage?.setItem(STORAGE_KEY, JSON.stringify(this._remembered));
    } catch {
      // full, or no access: another person after a reload
    }
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
    return {
      id: this._remembered.id,
      name: username ?? this._remembered.name,
      color: usercolor ? `#${usercolor}` : this._remembered.color
    };
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

  private readonly _remembered: IPerson;
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
function recall(storage: Storage | null): IPerson | null {
  try {
    const person = JSON.parse(
      storage?.getItem(STORAGE_KEY) ?? 'null'
    ) as Partial<IPerson> | null;
    const { id, name, color } = person ?? {};
    return id && name && color ? { id, name, color } : null;
  } catch {
    return null; // somebody else's, or no access
  }
}
