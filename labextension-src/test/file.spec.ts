// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { DriveFile } from '../src/document/file';

const PATH = 'folder/plan.txt';
const COPY = 'folder/plan (my copy).txt';
const NEXT_COPY = 'folder/plan (my copy 2).txt';

const refused = (status: number) =>
  new ServerConnection.ResponseError(
    new Response(null, { status }),
    `status ${status}`
  );

/** What drives say of a file that they don't have. */
const ABSENT: [string, Error][] = [
  ['JupyterLite and servers', refused(404)],
  [
    'other versions of JupyterLite',
    new Error(`Could not find content with path ${COPY}`)
  ]
];

/** What says nothing about whether there is a file. */
const TROUBLE: [string, Error][] = [
  ['a server that is overloaded', refused(503)],
  ['a page that may not look', refused(403)],
  ['a network that is cut', new TypeError('Failed to fetch')],
  ['a storage that fails', new DOMException('Internal error', 'UnknownError')]
];

/** A drive of text files, some of which can't be reached, or not be read. */
class FailingDrive {
  readonly files = new Map<string, string>([['folder', '']]);
  readonly failing = new Map<string, Error>();
  readonly broken = new Set<string>();
  absence: Error = refused(404);

  async get(path: string, { content }: Contents.IFetchOptions): Promise<object> {
    const error = this.failing.get(path);
    if (error) {
      throw error;
    }
    if (!this.files.has(path)) {
      throw this.absence;
    }
    if (content && this.broken.has(path)) {
      throw new SyntaxError('Unexpected token');
    }
    const there = content ? this.files.get(path) : null;
    return { path, last_modified: this.files.get(path), content: there };
  }

  async save(path: string, { content }: Partial<Contents.IModel>): Promise<object> {
    this.files.set(path, content as string);
    return { path, last_modified: content as string };
  }
}

function file(drive: FailingDrive, contentType = 'file'): DriveFile {
  return new DriveFile({
    drive: drive as unknown as Contents.IDrive,
    site: 'a site',
    path: PATH,
    contentType,
    format: 'text',
    canonical: content => String(content),
    isForeign: () => false,
    keepVersion: () => Promise.resolve(),
    shipped: () => Promise.resolve(null),
    rename: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    relocated: () => undefined,
    isOpen: () => false,
    kept: () => undefined
  });
}

describe('where a drive says that there is no file', () => {
  it.each(ABSENT)('it is made: %s', async (_, absence) => {
    const drive = new FailingDrive();
    drive.absence = absence;
    const plan = file(drive);
    expect(await plan.exists(PATH)).toBe(false);
    expect(await plan.read()).toBeNull();
    expect(await plan.keepCopy('mine', null)).toBe(COPY);
    expect(drive.files.get(COPY)).toBe('mine');
  });
});

describe('where a drive does not tell whether there is a file', () => {
  it.each(TROUBLE)(
    'nothing is taken for missing, or written over: %s',
    async (_, error) => {
      const drive = new FailingDrive();
      drive.files.set(PATH, 'theirs').set(COPY, 'theirs, too');
      drive.failing.set(PATH, error).set(COPY, error).set('folder', error);
      const plan = file(drive);
      await expect(plan.exists(PATH)).rejects.toBe(error);
      await expect(plan.read()).rejects.toBe(error);
      await expect(plan.isAsShipped(PATH)).rejects.toBe(error);
      await expect(plan.keepCopy('mine', null)).rejects.toBe(error);
      await expect(plan.makeFolders()).rejects.toBe(error);
      const untouched = { path: COPY, isUntouched: () => Promise.resolve(true) };
      await expect(plan.keepCopy('mine', untouched)).rejects.toBe(error);
      expect(drive.files.get(PATH)).toBe('theirs');
      expect(drive.files.get(COPY)).toBe('theirs, too');
      expect([...drive.files.keys()]).toEqual(['folder', PATH, COPY]);
    }
  );

  it('what is there and can’t be read stays', async () => {
    const drive = new FailingDrive();
    drive.files.set(COPY, 'not what it should be');
    drive.broken.add(COPY);
    expect(await file(drive).keepCopy('mine', null)).toBe(NEXT_COPY);
    expect(drive.files.get(COPY)).toBe('not what it should be');
    expect(drive.files.get(NEXT_COPY)).toBe('mine');
  });
});

it('a notebook that is no JSON says so, and what helps', async () => {
  const drive = new FailingDrive();
  drive.files.set(PATH, '{');
  drive.broken.add(PATH);
  await expect(file(drive, 'notebook').load()).rejects.toThrow(
    'it is not valid JSON (Unexpected token). Open it with the editor, and correct it.'
  );
});
