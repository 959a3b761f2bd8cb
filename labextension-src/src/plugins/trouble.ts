// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { present } from '../ui/words';

/**
 * How long trouble has to last before people are told, in milliseconds: a server
 * that restarts is back by then.
 */
const PATIENCE = 3000;

/**
 * Says what the trouble is, and what helps, when the status item names one: its
 * tooltip is not seen by everybody. What is over is taken back.
 */
export const troublePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:trouble`,
  description: 'Tells what keeps people apart, and what helps.',
  autoStart: true,
  requires: [IWebRtcManager],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    let trouble: string | null = null;
    let shown: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      const { brief } = present(manager, manager.status, trans);
      const now = brief ?? null;
      if (now === trouble) {
        return;
      }
      trouble = now;
      clearTimeout(timer);
      if (shown !== null) {
        Notification.dismiss(shown);
        shown = null;
      }
      if (now !== null) {
        timer = setTimeout(() => {
          shown = Notification.error(now, {
            autoClose: false,
            actions: [
              {
                label: trans.__('Show details'),
                callback: () => void app.commands.execute(CommandIDs.diagnose)
              }
            ]
          });
        }, PATIENCE);
      }
    };
    void app.restored.then(() => {
      manager.stateChanged.connect(update);
      update();
    });
  }
};
