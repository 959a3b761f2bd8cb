// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Clipboard } from '@jupyterlab/apputils';

/**
 * Copy a text; call it while the user's click is being handled.
 *
 * @returns Whether it worked.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    // absent on plain HTTP
    const clipboard = navigator.clipboard as globalThis.Clipboard | undefined;
    if (clipboard) {
      await clipboard.writeText(text);
    } else {
      Clipboard.copyToSystem(text);
    }
    return true;
  } catch {
    return false; // not allowed
  }
}
