// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ignored } from '../room/ignored';
import { publicPart } from '../room/refused';
import type { IWebRtcManager } from '../tokens';
import { copyText } from './clipboard';
import type { IServer } from './diagnosis';
import { browserNeeds, ignoredWords, probe, report, roomKind } from './diagnosis';
import { PeerTable, usePeers } from './peers';
import { present } from './words';

import '../../style/diagnose.css';

/**
 * Shows the details of the connection, and what is wrong with it.
 */
export class DiagnoseBody extends ReactWidget {
  constructor(options: DiagnoseBody.IOptions) {
    super();
    this.addClass('jp-WebRTCDiagnose');
    this._options = options;
    options.manager.stateChanged.connect(this._onChanged, this);
    ignored.changed.connect(this._onChanged, this);
  }

  override dispose(): void {
    this._options.manager.stateChanged.disconnect(this._onChanged, this);
    ignored.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    return <Diagnose {...this._options} />;
  }

  private _onChanged(): void {
    this.update();
  }

  private readonly _options: DiagnoseBody.IOptions;
}

/**
 * A namespace for `DiagnoseBody` statics.
 */
export namespace DiagnoseBody {
  /**
   * What is looked at.
   */
  export interface IOptions {
    /** Knows the room. */
    readonly manager: IWebRtcManager;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

function Diagnose(props: DiagnoseBody.IOptions): JSX.Element {
  const { manager, trans } = props;
  const [copied, setCopied] = React.useState(false);
  const isInRoom = manager.session !== null;
  // without a room nothing leaves the page, not even to see whether somebody answers
  const urls = isInRoom ? manager.signalingUrls : [];
  const servers = useServers(urls);
  const peers = usePeers(manager);
  const needs = browserNeeds(trans);
  const { help, label, notes } = present(manager, manager.status, trans);
  const taken = ignoredWords(ignored.names, trans);
  const { connectionsMade, refused } = manager.status.details;
  return (
    <>
      <p className="jp-WebRTCDiagnose-state">
        <strong>{label}</strong>
        {' – '}
        {help}
      </p>
      <dl>
        <dt>{trans.__('Room')}</dt>
        <dd>{roomKind(manager, trans)}</dd>
        <dt>{trans.__('Signaling servers')}</dt>
        <dd>
          {!isInRoom
            ? trans.__('Not contacted without a room')
            : urls.length === 0 && trans.__('None: only tabs of this browser share')}
          {urls.map(url => (
            <div key={url}>
              {publicPart(url)}:{' '}
              {refused.some(({ address }) => address === publicPart(url))
                ? trans.__('not used')
                : words(servers.get(url), trans)}
            </div>
          ))}
        </dd>
        {isInRoom && <dt>{trans.__('Connections made')}</dt>}
        {isInRoom && (
          <dd>{trans.__('%1 since this page was loaded', connectionsMade)}</dd>
        )}
        {notes.length > 0 && <dt>{trans.__('To be mended')}</dt>}
        {notes.length > 0 && (
          <dd>
            {notes.map(note => (
              <div key={note}>{note}</div>
            ))}
          </dd>
        )}
        {taken !== null && <dt>{trans.__('Ignored')}</dt>}
        {taken !== null && <dd>{taken}</dd>}
        <dt>{trans.__('This browser')}</dt>
        <dd>
          {needs.map(({ isThere, name, remedy }) => (
            <div key={name}>
              {isThere
                ? trans.__('%1: works', name)
                : trans.__('%1: missing. %2', name, remedy)}
            </div>
          ))}
        </dd>
      </dl>
      {peers.length > 0 && <PeerTable peers={peers} trans={trans} />}
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => {
          const text = report(manager, [...servers.values()], needs, peers);
          void copyText(text).then(setCopied);
        }}
      >
        {trans.__('Copy report')}
      </button>
      <span role="status" className="jp-WebRTCDiagnose-copied">
        {copied && trans.__('Copied. It holds no link and no names.')}
      </span>
    </>
  );
}

/**
 * Try to reach servers, once.
 */
function useServers(urls: ReadonlyArray<string>): ReadonlyMap<string, IServer> {
  const [servers, setServers] = React.useState<ReadonlyMap<string, IServer>>(new Map());
  const key = urls.join(' ');
  React.useEffect(() => {
    let current = true;
    for (const url of urls) {
      void probe(url).then(server => {
        if (current) {
          setServers(known => new Map([...known, [url, server]]));
        }
      });
    }
    return () => {
      current = false;
    };
  }, [key]);
  return servers;
}

function words(server: IServer | undefined, trans: TranslationBundle): string {
  if (!server) {
    return trans.__('trying…');
  }
  return server.latency === null
    ? trans.__('does not answer')
    : trans.__('answers in %1 ms', Math.round(server.latency));
}
