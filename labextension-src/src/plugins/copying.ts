// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { ifThere } from '../document/absence';
import { loadedNow } from '../room/loading';
import type { DocumentAtPath, IWebRtcManager } from '../tokens';

/**
 * Keep a content beside the file that it is of, and open that copy, which nobody else sees.
 *
 * @param document - The file.
 * @param content - What the copy holds.
 * @param options - What is needed for that.
 */
export async function openCopy(
  { contentType: type, format, path }: DocumentAtPath,
  content: unknown,
  { documentManager, manager, beside, trans }: ICopyOptions
): Promise<void> {
  const { contents } = documentManager.services;
  // most pages never need it; it is among the code that a document brings
  const code = await loadedNow(
    () => import(/* webpackChunkName: "document" */ '../document/copy')
  );
  if (!code) {
    return;
  }
  let copy: string;
  try {
    copy = await code.saveCopy(path, {
      canonical: JSON.stringify(content),
      earlier: null,
      exists: async there =>
        (await ifThere(contents.get(there, { content: false }))) !== null,
      read: async there =>
        JSON.stringify((await contents.get(there, { content: true })).content),
      write: async there => {
        await contents.save(there, {
          type,
          format: format as Contents.FileFormat,
          content
        });
      }
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    Notification.error(
      trans.__('No private copy of “%1” could be made: %2', path, reason)
    );
    return;
  }
  manager.keepPrivate(copy);
  const place = beside ? { mode: 'split-right' as const, ref: beside.id } : {};
  documentManager.openOrReveal(copy, undefined, undefined, place);
}

/**
 * What is needed to open a copy.
 */
export interface ICopyOptions {
  /** Opens it. */
  readonly documentManager: IDocumentManager;
  /** Keeps it out of rooms. */
  readonly manager: IWebRtcManager;
  /** What it is shown beside; `null` where a page shows one document. */
  readonly beside: Widget | null;
  /** Translates. */
  readonly trans: TranslationBundle;
}
