// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as Y from 'yjs';

/**
 * How deep values may be nested: more than any file, and less than makes `JSON.stringify`
 * give up.
 */
const MAX_DEPTH = 100;

/**
 * Whether all that an entry holds is JSON, which can be copied, compared and saved: Yjs
 * also has shared types, bytes and integers of 64 bits there.
 */
export function isPlain({ content }: Y.Item): boolean {
  return content instanceof Y.ContentAny && content.arr.every(value => isJson(value));
}

/**
 * Whether an entry is a part of a text that an editor shows: others have no place there.
 */
export function isLetters({ content }: Y.Item): boolean {
  return content instanceof Y.ContentString;
}

function isJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'bigint':
      return false;
    case 'object':
      if (value === null) {
        return true;
      }
      if (depth === MAX_DEPTH) {
        return false;
      }
      if (Array.isArray(value)) {
        return value.every(one => isJson(one, depth + 1));
      }
      return (
        !ArrayBuffer.isView(value) &&
        Object.values(value).every(one => isJson(one, depth + 1))
      );
    default:
      return true;
  }
}
