// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ServiceManagerPlugin, User } from '@jupyterlab/services';
import { IServerSettings, IUserManager, ServerConnection } from '@jupyterlab/services';

import { Identity } from '../people/identity';
import { LocalUserManager } from '../people/user';
import { NAMESPACE } from '../tokens';
import { localStorage, pageRequest } from './page';

/**
 * Provides the user of a static site, where no server knows who it is.
 */
export const userPlugin: ServiceManagerPlugin<User.IManager> = {
  id: `${NAMESPACE}:user-manager`,
  description: 'Provides the identity of the user, which this browser remembers.',
  autoStart: true,
  provides: IUserManager,
  optional: [IServerSettings],
  activate: (
    _: null,
    serverSettings: ServerConnection.ISettings | undefined
  ): User.IManager =>
    new LocalUserManager({
      identity: new Identity(localStorage, pageRequest),
      serverSettings: serverSettings ?? ServerConnection.makeSettings()
    })
};
