// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentId, Lineage } from '../../src/room/ids';

/**
 * An id that begins with a name: as ids are, and in the order of the names.
 */
function idOf(name: string): string {
  const bytes = new TextEncoder().encode(name);
  const digits = [...bytes].map(byte => byte.toString(16).padStart(2, '0'));
  return digits.join('').padEnd(64, '0');
}

/** The id of a document that a test calls so. */
export const documentOf = (name: string) => idOf(name) as DocumentId;

/** The id of a history that a test calls so. */
export const lineageOf = (name: string) => idOf(name) as Lineage;
