// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The plugins of Jupyter's collaboration that change a page which does not
 * collaborate. Those left out replace core's, which their packages disable.
 */
const UPSTREAM_PLUGINS = [
  '@jupyter/collaboration-extension',
  '@jupyter/docprovider-extension:content-provider',
  '@jupyter/docprovider-extension:yfile',
  '@jupyter/docprovider-extension:ynotebook'
];

/**
 * Leave the page as it were without us.
 *
 * The page asks whether a plugin is disabled after the code of all extensions
 * has been loaded; calling this while ours is being loaded is early enough. It
 * can't be done at build time, because each app may be configured on its own.
 */
export function disableUpstream(): void {
  PageConfig.Extension.disabled.push(...UPSTREAM_PLUGINS);
}

/**
 * Leave running cells to us.
 */
export function disableExecutor(): void {
  PageConfig.Extension.disabled.push(
    '@jupyter/docprovider-extension:notebook-cell-executor'
  );
}
