// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { missingCode } from '../room/loading';
import type { RoomState } from '../room/status';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { present } from '../ui/words';

/**
 * How long what comes and goes has to last before people are told, in milliseconds: a
 * server that restarts is back by then, and so is somebody who reloads their page.
 */
const PATIENCE = 3000;

/**
 * The states that come and go.
 */
const PASSING: ReadonlyArray<RoomState> = ['unreachable', 'alone'];

/**
 * Says what the trouble is, and what helps, when the status item names one, or where
 * somebody misses somebody: a tooltip is not seen by everybody. What is over is taken
 * back.
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
    let told: string | null = null;
    let shown: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      const { status } = manager;
      const { brief, icon } = present(manager, status, trans);
      const now = brief ?? null;
      const isLeft = status.state === 'off';
      if (now === trouble && !isLeft) {
        return;
      }
      trouble = now;
      const tell = () => {
        if (now === told) {
          return; // it went, and has come again
        }
        told = now;
        if (shown !== null) {
          Notification.dismiss(shown);
          shown = null;
        }
        if (now !== null) {
          shown = Notification.emit(now, icon === 'trouble' ? 'error' : 'info', {
            autoClose: false,
            actions: [
              {
                label: trans.__('Show details'),
                callback: () => void app.commands.execute(CommandIDs.diagnose)
              }
            ]
          });
        }
      };
      clearTimeout(timer);
      // nothing of a room comes again to who has left it
      const isPassing = !isLeft && (now === null || PASSING.includes(status.state));
      timer = setTimeout(tell, isPassing ? PATIENCE : 0);
    };
    let missing: string | null = null;
    const tellMissing = () => {
      if (missing !== null) {
        Notification.dismiss(missing);
        missing = null;
      }
      if (missingCode.isAny) {
        missing = Notification.warning(
          trans.__(
            'A part of this page could not be loaded. It is asked for again; if that does not help, reload the page.'
          ),
          { autoClose: false }
        );
      }
    };
    missingCode.changed.connect(tellMissing);
    tellMissing();
    void app.restored.then(() => {
      manager.stateChanged.connect(update);
      update();
    });
  }
};
