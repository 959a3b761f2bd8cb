// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { IPerson } from '../people/identity';
import type { IRosterEntry } from '../people/roster';
import type { DocumentAtPath, IWebRtcManager } from '../tokens';
import { copyText } from './clipboard';
import { People } from './people';
import { QRCode } from './qr';
import { access, privacy } from './sharewords';

import '../../style/share.css';

/**
 * Shows how this page is shared: the link, the documents, the people, and who can
 * get in.
 */
export class ShareBody extends ReactWidget {
  constructor(options: ShareBody.IOptions) {
    super();
    this.addClass('jp-WebRTCShare');
    this._options = options;
    const { manager, peopleChanged } = options;
    manager.stateChanged.connect(this._onChanged, this);
    peopleChanged?.connect(this._onChanged, this);
  }

  override dispose(): void {
    const { manager, peopleChanged } = this._options;
    manager.stateChanged.disconnect(this._onChanged, this);
    peopleChanged?.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    return <Share {...this._options} />;
  }

  private _onChanged(): void {
    this.update();
  }

  private readonly _options: ShareBody.IOptions;
}

/**
 * A namespace for `ShareBody` statics.
 */
export namespace ShareBody {
  /**
   * What is shown.
   */
  export interface IOptions {
    /** Knows the room. */
    readonly manager: IWebRtcManager;
    /** The document in front, or `null`, also as long as it is being opened. */
    readonly current: () => DocumentAtPath | null;
    /** The people in the room now, oneself first. */
    readonly people: () => ReadonlyArray<IRosterEntry>;
    /** The paths of what only others share. */
    readonly offers: () => ReadonlyArray<string>;
    /** Shares a document that others share, and opens it. */
    readonly accept: (path: string) => void;
    /** Emitted when people, what they share, or the document in front change. */
    readonly peopleChanged: ISignal<unknown, unknown> | null;
    /** Who uses this page, if this browser says so and no server. */
    readonly me: () => IPerson | null;
    /** Goes where somebody is, and follows them. */
    readonly follow: (id: string) => void;
    /** Makes a private copy of the document in front, and opens it. */
    readonly copyPrivately: () => void;
    /** Changes one's name and colour; `null` where a server says who one is. */
    readonly rename: ((choice: Pick<IPerson, 'name' | 'color'>) => void) | null;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

function Share(props: ShareBody.IOptions): JSX.Element {
  const { manager, trans } = props;
  const current = props.current();
  const { room, sharedPaths } = manager;
  const isShared = current !== null && sharedPaths.includes(current.path);
  const target = isShared ? current.path : (sharedPaths[0] ?? null);
  const url = manager.shareUrl(target);
  const people = props.people();
  return (
    <>
      {url !== null && (
        <section className="jp-WebRTCShare-link">
          <div>
            <CopyField url={url} trans={trans} />
            <p>{access(room, trans)}</p>
            <p>
              {`${privacy(room, trans)} `}
              {trans.__(
                'Everybody has a kernel of their own: outputs are shared, variables are not, and code runs only where somebody runs it themself.'
              )}
            </p>
          </div>
          <QRCode
            text={url}
            label={trans.__('QR code of the link: make it larger or smaller')}
          />
        </section>
      )}
      <section>
        <h3>{trans.__('Shared documents')}</h3>
        <ul className="jp-WebRTCShare-documents">
          {sharedPaths.map(path => (
            <li key={path}>
              <span title={path}>{path}</span>
              <button
                type="button"
                className="jp-WebRTCShare-remove"
                title={trans.__('Stop sharing “%1”', path)}
                aria-label={trans.__('Stop sharing “%1”', path)}
                onClick={() => manager.unshare(path)}
              >
                <closeIcon.react tag="span" width="16px" />
              </button>
            </li>
          ))}
          {!sharedPaths.length && <li>{trans.__('None')}</li>}
          {props.offers().map(path => (
            <li key={path}>
              <span title={path}>{trans.__('%1 (shared by others)', path)}</span>
              <button
                type="button"
                className="jp-WebRTCShare-open"
                aria-label={trans.__('Open “%1”', path)}
                onClick={() => props.accept(path)}
              >
                {trans.__('Open')}
              </button>
            </li>
          ))}
        </ul>
        {current !== null && isShared && (
          <p className="jp-WebRTCShare-private">
            <button
              type="button"
              className="jp-mod-styled jp-mod-reject"
              onClick={props.copyPrivately}
            >
              {trans.__('Open a private copy')}
            </button>
            <span>
              {trans.__('To follow along, and try things out that nobody else sees.')}
            </span>
          </p>
        )}
        {current !== null && !isShared && (
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={() => manager.share(current)}
          >
            {trans.__('Also share “%1”', current.path)}
          </button>
        )}
      </section>
      <section>
        <h3>{trans._n('%1 person here', '%1 people here', people.length)}</h3>
        <People
          people={people}
          me={props.me()}
          follow={props.follow}
          rename={props.rename}
          trans={trans}
        />
      </section>
    </>
  );
}

/**
 * The link, and a button that copies it.
 */
function CopyField(props: { url: string; trans: TranslationBundle }): JSX.Element {
  const { trans, url } = props;
  const [copied, setCopied] = React.useState<boolean | null>(null);
  const input = React.useRef<HTMLInputElement>(null);
  const copy = async () => {
    const done = await copyText(url);
    setCopied(done);
    if (input.current) {
      selectAll(input.current); // by hand, then
    }
  };
  return (
    <>
      <label>
        {trans.__('Link to this room')}
        <span className="jp-WebRTCShare-copy">
          <input
            ref={input}
            className="jp-mod-styled"
            type="text"
            readOnly
            // JupyterLab focuses it, too, but only once the browser has nothing to do
            autoFocus
            value={url}
            onFocus={event => selectAll(event.target)}
          />
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={() => void copy()}
          >
            {trans.__('Copy')}
          </button>
        </span>
      </label>
      <p role="status" className="jp-WebRTCShare-copied">
        {copied === true && trans.__('The link is copied.')}
        {copied === false &&
          trans.__('The browser did not allow it: press Ctrl-C to copy the link.')}
      </p>
    </>
  );
}

/**
 * Select a text so that its start stays in view: that is where the site can be read.
 */
function selectAll(input: HTMLInputElement): void {
  input.select();
  requestAnimationFrame(() => {
    input.scrollLeft = 0; // the browser shows the end
  });
}
