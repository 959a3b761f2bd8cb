// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './jupyter';

import { YFile } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import { vi } from 'vitest';

import { DocumentProvider } from '../../src/document/provider';
import type { DocumentRoom } from '../../src/document/room';
import type { TextDrive } from './drive';

/**
 * What a document is opened with, but for what follows from the drive and the room.
 */
export type Wishes = Partial<Omit<DocumentProvider.IOptions, 'manager'>> & {
  /** Knows what is shared: everything, if it does not say otherwise. */
  readonly manager?: object;
};

const opened: DocumentProvider[] = [];

/**
 * Open a text file as a page of Jupyter does.
 *
 * @param drive - Where it is.
 * @param path - Its path there.
 * @param room - The room that the page is in, or `null`.
 * @param wishes - What is not as in most pages.
 * @returns The shared model, its provider, and what the page is told.
 */
export function openDocument(
  drive: TextDrive,
  path: string,
  room: DocumentRoom | null,
  wishes: Wishes = {}
) {
  const model = new YFile();
  const told = {
    kept: vi.fn(),
    readOnly: vi.fn(),
    reopen: vi.fn(),
    tell: vi.fn(),
    unsaved: vi.fn(),
    waiting: vi.fn(() => ({
      signal: new AbortController().signal,
      done: () => undefined
    }))
  };
  const owner = {};
  const provider = new DocumentProvider({
    drive,
    site: 'a site',
    path,
    contentType: 'file',
    format: 'text',
    model,
    user: { ready: Promise.resolve(), userChanged: new Signal(owner), identity: null },
    rooms: { current: room, ready: Promise.resolve(), changed: new Signal(owner) },
    isDriveShared: false,
    isRequested: true,
    autosave: () => true,
    shipped: () => Promise.resolve(null),
    isOpen: () => false,
    ...told,
    ...wishes,
    manager: {
      entered: Promise.resolve(),
      isShared: () => true,
      isOnPurpose: () => true,
      watch: () => ({ isDisposed: false, dispose: () => undefined }),
      sharingChanged: new Signal(owner),
      ...wishes.manager
    }
  } as unknown as DocumentProvider.IOptions);
  opened.push(provider);
  return { model, provider, ...told };
}

/**
 * Close what was opened.
 */
export function closeDocuments(): void {
  opened.splice(0).forEach(provider => provider.dispose());
}
