// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Follower } from '../people/follow';

import '../../style/following.css';

/**
 * Says who is followed, in their colour, and how to stop that.
 */
export class FollowBar extends ReactWidget {
  constructor(options: FollowBar.IOptions) {
    super();
    this.addClass('jp-WebRTCFollow');
    this.addClass('jp-ThemedContainer');
    this.node.setAttribute('role', 'status');
    this._options = options;
    options.follower.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  override dispose(): void {
    this._options.follower.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected override render(): JSX.Element | null {
    const { follower, open, trans } = this._options;
    const { isElsewhere, person } = follower;
    if (!person) {
      return null;
    }
    const { name, path } = person;
    return (
      <>
        <span>
          {isElsewhere
            ? trans.__('%1 is in “%2”, which is not open here.', name, path)
            : path === null
              ? trans.__('%1 looks at nothing that is shared.', name)
              : trans.__('You follow %1, until you do something yourself.', name)}
        </span>
        {isElsewhere && path !== null && (
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={() => open(path)}
          >
            {trans.__('Open it')}
          </button>
        )}
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={() => follower.stop()}
        >
          {trans.__('Stop following')}
        </button>
      </>
    );
  }

  private _onChanged(): void {
    const { person } = this._options.follower;
    this.setHidden(person === null);
    document.body.classList.toggle('jp-mod-webrtcFollowing', person !== null);
    document.body.style.setProperty('--jp-webrtc-followed', person?.color ?? '');
    this.update();
  }

  private readonly _options: FollowBar.IOptions;
}

/**
 * A namespace for `FollowBar` statics.
 */
export namespace FollowBar {
  /**
   * What is shown.
   */
  export interface IOptions {
    /** Follows somebody. */
    readonly follower: Follower;
    /** Opens a document that others share. */
    readonly open: (path: string) => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
