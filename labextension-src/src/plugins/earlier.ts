// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ICommandPalette, InputDialog, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { EarlierVersions, IKeptVersion } from '../document/earlier';
import { mayHaveEarlier } from '../document/earlierplace';
import { loadedNow, untilLoaded } from '../room/loading';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { openCopy } from './copying';
import { currentDocument, frontWidget } from './current';

/**
 * Opens a file as it was before others changed it: as a copy, which takes nothing away from
 * anybody.
 */
export const earlierPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:earlier`,
  description: 'Opens files as they were before others changed them.',
  autoStart: true,
  requires: [IWebRtcManager, IDocumentManager],
  optional: [ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const { commands, serviceManager, shell } = app;
    const site = serviceManager.serverSettings.baseUrl;
    const command = CommandIDs.openEarlier;
    const isInRoom = () => ['link', 'named'].includes(manager.room.kind);
    let isAny = false;

    const list = async (earlier: EarlierVersions): Promise<IKeptVersion[]> => {
      const all = await earlier.list(site);
      const path = currentDocument(shell, documentManager)?.path;
      // those of what is on the screen first
      return [
        ...all.filter(version => version.path === path),
        ...all.filter(version => version.path !== path)
      ];
    };

    const choose = async (
      versions: ReadonlyArray<IKeptVersion>
    ): Promise<IKeptVersion | null> => {
      const items = versions.map(({ path, time }, index) =>
        trans.__(
          '%1. “%2”, as it was on %3',
          index + 1,
          path,
          new Date(time).toLocaleString()
        )
      );
      const { value } = await InputDialog.getItem({
        title: trans.__('Open an earlier version'),
        label: trans.__(
          'Before others’ changes are written to a file, it is kept as it was:'
        ),
        items,
        okLabel: trans.__('Open a copy')
      });
      return value === null ? null : versions[items.indexOf(value)];
    };

    commands.addCommand(command, {
      label: trans.__('Open an Earlier Version…'),
      caption: trans.__('Open a copy of a file as it was before others changed it'),
      // without a room, a page looks as without us
      isVisible: () => isInRoom() || isAny,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        try {
          const code = await loadedNow(
            () => import(/* webpackChunkName: "earlier" */ '../document/earlier')
          );
          if (!code) {
            return;
          }
          const earlier = new code.EarlierVersions();
          const versions = await list(earlier);
          if (!versions.length) {
            Notification.info(
              trans.__('Nobody else has changed a file of yours in this browser yet.')
            );
            return;
          }
          const version = await choose(versions);
          if (version) {
            const content = await earlier.content(version);
            const beside = labShell && frontWidget(shell);
            const options = { documentManager, manager, beside, trans };
            await openCopy(version, content, options);
          }
        } catch (error) {
          console.warn('An earlier version can’t be opened.', error);
          Notification.error(
            trans.__('This browser does not say which earlier versions it has.')
          );
        }
      }
    });
    palette?.addItem({ command, category: trans.__('WebRTC Sharing') });

    const look = async (): Promise<void> => {
      // most pages never need the code
      if (await mayHaveEarlier().catch(() => false)) {
        await untilLoaded(
          () => import(/* webpackChunkName: "earlier" */ '../document/earlier'),
          ({ EarlierVersions: Loaded }) => {
            list(new Loaded()).then(
              ({ length }) => tell(length > 0),
              () => tell(false)
            );
          }
        );
      } else {
        tell(false);
      }
    };
    const tell = (mayOpen: boolean) => {
      isAny = mayOpen;
      commands.notifyCommandChanged(command);
    };
    manager.sessionChanged.connect(() => void look());
    void app.restored.then(look);
  }
};
