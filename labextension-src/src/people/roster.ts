// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { personOf } from '../room/person';
import { isPlainPath } from '../room/path';
import { initials, MAX_NAME } from './identity';

/**
 * How somebody looks, wherever they are shown.
 */
export interface ILook {
  /** Tells people apart. */
  readonly id: string;
  /** Never empty. */
  readonly name: string;
  readonly initials: string;
  /** A CSS colour. */
  readonly color: string;
  /** A CSS colour for letters on that. */
  readonly ink: string;
}

/**
 * Somebody in the room, as they are shown in lists.
 */
export interface IRosterEntry extends ILook {
  readonly isMe: boolean;
  /** The path of the shared document that they look at, as far as they say so. */
  readonly path: string | null;
  /** Whether they have looked at something else for a while. */
  readonly isAway: boolean;
}

/**
 * The colours that others may have: what {@link Identity} writes, a theme's
 * variable or hexadecimal digits. Anything else would be a way to load things.
 */
const SAFE_COLOR = /^(var\(--jp-collaborator-color[1-7]\)|#[0-9a-f]{3}|#[0-9a-f]{6})$/i;

/**
 * The colour of somebody whose own can't be shown.
 */
const NO_COLOR = 'var(--jp-collaborator-color1)';

/**
 * List the people in an awareness, whatever peers wrote into it: oneself first,
 * the others by name, each once however many tabs they have.
 *
 * @param states - Awareness states by client id.
 * @param me - The person who uses this page.
 * @param nobody - What to call somebody without a name.
 */
export function roster(
  states: ReadonlyMap<number, { [key: string]: unknown }>,
  me: string,
  nobody: string
): IRosterEntry[] {
  const people = new Map<string, IRosterEntry>();
  for (const state of states.values()) {
    const look = lookOf(state?.['user'], nobody);
    if (!look) {
      continue;
    }
    const known = people.get(look.id);
    // who has several tabs is in the one that they look at
    const isHidden = state['away'] === true;
    const place = placeOf(state);
    people.set(look.id, {
      ...look,
      isMe: look.id === me,
      path: (isHidden && known?.path) || place || known?.path || null,
      isAway: isHidden && known?.isAway !== false
    });
  }
  return [...people.values()].sort(
    (a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name)
  );
}

/**
 * How somebody is shown, whatever they wrote about themself.
 *
 * @param user - The `user` of an awareness state.
 * @param nobody - What to call somebody without a name.
 * @returns `null` if it is no user.
 */
export function lookOf(user: unknown, nobody: string): ILook | null {
  const said = user as { [key: string]: unknown } | null | undefined;
  if (typeof said?.username !== 'string') {
    return null;
  }
  const called = said.display_name ?? said.name;
  const name = typeof called === 'string' ? [...called.trim()].slice(0, MAX_NAME) : [];
  const color = typeof said.color === 'string' ? said.color : '';
  return {
    id: personOf(said.username),
    name: name.join('') || nobody,
    initials: initials(name.join('')),
    color: SAFE_COLOR.test(color) ? color : NO_COLOR,
    ink: inkOn(color)
  };
}

/**
 * The document that somebody says they look at. In the Notebook app, where a page is
 * for one document, they don't say which of their documents it is.
 */
function placeOf(state: { [key: string]: unknown }): string | null {
  const { current, documents } = state;
  const open: unknown[] = Array.isArray(documents) ? documents : [];
  const path: unknown =
    typeof current === 'string'
      ? current.replace(/^\w+:/, '')
      : open.length === 1
        ? open[0]
        : null;
  return isPlainPath(path) ? path : null;
}

/**
 * Half way between black and white in WCAG's contrast: (L + 0.05)² = 0.05 × 1.05.
 */
const MIDDLE_LUMINANCE = 0.179;

/**
 * A colour for letters that can be read on a colour: a theme's own colours are pale
 * in a light theme and deep in a dark one.
 */
export function inkOn(color: string): string {
  if (!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color)) {
    return 'var(--jp-ui-font-color0)';
  }
  const digits = color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color;
  const [red, green, blue] = [1, 3, 5].map(at => {
    const value = parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > MIDDLE_LUMINANCE ? 'black' : 'white';
}
