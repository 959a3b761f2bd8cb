// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { disableExecutor, disableUpstream } from './inert';
import { commandsPlugin } from './plugins/commands';
import { documentPlugin } from './plugins/document';
import { downloadPlugin } from './plugins/download';
import { earlierPlugin } from './plugins/earlier';
import { filesPlugin } from './plugins/files';
import { managerPlugin } from './plugins/manager';
import { namePlugin } from './plugins/name';
import { isStatic, runsCells, siteConfig } from './plugins/page';
import { peoplePlugin } from './plugins/people';
import { presencePlugin } from './plugins/presence';
import { privateCopyPlugin } from './plugins/privatecopy';
import { runningPlugin } from './plugins/running';
import { sharePlugin } from './plugins/share';
import { statusPlugin } from './plugins/status';
import { titlePlugin } from './plugins/title';
import { troublePlugin } from './plugins/trouble';
import { userPlugin } from './plugins/user';

export { IWebRtcManager } from './tokens';

if (isStatic && !siteConfig.collaborative) {
  disableUpstream();
}
if (siteConfig.collaborative && runsCells) {
  disableExecutor();
}

/**
 * The plugins: without `collaborative`, only the user's, since the site has
 * JupyterLite's disabled. A Jupyter server knows its users.
 */
const user = isStatic ? [userPlugin] : [];
export default siteConfig.collaborative
  ? [
      ...user,
      managerPlugin,
      documentPlugin,
      filesPlugin,
      presencePlugin,
      statusPlugin,
      commandsPlugin,
      sharePlugin,
      titlePlugin,
      namePlugin,
      peoplePlugin,
      privateCopyPlugin,
      earlierPlugin,
      downloadPlugin,
      ...(runsCells ? [runningPlugin] : []),
      troublePlugin
    ]
  : user;
