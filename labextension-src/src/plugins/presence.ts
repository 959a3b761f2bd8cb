// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IAwarenessProviderFactory } from '@jupyter/docprovider';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PresenceProvider } from '../people/presence';
import { IWebRtcManager, NAMESPACE } from '../tokens';

/**
 * Provides presence: who is in the room.
 */
export const presencePlugin: JupyterFrontEndPlugin<IAwarenessProviderFactory> = {
  id: `${NAMESPACE}:awareness-factory`,
  description: 'Provides the presence of people over WebRTC.',
  autoStart: true,
  requires: [IWebRtcManager],
  provides: IAwarenessProviderFactory,
  activate: (
    _: JupyterFrontEnd,
    manager: IWebRtcManager
  ): IAwarenessProviderFactory => ({
    create: options => new PresenceProvider(options, manager)
  })
};
