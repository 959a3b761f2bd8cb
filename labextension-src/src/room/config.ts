// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PageConfig } from '@jupyterlab/coreutils';

import type { Relay, WebRTCConfigData } from './schema.generated';

/**
 * The keys of `jupyter-config-data` that are ours. The Python package's
 * `schema/webrtc.v0.schema.json` says what they mean.
 */
export interface ISiteConfig {
  /** Nothing is shared unless this is true. */
  readonly collaborative: boolean;

  /** The site's signaling servers, absolute; `null` if the site names none. */
  readonly signalingUrls: ReadonlyArray<string> | null;

  /** The site's part of a named room's secret; `null` if it has none. */
  readonly roomPrefix: string | null;

  /** The ICE servers; `null` if the site names none. */
  readonly iceServers: ReadonlyArray<RTCIceServer> | null;

  /** Which routes to a peer are allowed: all, or those through TURN servers only. */
  readonly iceTransportPolicy: RTCIceTransportPolicy;

  /** Whether encrypted data goes by way of signaling servers. */
  readonly relay: RelayMode;

  /** What was wrong with the values above, in words. */
  readonly warnings: ReadonlyArray<string>;
}

/**
 * Whether pages use the relay: where there is no direct path, or never, or always.
 */
export type RelayMode = Relay;

/**
 * y-webrtc's public demonstration server: what a site without a signaling
 * server gets, as it was with the predecessor.
 */
export const PUBLIC_SIGNALING_URLS: ReadonlyArray<string> = [
  'wss://y-webrtc-eu.fly.dev'
];

/**
 * A public STUN server, so that a site without any configuration connects two
 * homes. It is contacted only once a room is joined, and learns IP addresses.
 */
export const PUBLIC_ICE_SERVERS: ReadonlyArray<RTCIceServer> = [
  { urls: 'stun:stun.l.google.com:19302' }
];

/**
 * The policies of `RTCConfiguration.iceTransportPolicy`, the default first.
 */
const ICE_TRANSPORT_POLICIES: ReadonlyArray<RTCIceTransportPolicy> = ['all', 'relay'];

/**
 * The uses of the relay, the default first.
 */
const RELAY_MODES: ReadonlyArray<RelayMode> = ['auto', 'never', 'always'];

/**
 * Read our part of the page's configuration.
 *
 * Wrong values are ignored with a warning: the build refuses them, but a page
 * can be configured by hand.
 *
 * @param getOption - Reads one option as a string, JSON-encoded if it is none.
 * @param pageUrl - The address of the page, which relative URLs are resolved against.
 */
export function readSiteConfig(
  getOption: (name: keyof WebRTCConfigData) => string = PageConfig.getOption,
  pageUrl: string = window.location.href
): ISiteConfig {
  const warnings: string[] = [];

  const list = (name: keyof WebRTCConfigData): unknown[] | null => {
    const raw = getOption(name);
    if (!raw) {
      return null;
    }
    try {
      const value: unknown = JSON.parse(raw);
      if (Array.isArray(value)) {
        return value as unknown[];
      }
    } catch {
      // reported below
    }
    warnings.push(`${name} in the site's configuration is ignored: not a list: ${raw}`);
    return null;
  };

  const isString = (value: unknown): value is string => typeof value === 'string';
  const urls = list('fullWebRtcSignalingUrls') ?? list('signalingServers');
  const signalingUrls = urls?.flatMap(url => {
    const resolved = isString(url) ? resolveSignalingUrl(url, pageUrl) : null;
    if (resolved === null) {
      warnings.push(
        `fullWebRtcSignalingUrls: ${JSON.stringify(url)} is ignored: ` +
          'a signaling URL starts with ws://, wss:// or ./'
      );
    }
    return resolved ?? [];
  });

  const isIceServer = (value: unknown): value is RTCIceServer =>
    typeof value === 'object' && value !== null && 'urls' in value;
  const iceServers = list('webRtcIceServers')?.filter(server => {
    if (!isIceServer(server)) {
      warnings.push(
        `webRtcIceServers: ${JSON.stringify(server)} is ignored: it has no "urls"`
      );
      return false;
    }
    return true;
  }) as RTCIceServer[] | undefined;

  const policy = getOption('webRtcIceTransportPolicy');
  const iceTransportPolicy = ICE_TRANSPORT_POLICIES.find(known => known === policy);
  if (policy && iceTransportPolicy === undefined) {
    // who wrote something here meant to hide IP addresses, not to show them
    warnings.push(
      `webRtcIceTransportPolicy: ${policy} is neither all nor relay: taken as relay`
    );
  }

  const mode = getOption('webRtcRelay');
  const relay = RELAY_MODES.find(known => known === mode);
  if (mode && relay === undefined) {
    warnings.push(
      `webRtcRelay: ${mode} is neither auto, never nor always: taken as auto`
    );
  }

  return {
    collaborative: getOption('collaborative') === 'true',
    // a list of nothing but mistakes is as good as none; an empty one was meant
    signalingUrls:
      urls?.length && !signalingUrls?.length ? null : (signalingUrls ?? null),
    roomPrefix: getOption('webRtcRoomPrefix') || null,
    iceServers: iceServers ?? null,
    iceTransportPolicy: iceTransportPolicy ?? (policy ? 'relay' : 'all'),
    relay: relay ?? 'auto',
    warnings
  };
}

/**
 * Make a signaling URL absolute.
 *
 * JupyterLite's page turns `./x` into a path of the site before we see it, so
 * a path is accepted too, and means the server that the page came from.
 *
 * @returns The `ws://` or `wss://` URL, or `null` if it can't be one.
 */
export function resolveSignalingUrl(url: string, pageUrl: string): string | null {
  try {
    const resolved = new URL(url, pageUrl);
    if (/^wss?:$/.test(resolved.protocol)) {
      // lib0 connects to the very string, so that it also is the key under
      // which y-webrtc shares one socket: keep it as it was written
      return url;
    }
    if (/^\.?\//.test(url)) {
      resolved.protocol = resolved.protocol === 'https:' ? 'wss:' : 'ws:';
      return resolved.href;
    }
  } catch {
    // not a URL at all
  }
  return null;
}
