// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ContentsManager } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { LocalUserManager } from '../people/user';
import { WebRtcManager } from '../room/manager';
import { setDriveNames } from '../room/path';
import { personOf } from '../room/person';
import { defaultRoomPrefix } from '../room/request';
import { IWebRtcManager, NAMESPACE, PLUGIN_ID } from '../tokens';
import {
  clearAddress,
  isStatic,
  onLinkPasted,
  pageRequest,
  pageUrl,
  place,
  renameInAddress,
  sessionStorage,
  siteConfig
} from './page';

/**
 * Provides the room of this page.
 */
export const managerPlugin: JupyterFrontEndPlugin<IWebRtcManager> = {
  id: PLUGIN_ID,
  description: 'Knows the room of this page, and what is shared there.',
  autoStart: true,
  provides: IWebRtcManager,
  optional: [ISettingRegistry, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    settingRegistry: ISettingRegistry | null,
    translator: ITranslator | null
  ): Promise<IWebRtcManager> => {
    siteConfig.warnings.forEach(warning => console.warn(warning));
    const settings = await loadSettings(settingRegistry);
    const { contents, serverSettings, user } = app.serviceManager;

    if (user instanceof LocalUserManager) {
      const setWishes = () => {
        user.localIdentity.wishes = {
          username:
            pageRequest.username ??
            (settings?.composite.username as string | null) ??
            null,
          usercolor:
            pageRequest.usercolor ??
            (settings?.composite.usercolor as string | null) ??
            null
        };
        void user.refreshUser();
      };
      if (settings) {
        settings.changed.connect(setWishes);
        setWishes();
      }
    }

    setDriveNames({
      isElsewhere: path => contents.driveName(path) !== '',
      takesHidden: isStatic,
      takesPercent: !isStatic
    });
    const manager = new WebRtcManager({
      config: siteConfig,
      request: pageRequest,
      settings,
      pageUrl,
      place,
      site: serverSettings.baseUrl,
      clearAddress,
      defaultPrefix: defaultRoomPrefix(serverSettings.baseUrl, !isStatic),
      storage: sessionStorage,
      restored: app.restored,
      person: () => {
        const identity = user.identity;
        return {
          id: personOf(identity?.username ?? ''),
          name: identity?.display_name ?? '',
          color: identity?.color ?? ''
        };
      },
      trans: (translator ?? nullTranslator).load(NAMESPACE)
    });

    void app.restored.then(() =>
      onLinkPasted(({ link, paths }) => {
        if (!link || link === 'invalid' || manager.disabled) {
          return false;
        }
        clearAddress();
        manager.join(link, paths);
        return true;
      })
    );
    (contents as ContentsManager).defaultDrive.fileChanged.connect((_, change) => {
      const oldPath = change.oldValue?.path;
      const newPath = change.newValue?.path;
      if (change.type === 'rename' && oldPath && newPath) {
        manager.renamed(oldPath, newPath);
        renameInAddress(oldPath, newPath);
      } else if (change.type === 'delete' && oldPath) {
        manager.deleted(oldPath);
      }
    });
    return manager;
  }
};

/**
 * Load the user's settings; a page without any works too.
 */
async function loadSettings(
  registry: ISettingRegistry | null
): Promise<ISettingRegistry.ISettings | null> {
  try {
    return (await registry?.load(PLUGIN_ID)) ?? null;
  } catch (error) {
    console.warn('The settings for sharing over WebRTC could not be loaded.', error);
    return null;
  }
}
