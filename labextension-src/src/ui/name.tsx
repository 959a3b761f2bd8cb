// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IPerson } from '../people/identity';
import { COLORS, MAX_NAME } from '../people/identity';

import '../../style/name.css';

/**
 * Lets somebody choose the name and colour that others see.
 */
export function NameForm(props: NameForm.IProps): JSX.Element {
  const { trans } = props;
  const [name, setName] = React.useState(props.name);
  const [color, setColor] = React.useState(props.color);
  // a colour of the address or the settings may be none of the theme's
  const colors = COLORS.includes(props.color) ? COLORS : [props.color, ...COLORS];
  const form = React.useRef<HTMLFormElement>(null);
  React.useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <form
      ref={form}
      className="jp-WebRTCName"
      aria-label={trans.__('Your name')}
      onSubmit={event => {
        event.preventDefault();
        props.choose({ name, color });
      }}
    >
      <label>
        {trans.__('Your name, as others see it')}
        <input
          className="jp-mod-styled"
          type="text"
          value={name}
          placeholder={props.placeholder}
          maxLength={MAX_NAME}
          autoFocus={props.hasFocus}
          onFocus={event => event.target.select()}
          onKeyDown={event => {
            if (event.key === 'Escape' && props.hasFocus) {
              props.skip();
            }
          }}
          autoComplete="nickname"
          onChange={event => setName(event.target.value)}
        />
      </label>
      <div
        className="jp-WebRTCName-colors"
        role="radiogroup"
        aria-label={trans.__('Your colour')}
      >
        {colors.map((choice, i) => (
          <input
            key={choice}
            type="radio"
            name="webrtc-color"
            aria-label={trans.__('Colour %1', i + 1)}
            checked={choice === color}
            style={{ backgroundColor: choice }}
            onChange={() => setColor(choice)}
          />
        ))}
      </div>
      <div className="jp-WebRTCName-buttons">
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={props.skip}
        >
          {props.skipLabel}
        </button>
        <button type="submit" className="jp-mod-styled jp-mod-accept">
          {trans.__('Use this name')}
        </button>
      </div>
    </form>
  );
}

/**
 * A namespace for `NameForm` statics.
 */
export namespace NameForm {
  /**
   * What a form is made from.
   */
  export interface IProps {
    /** What the name field holds at first. */
    readonly name: string;
    /** What it shows while it is empty. */
    readonly placeholder: string;
    /** The colour at first: a CSS colour. */
    readonly color: string;
    /** Called with what was chosen. */
    readonly choose: (choice: Pick<IPerson, 'name' | 'color'>) => void;
    /** Called when somebody does not want to choose. */
    readonly skip: () => void;
    /** Whether the name field takes the focus, and Escape means to skip. */
    readonly hasFocus?: boolean;
    /** What the button says for that. */
    readonly skipLabel: string;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

/**
 * Asks somebody with a random name for theirs, in a corner of the page: it takes
 * neither the focus nor the way. Who wants to change their name finds it where they
 * clicked.
 */
export class NameCard extends ReactWidget {
  constructor(options: NameCard.IOptions) {
    super();
    this.addClass('jp-WebRTCNameCard');
    this.addClass('jp-ThemedContainer');
    this.toggleClass('jp-mod-wanted', options.isWanted === true);
    this._options = options;
  }

  protected override render(): JSX.Element {
    const { choose, isWanted, person, trans } = this._options;
    return (
      <NameForm
        name={isWanted ? person.name : ''}
        placeholder={person.name}
        color={person.color}
        trans={trans}
        hasFocus={isWanted}
        skipLabel={isWanted ? trans.__('Cancel') : trans.__('Not now')}
        skip={() => {
          if (!isWanted) {
            choose({});
          }
          this.dispose();
        }}
        choose={choice => {
          choose(choice);
          this.dispose();
        }}
      />
    );
  }

  private readonly _options: NameCard.IOptions;
}

/**
 * A namespace for `NameCard` statics.
 */
export namespace NameCard {
  /**
   * What a card is made from.
   */
  export interface IOptions {
    /** Whether the person wants to change their name; else they are asked for it. */
    readonly isWanted?: boolean;
    /** Who is asked. */
    readonly person: IPerson;
    /** Called with what they chose: nothing if they did not want to. */
    readonly choose: (choice: Partial<Pick<IPerson, 'name' | 'color'>>) => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
