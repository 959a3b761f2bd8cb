// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { AddressKind, IPeerDetails, IRouteSearch } from '../room/peers';
import type { IWebRtcManager } from '../tokens';

/**
 * How often to look at the connections while they are shown, in milliseconds.
 */
const LOOK_INTERVAL = 2000;

/**
 * Look at the connections to other pages, now and then.
 */
export function usePeers(manager: IWebRtcManager): ReadonlyArray<IPeerDetails> {
  const [peers, setPeers] = React.useState<ReadonlyArray<IPeerDetails>>([]);
  React.useEffect(() => {
    let current = true;
    const look = () => {
      manager.peers().then(
        found => {
          if (current) {
            setPeers(found);
          }
        },
        (reason: unknown) => {
          console.warn('The connections could not be looked at.', reason);
        }
      );
    };
    look();
    const timer = setInterval(look, LOOK_INTERVAL);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [manager]);
  return peers;
}

/**
 * Shows how the connection to each other page goes.
 */
export function PeerTable(props: PeerTable.IProps): JSX.Element {
  const { peers, trans } = props;
  return (
    // with many people it scrolls, also by the keyboard
    <div
      className="jp-WebRTCDiagnose-peers"
      role="region"
      tabIndex={0}
      aria-label={trans.__('Connections to other pages')}
    >
      <table>
        <caption>{trans.__('Connections to other pages')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Person')}</th>
            <th scope="col">{trans.__('Path')}</th>
            <th scope="col">{trans.__('Latency')}</th>
            <th scope="col">{trans.__('Sent')}</th>
            <th scope="col">{trans.__('Received')}</th>
            <th scope="col">{trans.__('Content')}</th>
          </tr>
        </thead>
        <tbody>
          {peers.map(peer => (
            <tr key={peer.id}>
              <th scope="row">{personWords(peer, trans)}</th>
              <td>{pathWords(peer, trans)}</td>
              <td>
                {peer.latency === null
                  ? '–'
                  : trans.__('%1 ms', Math.round(peer.latency))}
              </td>
              <td>{peer.path === 'tab' ? '–' : bytes(peer.sent)}</td>
              <td>{peer.path === 'tab' ? '–' : bytes(peer.received)}</td>
              <td>
                {peer.path === null
                  ? '–'
                  : peer.isInStep
                    ? trans.__('in step')
                    : trans.__('arriving')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/**
 * A namespace for `PeerTable` statics.
 */
export namespace PeerTable {
  /**
   * What is shown.
   */
  export interface IProps {
    /** The pages. */
    readonly peers: ReadonlyArray<IPeerDetails>;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

function personWords({ name, path }: IPeerDetails, trans: TranslationBundle): string {
  return path === 'tab'
    ? trans.__('Another tab of yours')
    : name || trans.__('Somebody');
}

/**
 * Say how a page is reached, or what was tried.
 */
export function pathWords(
  { path, search }: IPeerDetails,
  trans: TranslationBundle
): string {
  switch (path) {
    case 'tab':
      return trans.__('within this browser');
    case 'direct':
      return trans.__('direct');
    case 'turn':
      return trans.__('TURN server');
    case 'relay':
      return search
        ? trans.__('signaling server; no direct way: %1', searchWords(search, trans))
        : trans.__('signaling server');
    case null:
      return search
        ? trans.__('none: %1', searchWords(search, trans))
        : trans.__('none yet');
  }
}

/**
 * Say what was tried, for whoever looks after the network.
 */
function searchWords(search: IRouteSearch, trans: TranslationBundle): string {
  const { failed, local, refusingServers, remote, silentServers } = search;
  const words = [
    trans.__(
      'this page offers %1, the other one %2',
      kindWords(local, trans),
      kindWords(remote, trans)
    )
  ];
  if (failed > 0) {
    words.push(trans._n('%1 way failed', '%1 ways failed', failed));
  }
  for (const server of silentServers) {
    words.push(trans.__('%1 does not answer', server));
  }
  for (const server of refusingServers) {
    words.push(
      trans.__(
        '%1 refuses the name or password that this site has for it: they are wrong or have expired, tell whoever looks after the site',
        server
      )
    );
  }
  return words.join('; ');
}

function kindWords(
  kinds: ReadonlyArray<AddressKind>,
  trans: TranslationBundle
): string {
  const words: Record<AddressKind, string> = {
    host: trans.__('local'),
    srflx: trans.__('public'),
    prflx: trans.__('public'),
    relay: trans.__('TURN')
  };
  return [...new Set(kinds.map(kind => words[kind]))].join(', ') || trans.__('nothing');
}

/**
 * Write a size as people read it.
 */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(
    Math.floor(Math.log10(Math.max(count, 1)) / 3),
    units.length - 1
  );
  const value = count / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
