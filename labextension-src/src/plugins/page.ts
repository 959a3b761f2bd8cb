// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PageConfig } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { withoutRoom } from '../room/address';
import { readSiteConfig } from '../room/config';
import { serverPlace, staticPlace } from '../room/place';
import type { IPageRequest } from '../room/request';
import { readPageRequest } from '../room/request';

/**
 * What the site configures.
 */
export const siteConfig = readSiteConfig();

/**
 * Whether this is a page of a static site, and not of a Jupyter server.
 *
 * On a static site nobody else knows who the user is: our addon has the plugin of
 * JupyterLite disabled that ours takes the place of.
 */
export const isStatic = PageConfig.Extension.isDisabled(
  '@jupyterlite/services-extension:user-manager'
);

/**
 * Whether pages run cells, and no server does that for them.
 */
export const runsCells = PageConfig.getOption('serverSideExecution') !== 'true';

/**
 * How addresses of pages name documents.
 */
export const place = isStatic
  ? staticPlace
  : serverPlace(ServerConnection.makeSettings().baseUrl);

/**
 * The address of this page when its code was loaded, without any room.
 */
export const pageUrl = withoutRoom(window.location.href);

/**
 * What the address of this page asked for when its code was loaded, before
 * Jupyter's router changed it.
 */
export const pageRequest = takePageRequest();

/**
 * What this browser remembers, or `null` where it denies access.
 */
export const localStorage = available(() => window.localStorage);

/**
 * What this tab remembers over a reload, or `null` where the browser denies access.
 */
export const sessionStorage = available(() => window.sessionStorage);

function available(storage: () => Storage): Storage | null {
  try {
    return storage();
  } catch {
    return null;
  }
}

/**
 * Read the address, and take a link out of it: who looks at the screen, or gets the
 * address copied, does not get into the room.
 *
 * A site that does not collaborate is left alone.
 */
function takePageRequest(): IPageRequest {
  if (!siteConfig.collaborative) {
    return readPageRequest(window.location.search);
  }
  const request = requestOf(window.location.href);
  if (request.link !== null) {
    clearAddress();
  }
  // a link that is pasted into the address bar of this very page
  window.addEventListener('hashchange', ({ newURL }) => {
    // Lab may have changed the address meanwhile
    const pasted = requestOf(newURL);
    if (pasted.link !== null && !join?.(pasted)) {
      changeAddress(newURL);
      window.location.reload();
    }
  });
  return request;
}

function requestOf(address: string): IPageRequest {
  const page = new URL(address);
  return readPageRequest(page.search, page.hash, place.pathsOf(page));
}

let join: ((request: IPageRequest) => boolean) | null = null;

/**
 * Have links that are pasted into the address bar of this page followed without a
 * reload.
 *
 * @param handler - Returns whether it follows what the address asks for.
 */
export function onLinkPasted(handler: (request: IPageRequest) => boolean): void {
  join = handler;
}

/**
 * Take the room out of the page's address.
 */
export function clearAddress(): void {
  changeAddress(withoutRoom(window.location.href));
}

/**
 * Follow a renamed file in the page's address: pages for one document keep its path
 * there.
 */
export function renameInAddress(oldPath: string, newPath: string): void {
  const page = new URL(window.location.href);
  place.follow(page, oldPath, newPath);
  changeAddress(page.href);
}

function changeAddress(address: string): void {
  if (address !== window.location.href) {
    window.history.replaceState(window.history.state, '', address);
  }
}
