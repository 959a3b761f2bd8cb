// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IGlobalAwareness } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Awareness } from 'y-protocols/awareness';

import { watchAbsence } from '../people/away';
import { untilLoaded } from '../room/loading';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import type { Company } from './company';
import { EarlyLook } from './earlylook';
import { LateGate } from './lategate';
import { gate } from './running';

/**
 * How long people are told that nothing was run, in milliseconds: long enough to read it
 * twice.
 */
const READING_TIME = 10_000;

/**
 * Shows who is in the room, where they are, and what they do. The code for that is
 * loaded once the page is in a room.
 */
export const peoplePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:people`,
  description: 'Shows the people in the room, and follows them.',
  autoStart: true,
  requires: [IWebRtcManager, IDocumentManager, IGlobalAwareness],
  optional: [ILabShell, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager,
    awareness: Awareness,
    labShell: ILabShell | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    let company: Company | null = null;
    let loading: Promise<void> | null = null;
    let leaving: AbortController | null = null;
    let refusal: string | null = null;
    const refuse = () => {
      if (refusal !== null) {
        Notification.dismiss(refusal); // however often one tries
      }
      refusal = Notification.warning(
        trans.__(
          'Not run: others may have changed it, and what would show that is not loaded yet. Try again soon.'
        ),
        { autoClose: READING_TIME }
      );
    };
    const enter = () => {
      leaving = new AbortController();
      const { signal } = leaving;
      const early = new EarlyLook(manager, documentManager);
      signal.addEventListener('abort', () => early.dispose());
      const load = () =>
        untilLoaded(
          () => import('./company'),
          ({ Company }) => {
            company ??= new Company({
              app,
              awareness,
              documentManager,
              isLab: labShell !== null,
              known: notebook => early.take(notebook),
              manager,
              refuse,
              trans
            });
            early.dispose();
          },
          signal
        );
      const late = new LateGate(() => company, load, refuse);
      gate.mayRun = options =>
        company ||
        (manager.asksBeforeRunning && early.isSuspect(options.notebook.sharedModel))
          ? late.mayRun(options)
          : null;
      loading = load();
    };
    const update = () => {
      if (manager.session && !leaving) {
        enter();
      } else if (!manager.session) {
        leaving?.abort();
        company?.dispose();
        company = leaving = loading = gate.mayRun = null;
      }
    };
    watchAbsence(isAway => awareness.setLocalStateField('away', isAway));
    app.commands.addCommand(CommandIDs.follow, {
      label: trans.__('Follow Somebody'),
      describedBy: {
        args: { type: 'object', properties: { person: { type: 'string' } } }
      },
      execute: async ({ person }) => {
        await loading;
        company?.follow(typeof person === 'string' ? person : null);
      }
    });
    app.commands.addCommand(CommandIDs.rename, {
      label: trans.__('Change Your Name and Colour'),
      isEnabled: () => manager.session !== null,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        await loading;
        company?.rename();
      }
    });
    void app.restored.then(() => {
      manager.sessionChanged.connect(update);
      update();
    });
  }
};
