// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { LocalUserManager } from '../people/user';
import { untilLoaded } from '../room/loading';
import { IWebRtcManager, NAMESPACE } from '../tokens';
import type { NameCard } from '../ui/name';

/**
 * Asks people with a random name for theirs, once, when they are in a room.
 */
export const namePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:name`,
  description: 'Asks for the name that others see.',
  autoStart: true,
  requires: [IWebRtcManager],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    translator: ITranslator | null
  ): void => {
    const { user } = app.serviceManager;
    if (!(user instanceof LocalUserManager)) {
      return; // a server knows
    }
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    let card: NameCard | null = null;
    const isWanted = () => manager.session !== null && user.localIdentity.isUnasked;
    const update = () => {
      if (!isWanted()) {
        card?.dispose();
        card = null;
        return;
      }
      // who has a name never needs it
      void untilLoaded(
        () => import('../ui/name'),
        ({ NameCard: Card }) => {
          if (isWanted() && !card) {
            const { person } = user.localIdentity;
            card = new Card({ person, choose: choice => user.choose(choice), trans });
            Widget.attach(card, document.body);
          }
        }
      );
    };
    void app.restored.then(() => {
      manager.sessionChanged.connect(update);
      user.userChanged.connect(update);
      update();
    });
  }
};
