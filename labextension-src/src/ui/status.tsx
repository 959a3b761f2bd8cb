// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { RoomState } from '../room/status';
import type { IWebRtcManager } from '../tokens';
import { offIcon, sharingIcon, troubleIcon } from './icons';

/**
 * How a state is shown.
 */
interface IPresentation {
  readonly icon: LabIcon;
  /** A few words, for the status bar. */
  readonly label: string;
  /** What it means, and what can be done about it. */
  readonly help: string;
}

/**
 * How many names a tooltip lists.
 */
const MAX_NAMES = 10;

/**
 * Shows the state of the room: in words to people, and as data attributes to
 * whoever looks at the page's elements.
 */
export class RoomStatus extends ReactWidget {
  constructor(options: RoomStatus.IOptions) {
    super();
    this._manager = options.manager;
    this._trans = options.trans;
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
    this.node.title = this._present(state, people).help;
  }

  protected override render(): JSX.Element {
    const { state, people } = this._manager.status;
    const { icon, label } = this._present(state, people);
    return (
      <>
        <icon.react className="jp-WebRTCStatus-icon" tag="span" width="16px" />
        <span className="jp-WebRTCStatus-label">{label}</span>
      </>
    );
  }

  private _onStateChanged(): void {
    this.update();
  }

  private _present(state: RoomState, people: ReadonlyArray<string>): IPresentation {
    const trans = this._trans;
    const room = this._manager.roomName ?? '';
    switch (state) {
      case 'off':
        return {
          icon: offIcon,
          label: trans.__('Not shared'),
          help: this._manager.disabled
            ? trans.__('Sharing is switched off. Switch it on in the settings.')
            : trans.__('Nothing is shared: this page is in no room.')
        };
      case 'wrong-key':
        return {
          icon: troubleIcon,
          label: trans.__('Wrong link'),
          help: trans.__(
            'The people in this room hold another key. Ask for a new link.'
          )
        };
      case 'syncing':
        return {
          icon: sharingIcon,
          label: trans.__('Receiving…'),
          help: trans.__('The content of the room “%1” is arriving.', room)
        };
      case 'unreachable':
        return {
          icon: troubleIcon,
          label: trans.__('Can’t reach others'),
          help: trans.__(
            'No signaling server answers, so nobody can be found in the room “%1”. Your work is safe in this browser, and is shared once a server answers. Check your connection; if it works, tell whoever runs this site.',
            room
          )
        };
      case 'connecting':
        return {
          icon: sharingIcon,
          label: trans.__('Connecting…'),
          help: trans.__('Looking for the people in the room “%1”.', room)
        };
      case 'alone':
        return {
          icon: sharingIcon,
          label: trans.__('Only you'),
          help: trans.__(
            'Nobody else is in the room “%1” yet. Anybody who opens this site and knows the name of the room can join.',
            room
          )
        };
      case 'relayed':
      case 'connected':
        return {
          icon: sharingIcon,
          label: trans._n('%1 other', '%1 others', people.length),
          help: trans.__('In the room “%1” with %2.', room, this._names(people))
        };
    }
  }

  private _names(people: ReadonlyArray<string>): string {
    const names = people
      .slice(0, MAX_NAMES)
      .map(name => name || this._trans.__('somebody'));
    const more = people.length - names.length;
    return more > 0
      ? this._trans._n('%2 and %1 more', '%2 and %1 more', more, names.join(', '))
      : names.join(', ');
  }

  private readonly _manager: IWebRtcManager;
  private readonly _trans: TranslationBundle;
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
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
