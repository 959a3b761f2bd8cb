// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IShareLink } from './link';
import { formatShareLink, parseShareLink } from './link';
import type { IPageRequest } from './request';

/**
 * The room that a page is to be in.
 *
 * - `none`: nothing leaves the page.
 * - `named`: whoever knows the name is in.
 * - `link`: whoever holds the link is in.
 * - `invalid`: somebody followed a link that was cut or mistyped. Nothing leaves
 *   the page, and they are told.
 */
export type RoomChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'link'; readonly link: IShareLink }
  | { readonly kind: 'invalid' };

/**
 * Chooses the room of one tab. The first of these that says something decides:
 *
 * 1. the link in the address, `#room=…`, also a broken one;
 * 2. the name in the address, `?room=…`;
 * 3. what happened in this tab before: it was in the room of a link, or somebody left; or,
 *    where addresses lose the names of rooms, it was in one that its address named. Where
 *    they keep them, an address without one asks for no room;
 * 4. the name in the user's settings.
 *
 * Sharing and leaving, by hand, come before all of these, and are what the tab
 * remembers from then on.
 */
export class TabRoom {
  /**
   * @param request - What the page's address asks for.
   * @param storage - Survives a reload of the tab; the browser copies it into tabs
   * that the page opens.
   * @param site - The site's base URL: sites of one origin share the storage.
   * @param keepsRoom - Whether an address keeps the name of a room over reloads.
   */
  constructor(
    request: IPageRequest,
    storage: Storage | null,
    site: string,
    keepsRoom: boolean
  ) {
    this._storage = storage;
    this._keepsRoom = keepsRoom;
    this._key = `${STORAGE_PREFIX}${site}`;
    const { link, room } = request;
    if (link === 'invalid') {
      this._be({ kind: 'invalid' });
    } else if (link) {
      this.enter(link);
    } else if (room !== null) {
      this._be({ kind: 'named', name: room });
    } else {
      this._choice = this._recall();
    }
  }

  /**
   * The room to be in.
   *
   * @param setting - The name in the user's settings, or `null`.
   */
  choose(setting: string | null): RoomChoice {
    if (this._choice) {
      return this._choice;
    }
    return setting ? { kind: 'named', name: setting } : { kind: 'none' };
  }

  /**
   * Be in the room of a link from now on.
   */
  enter(link: IShareLink): void {
    this._be({ kind: 'link', link });
  }

  /**
   * Be in no room from now on, whatever address and settings say.
   */
  leave(): void {
    this._be({ kind: 'none' });
  }

  private _be(choice: RoomChoice): void {
    this._choice = choice;
    const isAsked = choice.kind === 'named' && this._keepsRoom;
    const text = isAsked ? null : remembered(choice);
    try {
      if (text === null) {
        this._storage?.removeItem(this._key);
      } else {
        this._storage?.setItem(this._key, text);
      }
    } catch {
      // full, or no access: a reload will have to come by the address again
    }
  }

  private _recall(): RoomChoice | null {
    try {
      return recalled(this._storage?.getItem(this._key) ?? '');
    } catch {
      return null; // no access
    }
  }

  private readonly _storage: Storage | null;
  private readonly _key: string;
  private readonly _keepsRoom: boolean;
  private _choice: RoomChoice | null = null;
}

/**
 * Tells our entry of the session storage from others'.
 */
const STORAGE_PREFIX = '@jupyterlite/webrtc-docprovider:room:';

/**
 * What is remembered of a tab in which somebody left.
 */
const LEFT = 'left';

/**
 * What the name of a room is remembered behind; no link has a colon.
 */
const NAMED = 'name:';

/**
 * Write down what a tab remembers of a room; `null` for nothing.
 */
function remembered(choice: RoomChoice): string | null {
  switch (choice.kind) {
    case 'none':
      return LEFT;
    case 'named':
      return `${NAMED}${choice.name}`;
    case 'link':
      return formatShareLink(choice.link);
    case 'invalid':
      return null;
  }
}

/**
 * Read what a tab remembers; `null` if it is nothing of ours.
 */
function recalled(text: string): RoomChoice | null {
  if (text === LEFT) {
    return { kind: 'none' };
  }
  if (text.startsWith(NAMED)) {
    return { kind: 'named', name: text.slice(NAMED.length) };
  }
  const link = parseShareLink(text);
  return link && { kind: 'link', link };
}
