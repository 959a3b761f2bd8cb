// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { IUnseenChange } from '../people/unseen';
import { showChanges } from './changes';
import { makeDialog } from './dialog';

/**
 * Ask whether to run cells that others have changed since the user last saw them.
 *
 * Who presses keys on and on, as to run one cell after the other, does not say yes.
 *
 * @param changes - What they have changed: one or more.
 * @returns Whether to run them, and whether not to ask again.
 */
export async function askBeforeRunning(
  changes: ReadonlyArray<IUnseenChange>,
  trans: TranslationBundle
): Promise<{ mayRun: boolean; isLast: boolean }> {
  const node = document.createElement('div');
  node.className = 'jp-WebRTCUnseen';
  const intro = document.createElement('p');
  intro.textContent = trans._n(
    'Somebody else has changed this cell since you last saw it.',
    'Others have changed %1 of these cells since you last saw them.',
    changes.length
  );
  node.append(intro, ...showChanges(changes, trans));
  const { button, isChecked } = await makeDialog(new Widget({ node }), {
    title: trans.__('Run what others have changed?'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Run') })
    ],
    defaultButton: 0,
    checkbox: {
      label: trans.__('Don’t ask again until I reload this page'),
      caption: trans.__('The settings of WebRTC Sharing have a switch, too')
    }
  }).launch();
  return { mayRun: button.accept, isLast: button.accept && isChecked === true };
}
