// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';

/**
 * What tells one version of a file from another. JupyterLite gives no hash.
 */
export type FileVersion = Pick<Contents.IModel, 'last_modified' | 'hash'>;

/**
 * Whether two versions of a file are one, as far as their drive can tell.
 */
export function isSameVersion(one: FileVersion, other: FileVersion | null): boolean {
  return one.hash && other?.hash
    ? one.hash === other.hash
    : one.last_modified === other?.last_modified;
}

/**
 * Somebody else has written a file meanwhile, which would be lost if this page wrote it
 * now.
 */
export class FileChanged extends Error {
  constructor(path: string) {
    super(`“${path}” was changed by somebody else since it was read here.`);
    this.name = 'FileChanged';
  }
}
