// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { readSiteConfig } from '../room/config';
import { readPageRequest } from '../room/request';

/**
 * What the address of this page asked for when its code was loaded, before
 * Jupyter's router changed it.
 */
export const pageRequest = readPageRequest(window.location.search);

/**
 * What the site configures.
 */
export const siteConfig = readSiteConfig();

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
