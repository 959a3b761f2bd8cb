// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { loadedNow } from '../room/loading';
import { CommandIDs, IWebRtcManager, NAMESPACE, PLUGIN_ID } from '../tokens';
import { makeDialog } from '../ui/dialog';
import { sharingIcon } from '../ui/icons';

/**
 * Adds the commands.
 */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:commands`,
  description: 'Adds the commands for sharing over WebRTC.',
  autoStart: true,
  requires: [IWebRtcManager, ISettingRegistry],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    settingRegistry: ISettingRegistry,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const command = CommandIDs.disable;
    app.commands.addCommand(command, {
      label: trans.__('Share over WebRTC'),
      caption: trans.__('Switch sharing over WebRTC on or off, in all rooms'),
      icon: sharingIcon,
      isToggleable: true,
      isToggled: () => !manager.disabled,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => settingRegistry.set(PLUGIN_ID, 'disabled', !manager.disabled)
    });
    manager.stateChanged.connect(() => app.commands.notifyCommandChanged(command));
    app.commands.addCommand(CommandIDs.diagnose, {
      label: trans.__('Connection Details'),
      caption: trans.__('Show who can be reached, and what is in the way'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const code = await loadedNow(() => import('../ui/diagnose')); // most pages never show it
        if (!code) {
          return;
        }
        const dialog = makeDialog(new code.DiagnoseBody({ manager, trans }), {
          title: trans.__('Connection details'),
          buttons: [Dialog.okButton({ label: trans.__('Close') })]
        });
        dialog.addClass('jp-WebRTCDiagnoseDialog');
        return dialog.launch();
      }
    });
    const category = trans.__('WebRTC Sharing');
    palette?.addItem({ command, category });
    palette?.addItem({ command: CommandIDs.diagnose, category });
  }
};
