// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Separates the person from the tab in a user name.
 */
const SEPARATOR = '/';

/**
 * Make the user name of one tab of a person.
 *
 * Jupyter tells users apart by their user name, and hides those who have one's
 * own; people are counted by person, and may have several tabs.
 */
export function tabUsername(person: string, tab: string): string {
  return `${person}${SEPARATOR}${tab}`;
}

/**
 * The person behind a user name.
 */
export function personOf(username: string): string {
  return username.split(SEPARATOR, 1)[0];
}

/**
 * The people in an awareness, whatever peers wrote into it.
 *
 * @param states - Awareness states by client id.
 * @returns A map from person to the name that they chose.
 */
export function peopleOf(
  states: ReadonlyMap<number, { [key: string]: unknown }>
): ReadonlyMap<string, string> {
  const people = new Map<string, string>();
  for (const state of states.values()) {
    const user = state?.['user'] as { [key: string]: unknown } | null | undefined;
    if (typeof user?.username === 'string') {
      people.set(personOf(user.username), calledIn(state) ?? '');
    }
  }
  return people;
}

/**
 * What somebody is called, whatever they wrote about themself.
 *
 * @param state - Their awareness state, if there is one.
 * @returns `null` if they do not say.
 */
export function calledIn(
  state: { readonly [key: string]: unknown } | null | undefined
): string | null {
  const user = state?.['user'] as { [key: string]: unknown } | null | undefined;
  const name = user?.display_name ?? user?.name;
  return typeof name === 'string' ? name : null;
}
