// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Ask whether to run cells that others have changed since the user last saw them.
 *
 * @param count - How many cells.
 * @returns Whether to run them; if not, the user wants to see them.
 */
export async function askBeforeRunning(
  count: number,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Run what others have changed?'),
    body: trans._n(
      'Somebody else has changed this cell since you last saw it.',
      'Others have changed %1 cells since you last saw them.',
      count
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Show') }),
      Dialog.warnButton({ label: trans.__('Run anyway') })
    ],
    defaultButton: 0
  });
  return button.accept;
}
