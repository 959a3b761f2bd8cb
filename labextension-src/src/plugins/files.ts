// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import { isAbsence } from '../document/absence';
import { DeferredProvider } from '../document/deferred';
import { NAMESPACE } from '../tokens';

/**
 * Tells Jupyter about the files of the documents that we provide.
 *
 * - A document can be opened that the drive does not have yet: its provider makes the file
 *   as soon as somebody has sent it. Upstream asks the drive for the file at once, and
 *   gives up.
 * - Before Jupyter saves, it compares the file with the version that it has, and asks if
 *   somebody has changed it. In a room others do all the time, and our provider takes
 *   that in.
 * - A checkpoint that is restored is what the user wants, also if nothing but that was ever
 *   saved: the file does not tell.
 */
export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:guest`,
  description:
    'Tells Jupyter about the files of the documents that are shared, or not.',
  autoStart: true,
  requires: [ICollaborativeContentProvider],
  activate: (app: JupyterFrontEnd, contents: ICollaborativeContentProvider): void => {
    const { contents: manager } = app.serviceManager;
    const restore = manager.restoreCheckpoint.bind(manager);
    manager.restoreCheckpoint = async (path, checkpoint) => {
      await restore(path, checkpoint);
      providersAt(contents, path).forEach(provider => provider.restored());
    };
    const get = contents.get.bind(contents);
    contents.get = async (path, options) => {
      const key = `${options?.format}:${options?.type}:${path}`;
      const provider = contents.providers.get(key);
      const ours = provider instanceof DeferredProvider ? provider : null;
      if (ours?.isOpen && options?.content) {
        await ours.revert(); // nobody else asks for the content of an open document
      }
      await provider?.ready;
      // it may have been looked for at another place than where it is
      const file = await get(ours?.path ?? path, options).catch((error: unknown) => {
        // who saves asks by the path only, and would not save by way of its provider
        const shown = ours ?? providersAt(contents, path).find(({ isOpen }) => isOpen);
        if (!shown?.isOpen || !isAbsence(error)) {
          throw error;
        }
        // it is shown, and saved once there is space; no version of it is newer
        return ours
          ? unsavedFile(shown)
          : { ...unsavedFile(shown), last_modified: LONG_AGO };
      });
      if (ours) {
        // somebody may have written another version since
        return ours.isPrivate ? { ...file, ...ours.version } : file;
      }
      const isBeforeSaving = options?.hash && !options.content;
      return isBeforeSaving ? compared(file, providersAt(contents, path)) : file;
    };
  }
};

/**
 * What Jupyter compares with the version that it has before it saves a file: it asks for
 * that by the path only.
 */
function compared(file: Contents.IModel, here: DeferredProvider[]): Contents.IModel {
  if (here.some(provider => !provider.isPrivate)) {
    return { ...file, last_modified: LONG_AGO, hash: undefined };
  }
  here.forEach(provider => provider.looked(file));
  return file;
}

/**
 * A date that is never newer than what Jupyter has.
 */
const LONG_AGO = new Date(0).toISOString();

/**
 * Who provides the documents at a path: a notebook can be open as a text, too.
 */
function providersAt(
  { providers }: ICollaborativeContentProvider,
  path: string
): DeferredProvider[] {
  return [...providers.values()].filter(
    (provider): provider is DeferredProvider =>
      provider instanceof DeferredProvider && provider.path === path
  );
}

/**
 * Describe a document that is open and that the drive does not have, or refuses.
 */
function unsavedFile({ contentType, format, path }: DeferredProvider): Contents.IModel {
  const now = new Date().toISOString();
  return {
    name: PathExt.basename(path),
    path,
    type: contentType,
    format: format as Contents.FileFormat,
    mimetype: '',
    content: null,
    created: now,
    last_modified: now,
    writable: true
  };
}
