// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ServerConnection, User } from '@jupyterlab/services';
import { UserManager } from '@jupyterlab/services';

import type { Identity, IPerson } from './identity';

/**
 * A user service without a server: the user is who this browser says.
 *
 * JupyterLite's own leaves the identity undefined, and without one nobody has
 * a name, a colour or a cursor.
 */
export class LocalUserManager extends UserManager {
  constructor(options: LocalUserManager.IOptions) {
    const { identity, serverSettings } = options;
    super({
      serverSettings,
      userApiClient: {
        serverSettings,
        get: async (): Promise<User.IUser> => ({
          identity: identity.user,
          permissions: {}
        })
      }
    });
    this.localIdentity = identity;
  }

  /**
   * Who this browser says the user is.
   */
  readonly localIdentity: Identity;

  /**
   * Let the person have another name or colour, or note that they want neither.
   */
  choose(choice: Partial<Pick<IPerson, 'name' | 'color'>>): void {
    this.localIdentity.choose(choice);
    void this.refreshUser();
  }
}

/**
 * A namespace for `LocalUserManager` statics.
 */
export namespace LocalUserManager {
  /**
   * What a local user manager is made from.
   */
  export interface IOptions {
    /** Who uses this page. */
    readonly identity: Identity;
    /** The server settings, which no request is made with. */
    readonly serverSettings: ServerConnection.ISettings;
  }
}
