// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { RoomStatus } from '../ui/status';

/**
 * Where the status stands in the Notebook app's menu area, which has no status
 * bar: left of the kernel's status, whose rank is 10,000.
 */
const MENU_RANK = 1000;

/**
 * Shows the state of the room, in Lab's status bar or in the Notebook app's
 * menu area.
 */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:status`,
  description: 'Shows the state of the room.',
  autoStart: true,
  requires: [IWebRtcManager],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const item = new RoomStatus({
      manager,
      trans,
      diagnose: () => void app.commands.execute(CommandIDs.diagnose)
    });
    item.id = 'jp-webrtc-status';
    if (statusBar) {
      statusBar.registerStatusItem(statusPlugin.id, {
        align: 'right',
        rank: 100,
        item
      });
    } else {
      app.shell.add(item, 'menu', { rank: MENU_RANK });
    }
  }
};
