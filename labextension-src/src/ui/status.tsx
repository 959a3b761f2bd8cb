// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { IWebRtcManager } from '../tokens';
import { offIcon, sharingIcon, troubleIcon } from './icons';
import type { IFullPresentation } from './words';
import { present } from './words';

/**
 * The pictures of states.
 */
const ICONS = { off: offIcon, sharing: sharingIcon, trouble: troubleIcon };

/**
 * Shows the state of the room: in words to people, and as data attributes to
 * whoever looks at the page's elements.
 */
export class RoomStatus extends ReactWidget {
  constructor(options: RoomStatus.IOptions) {
    super();
    this._manager = options.manager;
    this._trans = options.trans;
    this._diagnose = options.diagnose;
    this.addClass('jp-WebRTCStatus');
    this.node.setAttribute('role', 'status');
    this._manager.stateChanged.connect(this._onStateChanged, this);
    this._onStateChanged();
  }

  override dispose(): void {
    this._manager.stateChanged.disconnect(this._onStateChanged, this);
    super.dispose();
  }

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    const { state, people } = this._manager.status;
    this.node.dataset.state = state;
    this.node.dataset.peers = `${people.length}`;
    const { help, notes } = this._present();
    this.node.title = [help, ...notes].join(' ');
    // upstream's panel of people is of no use without a room
    document.body.classList.toggle('jp-mod-webrtcRoom', state !== 'off');
  }

  protected override render(): JSX.Element {
    const { icon, label } = this._present();
    const Icon = ICONS[icon].react;
    if (this._manager.status.state === 'off') {
      return <span>{label}</span>; // for screen readers only
    }
    return (
      <button
        type="button"
        className="jp-WebRTCStatus-button"
        aria-label={label}
        onClick={() => this._diagnose()}
      >
        <Icon className="jp-WebRTCStatus-icon" tag="span" width="16px" />
        <span className="jp-WebRTCStatus-label">{label}</span>
      </button>
    );
  }

  private _onStateChanged(): void {
    this.update();
  }

  private _present(): IFullPresentation {
    return present(this._manager, this._manager.status, this._trans);
  }

  private readonly _manager: IWebRtcManager;
  private readonly _trans: TranslationBundle;
  private readonly _diagnose: () => void;
}

/**
 * A namespace for `RoomStatus` statics.
 */
export namespace RoomStatus {
  /**
   * What a status item is made from.
   */
  export interface IOptions {
    /** Knows the room. */
    readonly manager: IWebRtcManager;
    /** Shows the details, when somebody clicks. */
    readonly diagnose: () => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
