// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentProviderFactory } from '@jupyter/docprovider';
import type { IWebRtcManager } from '../tokens';
import type { FileMover } from './handwork';
import type { IJupyterContext } from './jupyter';
import type { ToldNews } from './places';
import type { DocumentRooms } from './rooms';

/**
 * What a document provider is made from.
 */
export interface IProviderOptions extends IDocumentProviderFactory.IOptions {
  /** Knows what is shared. */
  readonly manager: IWebRtcManager;
  /** Knows the room. */
  readonly rooms: DocumentRooms;
  /** The site, or server, whose drive it is. */
  readonly site: string;
  /** What Jupyter does with the document; `null` while it does nothing yet. */
  readonly jupyter?: () => IJupyterContext | null;
  /** Whether the page was asked for this document when it was opened. */
  readonly isRequested: boolean;
  /** Whether the user wants changes saved as they happen. */
  readonly autosave: () => boolean;
  /** Wait while Jupyter would take a file that is saved by itself for another one. */
  readonly settled?: (path: string) => Promise<void>;
  /** What the site ships at a path, or `null`. */
  readonly shipped: (path: string, contentType: string) => Promise<unknown>;
  /**
   * Tell the user that a document waits for somebody who has it.
   *
   * @returns A signal that is aborted when the user gives up, and what ends it.
   */
  readonly waiting: (path: string) => { signal: AbortSignal; done: () => void };
  /**
   * Tell the user that nobody who is here has the room's version of a document.
   *
   * @param goOn - Makes one's own version the room's.
   * @returns What is called when that is over.
   */
  readonly holderAway: (path: string, goOn: () => void) => () => void;
  /** Whether somebody looks at a file. */
  readonly isOpen: (path: string) => boolean;
  /**
   * Tell the user that a copy of a file was kept, of their own version or, if it was
   * found in the drive, of somebody else's.
   */
  readonly kept: (path: string, copy: string, isFound: boolean) => void;
  /** Whether others may write to the same drive, as on a Jupyter server. */
  readonly isDriveShared: boolean;
  /** Tell the user that text was kept whose cell somebody removed. */
  readonly rescued?: (path: string, text: string) => void;
  /**
   * Tell the user that the drive refuses a file.
   *
   * @param error - What it has thrown; `null` once it refuses no more.
   */
  readonly unsaved: (path: string, error: unknown) => void;
  /** Tell the user that a shared document is not written to its file, which is read-only. */
  readonly readOnly: (path: string) => void;
  /**
   * Ask the user about a document whose file somebody has deleted from the drive that
   * they have in common.
   *
   * @param by - Who has; empty if nobody knows.
   * @param keep - Brings the file back.
   * @returns What ends the question.
   */
  readonly gone: (path: string, by: string, keep: () => void) => () => void;
  /** Open a document anew. */
  readonly reopen: (path: string) => void;
  /** Move a file in the drive; the room knows already. */
  readonly rename: FileMover['rename'];
  /** Take a file away that nobody would miss. */
  readonly remove: FileMover['delete'];
  /** Tell Jupyter that an open file is somewhere else than it was looked for. */
  readonly relocated: (from: string, to: string) => void;
  /** Open what is shared under a path at another one; what is open stays private. */
  readonly elsewhere: (path: string, place: string) => void;
  /** Tell the user what has become of a document. */
  readonly tell: (path: string, news: ToldNews) => void;
}
