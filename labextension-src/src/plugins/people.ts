// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IGlobalAwareness } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Awareness } from 'y-protocols/awareness';

import { watchAbsence } from '../people/away';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import type { Company } from './company';
import { gate } from './running';

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
    const load = async () => {
      const { Company } = await import('./company');
      if (manager.session && !company) {
        company = new Company({
          app,
          awareness,
          documentManager,
          isLab: labShell !== null,
          manager,
          trans
        });
        gate.mayRun = company.mayRun;
      }
    };
    const update = () => {
      if (manager.session && !company) {
        loading ??= load().catch((reason: unknown) => {
          console.error('The people in this room can’t be shown.', reason);
        });
      } else if (!manager.session) {
        company?.dispose();
        company = loading = gate.mayRun = null;
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
