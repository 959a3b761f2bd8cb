// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import * as Y from 'yjs';

import type { DocumentAtPath } from '../tokens';

/**
 * Tell what kind of document a shared model holds.
 *
 * @returns The kind, or `null` for models that only their own factory knows: they
 * can't be shared.
 */
export function documentKind(
  contentType: string,
  model: YDocument<DocumentChange>
): 'notebook' | 'text' | null {
  if (contentType === 'notebook') {
    return 'notebook';
  }
  const source: unknown = (model as unknown as { ysource?: unknown }).ysource;
  return source instanceof Y.Text ? 'text' : null;
}

/**
 * As what a file is opened.
 */
export function kindOf({
  contentType,
  format
}: Pick<DocumentAtPath, 'contentType' | 'format'>): string {
  return `${contentType}/${format}`;
}
