// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IPerson } from '../people/identity';
import type { IRosterEntry } from '../people/roster';
import { aboutPerson, Avatar } from './avatars';
import { NameForm } from './name';

/**
 * Lists the people in the room. A click on oneself changes name and colour.
 */
export function People(props: People.IProps): JSX.Element {
  const { trans } = props;
  const [editing, setEditing] = React.useState(false);
  const mine = React.useRef<HTMLButtonElement>(null);
  const { rename } = props;
  const close = () => {
    setEditing(false);
    mine.current?.focus(); // the form had it
  };
  return (
    <>
      <ul className="jp-WebRTCShare-people">
        {props.people.map(person => (
          <li key={person.id}>
            <Avatar look={person} />
            {person.isMe && rename ? (
              <button
                ref={mine}
                type="button"
                className="jp-WebRTCShare-me"
                title={trans.__('Change your name and colour')}
                aria-expanded={editing}
                onClick={() => setEditing(!editing)}
              >
                {trans.__('%1 (you)', person.name)}
              </button>
            ) : (
              <span>{aboutPerson(person, null, trans)}</span>
            )}
            {!person.isMe && (
              <button
                type="button"
                className="jp-WebRTCShare-open"
                aria-label={trans.__('Follow %1', person.name)}
                onClick={() => props.follow(person.id)}
              >
                {trans.__('Follow')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {editing && rename && props.me && (
        <NameForm
          name={props.me.name}
          placeholder={props.me.name}
          color={props.me.color}
          trans={trans}
          skipLabel={trans.__('Cancel')}
          skip={close}
          choose={choice => {
            rename(choice);
            close();
          }}
        />
      )}
    </>
  );
}

/**
 * A namespace for `People` statics.
 */
export namespace People {
  /**
   * Who is listed.
   */
  export interface IProps {
    /** The people, oneself first. */
    readonly people: ReadonlyArray<IRosterEntry>;
    /** Who uses this page, if this browser says so and no server. */
    readonly me: IPerson | null;
    /** Goes where somebody is, and follows them. */
    readonly follow: (id: string) => void;
    /** Changes one's name and colour; `null` where a server says who one is. */
    readonly rename: ((choice: Pick<IPerson, 'name' | 'color'>) => void) | null;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
