// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Doing } from '../people/activity';
import type { ILook, IRosterEntry } from '../people/roster';

import '../../style/avatars.css';

/**
 * How many people are shown one by one, oneself not counted; with more, one of these
 * places is for their number.
 */
const MAX_AVATARS = 6;

/**
 * The picture of a person: initials on their colour.
 */
export function Avatar(props: { look: ILook }): JSX.Element {
  const { color, initials, ink } = props.look;
  return (
    <span
      className="jp-WebRTCAvatar"
      style={{ backgroundColor: color, color: ink }}
      aria-hidden="true"
    >
      {initials}
    </span>
  );
}

/**
 * Say where somebody is and what they do, beside their name.
 */
export function aboutPerson(
  person: IRosterEntry,
  doing: Doing | null,
  trans: TranslationBundle
): string {
  const { isAway, isMe, name, path } = person;
  const file = path?.split('/').pop() ?? null;
  if (isMe) {
    return trans.__('%1 (you)', name);
  }
  if (isAway) {
    return trans.__('%1 is away', name);
  }
  if (file === null) {
    return name;
  }
  switch (doing) {
    case 'typing':
      return trans.__('%1 is typing in “%2”', name, file);
    case 'running':
      return trans.__('%1 is running code in “%2”', name, file);
    default:
      return trans.__('%1 is in “%2”', name, file);
  }
}

/**
 * Shows who is here, in a row. A click on somebody follows them, one on oneself
 * changes one's name and colour.
 */
export class Avatars extends ReactWidget {
  constructor(options: Avatars.IOptions) {
    super();
    this.addClass('jp-WebRTCAvatars');
    this._options = options;
  }

  protected override render(): JSX.Element {
    const { doing, edit, follow, following, more, people, trans } = this._options;
    const everybody = people();
    const me = everybody.find(({ isMe }) => isMe);
    const others = everybody.filter(({ isMe }) => !isMe);
    const shown =
      others.length > MAX_AVATARS ? others.slice(0, MAX_AVATARS - 1) : others;
    const rest = others.length - shown.length;
    const followed = following();
    return (
      <ul aria-label={trans.__('People')}>
        {shown.map(person => {
          const isFollowed = person.id === followed;
          const does = doing(person.id);
          const about = aboutPerson(person, does, trans);
          return (
            <li key={person.id}>
              <button
                type="button"
                title={
                  isFollowed
                    ? trans.__('%1. Click to stop following them.', about)
                    : trans.__('%1. Click to go there and follow them.', about)
                }
                aria-label={about}
                aria-pressed={isFollowed}
                data-away={person.isAway}
                data-doing={person.isAway ? undefined : (does ?? undefined)}
                onClick={() => follow(isFollowed ? null : person.id)}
              >
                <Avatar look={person} />
              </button>
            </li>
          );
        })}
        {rest > 0 && (
          <li>
            <button
              type="button"
              className="jp-WebRTCAvatars-more"
              title={trans.__('Show everybody')}
              aria-label={trans._n('%1 more person', '%1 more people', rest)}
              onClick={more}
            >
              {`+${rest}`}
            </button>
          </li>
        )}
        {me && (
          <li>
            <button
              type="button"
              title={trans.__('Change your name and colour')}
              aria-label={aboutPerson(me, null, trans)}
              disabled={!edit}
              onClick={edit ?? undefined}
            >
              <Avatar look={me} />
            </button>
          </li>
        )}
      </ul>
    );
  }

  private readonly _options: Avatars.IOptions;
}

/**
 * A namespace for `Avatars` statics.
 */
export namespace Avatars {
  /**
   * Who is shown.
   */
  export interface IOptions {
    /** The people in the room now, oneself first. */
    readonly people: () => ReadonlyArray<IRosterEntry>;
    /** What a person does now. */
    readonly doing: (id: string) => Doing | null;
    /** Who is followed. */
    readonly following: () => string | null;
    /** Follows somebody, or nobody any more. */
    readonly follow: (id: string | null) => void;
    /** Shows everybody. */
    readonly more: () => void;
    /** Changes one's name and colour; `null` where a server says who one is. */
    readonly edit: (() => void) | null;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
