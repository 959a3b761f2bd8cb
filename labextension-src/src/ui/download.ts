// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PathExt } from '@jupyterlab/coreutils';

/**
 * How long a browser may take to begin with a download, in milliseconds.
 */
const BEGIN_TIME = 60_000;

/**
 * Let the browser download a file.
 *
 * @param path - Where it is in the drive.
 * @param content - What it holds: a text, or what becomes JSON.
 */
export function download(path: string, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  // a type that says more would let browsers change the name
  const file = new Blob([text], { type: 'application/octet-stream' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = PathExt.basename(path);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), BEGIN_TIME);
}
