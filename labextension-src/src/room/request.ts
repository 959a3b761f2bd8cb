// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { FragmentRoom } from './link';
import { readFragment } from './link';
import { searchedPaths } from './place';

/**
 * What the page's address asks for. It is read before anything else runs: Lab
 * consumes `path`, and its router may rewrite the rest.
 */
export interface IPageRequest {
  /** The link to a room, `invalid` if it is a broken one, or `null`. */
  readonly link: FragmentRoom;

  /** The name of the `room` to join, or `null`. */
  readonly room: string | null;

  /** The `username` to show to others, or `null`. */
  readonly username: string | null;

  /** The `usercolor` to show to others, 3 or 6 hex digits, or `null`. */
  readonly usercolor: string | null;

  /** The documents that the address names: opening them is on purpose. */
  readonly paths: ReadonlyArray<string>;
}

/**
 * A colour of the settings and the URL parameter: hex digits without `#`.
 */
const HEX_COLOR = /^([0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * Read what a page's address asks for.
 *
 * @param search - The query string, with or without its `?`.
 * @param fragment - The fragment, with or without its `#`.
 * @param paths - The documents that the address names: those of the query string,
 * unless the page is a server's.
 */
export function readPageRequest(
  search: string,
  fragment = '',
  paths = searchedPaths(search)
): IPageRequest {
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name)?.trim() || null;
  const usercolor = text('usercolor');
  return {
    link: readFragment(fragment),
    room: text('room'),
    username: text('username'),
    usercolor: usercolor && HEX_COLOR.test(usercolor) ? usercolor : null,
    paths
  };
}

/**
 * The part of a named room's secret that tells one site from another.
 *
 * It is stable, also on localhost (where the predecessor made a new one on
 * every read, so that local peers never met) and holds the base URL, so that
 * the sites of one `user.github.io` don't share rooms.
 *
 * @param baseUrl - The site's base URL, absolute.
 * @param isServer - Whether it is a Jupyter server's: the users of one JupyterHub have
 * servers, and base URLs, of their own, and the same origin.
 */
export function defaultRoomPrefix(baseUrl: string, isServer = false): string {
  const url = new URL(baseUrl);
  if (['127.0.0.1', '[::1]'].includes(url.hostname)) {
    url.hostname = 'localhost';
  }
  if (isServer) {
    return url.origin;
  }
  return `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
}
