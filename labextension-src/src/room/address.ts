// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { RoomChoice } from './choice';
import { linkFragment, readFragment } from './link';
import type { IPlace } from './place';
import { staticPlace } from './place';

/**
 * Make the address that people share.
 *
 * @param page - The address of the page; only where it is counts, not what it asks for.
 * @param path - The document's path now, or `null` for the page as such.
 * @param room - The room.
 * @param document - The document's id, which a link carries; `null` if it has none.
 * @param place - How addresses name documents.
 * @returns `null` without a room.
 */
export function shareUrl(
  page: string,
  path: string | null,
  room: RoomChoice,
  document: string | null = null,
  place: IPlace = staticPlace
): string | null {
  const url = new URL(page);
  url.search = '';
  url.hash = '';
  place.lead(url, path);
  switch (room.kind) {
    case 'link':
      url.hash = linkFragment({ ...room.link, document });
      return url.href;
    case 'named':
      url.searchParams.set('room', room.name);
      return url.href;
    default:
      return null;
  }
}

/**
 * Take the room out of an address: what is left may be seen, kept and sent to a
 * server.
 *
 * @returns The address without the link and the name of a room.
 */
export function withoutRoom(address: string): string {
  const url = new URL(address);
  if (readFragment(url.hash) !== null) {
    url.hash = '';
  }
  if (url.searchParams.has('room')) {
    url.searchParams.delete('room');
  }
  return url.href;
}
