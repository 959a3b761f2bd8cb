// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

declare const document: unique symbol;
declare const lineage: unique symbol;

/**
 * The id of a document in a room: 64 lower-case hexadecimal digits. Nothing else becomes
 * the key of anything that is kept.
 */
export type DocumentId = string & { readonly [document]: true };

/**
 * The id of a history of a document: 64 lower-case hexadecimal digits.
 */
export type Lineage = string & { readonly [lineage]: true };

/**
 * What ids look like: SHA-256, and HMAC with it.
 */
const ID = /^[0-9a-f]{64}$/;

/**
 * Take a text that somebody wrote for the id of a document.
 *
 * @returns `null` if it is none.
 */
export function parseDocumentId(text: unknown): DocumentId | null {
  return isId(text) ? (text as DocumentId) : null;
}

/**
 * Take a text that somebody wrote for the id of a history.
 *
 * @returns `null` if it is none.
 */
export function parseLineage(text: unknown): Lineage | null {
  return isId(text) ? (text as Lineage) : null;
}

/**
 * What a record says of documents, one by one.
 */
export function entriesOf<T>(
  record: Readonly<Record<DocumentId, T>>
): [id: DocumentId, value: T][] {
  return Object.entries<T>(record).flatMap(([key, value]) => {
    const id = parseDocumentId(key);
    return id === null ? [] : [[id, value]];
  });
}

function isId(text: unknown): text is string {
  return typeof text === 'string' && ID.test(text);
}
