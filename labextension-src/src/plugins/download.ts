// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';

import { NAMESPACE } from '../tokens';
import { download } from '../ui/download';
import { frontContent, shownContent } from './current';

/**
 * Jupyter's commands: for what is in front, and for what is chosen in the file browser.
 */
const DOWNLOAD = 'docmanager:download';
const DOWNLOAD_CHOSEN = 'filebrowser:download';

/**
 * Downloads what is on the screen.
 *
 * JupyterLite saves a document, and then downloads what its drive has; a Jupyter server
 * gives what it has. Where the drive refuses the document, that was nothing, or what it had
 * before: just when somebody needs it most.
 */
export const downloadPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:download`,
  description: 'Downloads documents as they are on the screen.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [IFileBrowserFactory],
  activate: (
    app: JupyterFrontEnd,
    documentManager: IDocumentManager,
    browsers: IFileBrowserFactory | null
  ): void => {
    const { commands, shell } = app;
    const execute = commands.execute.bind(commands);
    // a command can't be replaced, and whoever adds this one may do so later than us
    commands.execute = ((id, args) => {
      const tracker = id === DOWNLOAD_CHOSEN ? browsers?.tracker : null;
      const browser = tracker?.currentWidget; // eslint-disable-line no-restricted-syntax
      if (browser && isShown(browser, documentManager)) {
        return downloadChosen(browser, documentManager);
      }
      const front = id === DOWNLOAD ? frontContent(shell, documentManager) : null;
      if (!front) {
        return execute(id, args);
      }
      download(front.document.path, front.content);
      return Promise.resolve();
    }) as typeof commands.execute;
  }
};

/**
 * Whether anything that is chosen in a file browser is open here.
 */
function isShown(browser: FileBrowser, documentManager: IDocumentManager): boolean {
  return [...browser.selectedItems()].some(({ path }) =>
    shownContent(path, documentManager)
  );
}

/**
 * Download what is chosen in a file browser: what is open as it is on the screen.
 */
async function downloadChosen(
  browser: FileBrowser,
  documentManager: IDocumentManager
): Promise<void> {
  for (const { path, type } of browser.selectedItems()) {
    const shown = shownContent(path, documentManager);
    if (shown) {
      download(path, shown.content);
    } else if (type !== 'directory') {
      await browser.model.download(path);
    }
  }
}
