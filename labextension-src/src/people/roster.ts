// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { personOf } from '../room/person';
import { initials } from './identity';

/**
 * Somebody in the room, as they are shown in lists.
 */
export interface IRosterEntry {
  /** Tells people apart. */
  readonly id: string;
  /** Never empty. */
  readonly name: string;
  readonly initials: string;
  /** A CSS colour. */
  readonly color: string;
  /** A CSS colour for letters on that. */
  readonly ink: string;
  readonly isMe: boolean;
}

/**
 * The longest name that is shown, in code points: peers write what they like.
 */
const MAX_NAME = 64;

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
    const user = state?.['user'] as { [key: string]: unknown } | null | undefined;
    if (typeof user?.username !== 'string') {
      continue;
    }
    const id = personOf(user.username);
    const said = user.display_name ?? user.name;
    const name = typeof said === 'string' ? [...said.trim()].slice(0, MAX_NAME) : [];
    const color = typeof user.color === 'string' ? user.color : '';
    people.set(id, {
      id,
      name: name.join('') || nobody,
      initials: initials(name.join('')),
      color: SAFE_COLOR.test(color) ? color : NO_COLOR,
      ink: inkOn(color),
      isMe: id === me
    });
  }
  return [...people.values()].sort(
    (a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name)
  );
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
