// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { URLExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

export { askWhereRenamed } from './renamed'; // it comes with the same code

/**
 * The part of JupyterLite's drive that knows the site's own files. It is not
 * public; without it, a file counts as the user's own, and is kept.
 */
export interface ILiteDrive extends Contents.IDrive {
  _getServerContents?(
    path: string,
    options: Contents.IFetchOptions
  ): Promise<Contents.IModel | null>;
}

/**
 * What the site ships at a path, or `null`.
 *
 * @throws If that is not to be had now, as without a network.
 */
export async function shippedContent(
  drive: ILiteDrive,
  path: string,
  type: string
): Promise<unknown> {
  const shipped = (content: boolean) =>
    drive._getServerContents?.(path, { type, content });
  if (!(await shipped(false))) {
    return null;
  }
  const file = await shipped(true);
  if (!file) {
    throw new Error(`The site ships “${path}”, but does not send it.`);
  }
  return file.content ?? null;
}

/**
 * Let JupyterLite's drive have what the site ships as a notebook and is no JSON: as text,
 * for whoever corrects or downloads it.
 *
 * It throws instead, whatever the file is opened as; and also once it was corrected, as it
 * always reads what is shipped, too.
 * Once is enough.
 */
export function readAsShipped(drive: ILiteDrive, baseUrl: string): void {
  const read = drive._getServerContents?.bind(drive);
  if (read && !wrapped.has(drive)) {
    wrapped.add(drive);
    drive._getServerContents = async (path, options) => {
      try {
        return await read(path, options);
      } catch (error) {
        const file = error instanceof SyntaxError && (await read(path, {}));
        if (!file) {
          throw error;
        }
        const sent = await fetch(URLExt.join(baseUrl, 'files', path));
        return { ...file, content: await sent.text(), format: 'text' };
      }
    };
  }
}

const wrapped = new WeakSet<ILiteDrive>();
