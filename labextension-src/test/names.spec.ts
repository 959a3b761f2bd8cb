// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Directory } from '../src/document/directory';
import { DriveFile } from '../src/document/file';
import { offers } from '../src/people/offers';
import { shareUrl } from '../src/room/address';
import { roomKeys } from '../src/room/keys';
import type { IDriveNames } from '../src/room/path';
import { isPlainPath, setDriveNames } from '../src/room/path';
import { serverPlace, staticPlace } from '../src/room/place';
import { readPageRequest } from '../src/room/request';
import { SharedDocuments } from '../src/room/sharing';
import { TextDrive, TextFiles } from './support/drive';
import { documentOf } from './support/ids';

const UNKNOWN: IDriveNames = {
  isElsewhere: path => path.includes(':'),
  takesHidden: false,
  takesPercent: false
};

/** A page of JupyterLite that has another drive, too. */
const BROWSERS: IDriveNames = {
  isElsewhere: path => path.startsWith('S3:'),
  takesHidden: true,
  takesPercent: false
};

const SERVERS: IDriveNames = { ...BROWSERS, takesHidden: false, takesPercent: true };

/** A part of a path as JupyterLite's drive may have it. */
const part = fc
  .string({
    unit: fc.constantFrom(
      ...['a', '1', ' ', ':', '.', '%', '#', '?', '&', '+', "'", '"', '<', ';', '='],
      ...['2', '5', '\u00fc', 'u\u0308', '\u00e9', 'e\u0301', '\ud55c', '\ud83d\ude00']
    ),
    minLength: 1,
    maxLength: 8
  })
  .filter(text => text.trim() !== '' && !/^\.\.?$/.test(text));

const path = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map(parts => parts.join('/'))
  .filter(text => !BROWSERS.isElsewhere(text));

/** The same path, with accents as macOS writes them, or as others do. */
const form = fc.constantFrom<(text: string) => string>(
  text => text.normalize('NFC'),
  text => text.normalize('NFD'),
  text => text
);

const KIND = { contentType: 'notebook', format: 'json', generation: 0 };
const keys = roomKeys(new Uint8Array(32));
const ROOM = {
  kind: 'link',
  link: { secret: new Uint8Array(32), document: null }
} as const;

beforeEach(() => setDriveNames(BROWSERS));
afterEach(() => setDriveNames(UNKNOWN));

describe('a document whose name JupyterLite allows', () => {
  it('is what its link leads to, on a static site and on a server', () => {
    const hub = 'https://hub.org/user/ada/';
    fc.assert(
      fc.property(path, name => {
        for (const [place, page] of [
          [staticPlace, 'https://site.org/lab/index.html'],
          [serverPlace(hub), `${hub}lab`],
          [serverPlace(hub), `${hub}notebooks/x.ipynb`]
        ] as const) {
          const id = keys.documentId({ ...KIND, path: name });
          const url = new URL(shareUrl(page, name, ROOM, id, place)!);
          const paths = place.pathsOf(url);
          expect(readPageRequest(url.search, url.hash, paths)).toMatchObject({
            link: { document: id },
            paths: [name]
          });
        }
      })
    );
  });

  it('is offered, and others learn what it is called', () => {
    fc.assert(
      fc.property(path, name => {
        const [mine, yours] = [new Directory(), new Map([[1, { documents: [name] }]])];
        expect(offers(yours, 0, () => false)).toEqual([name]);
        mine.rename(documentOf('d'), { path: name, kind: 'notebook/json' });
        // JupyterLite’s drive loses what is moved to such a name
        const title = name.includes('%') ? undefined : name;
        expect(mine.title(documentOf('d'))?.path).toBe(title);
      })
    );
  });

  it('is one, however its accents are written', () => {
    fc.assert(
      fc.property(path, form, form, (name, one, other) => {
        const id = (text: string) => keys.documentId({ ...KIND, path: text });
        expect(id(one(name))).toBe(id(other(name)));
        const [shared] = [new SharedDocuments(null, 'room')];
        shared.keepPrivate(one(name));
        shared.remove(one(name));
        expect(shared.isPrivate(other(name))).toBe(true);
        expect(shared.isWithdrawn(other(name))).toBe(true);
        shared.add(other(name));
        expect(shared.isPrivate(one(name)) || shared.isWithdrawn(one(name))).toBe(
          false
        );
        const directory = new Directory();
        const kind = 'notebook/json';
        if (!name.includes('%')) {
          directory.rename(documentOf('d'), { path: one(name), kind });
          const titled = directory.titled({ path: other(name), kind });
          expect(titled).toEqual([documentOf('d')]);
        }
      })
    );
  });

  it('is opened as the drive has it, also where it is typed in the other form', async () => {
    await fc.assert(
      fc.asyncProperty(path, form, form, async (name, one, other) => {
        const [typed, here] = [other(`${name}.txt`), one(`${name}.txt`)];
        const { file, moved } = opened(typed, [here], true);
        await file.find();
        const isMixed = ![
          typed,
          typed.normalize('NFC'),
          typed.normalize('NFD')
        ].includes(here);
        if (!isMixed) {
          expect(file.path).toBe(here);
          expect(moved).toEqual(typed === here ? [] : [[typed, here]]);
        }
      })
    );
  });
});

/** Open a file, and see where it is said to be. */
function opened(typed: string, there: string[], isShared = false) {
  const files = new TextFiles(Object.fromEntries(there.map(one => [one, 'text'])));
  const moved: [string, string][] = [];
  const file = new DriveFile({
    drive: new TextDrive(files) as unknown as Contents.IDrive,
    path: typed,
    isShared,
    relocated: (from: string, to: string) => void moved.push([from, to])
  } as unknown as DriveFile.IOptions);
  return { file, moved };
}

describe('a path that is encoded once more than a link needs', () => {
  it('is that of the file, also where nobody has it yet; a server takes it as it is', async () => {
    for (const there of [['a: \u00fc.txt'], ['a: u\u0308.txt'], []]) {
      const { file } = opened('a%3A%20u%CC%88.txt', there);
      await file.find();
      expect(file.path).toBe(there[0] ?? 'a: u\u0308.txt');
      const onServer = opened('a%3A%20u%CC%88.txt', there, true);
      await onServer.file.find();
      expect(onServer.moved).toEqual([]);
    }
  });

  it('is left as it is if it can’t be decoded', async () => {
    const { file, moved } = opened('100%.txt', []);
    await file.find();
    expect([file.path, moved]).toEqual(['100%.txt', []]);
  });
});

describe('a document of which the drive has both forms', () => {
  it('is the one whose name was typed', async () => {
    const [one, other] = ['\u00fc.txt', 'u\u0308.txt'];
    for (const typed of [one, other]) {
      const { file, moved } = opened(typed, [one, other]);
      await file.find();
      expect(file.path).toBe(typed);
      expect(moved).toEqual([]);
    }
  });
});

describe('a path that somebody sent', () => {
  it.each(['S3:x', 'S3:a/b', '..', '.', 'a/../b', 'a/./b', 'a/ /b', '', '/', 'a\\b'])(
    'is not taken anywhere: %j',
    name => {
      for (const rules of [BROWSERS, SERVERS, UNKNOWN]) {
        setDriveNames(rules);
        expect(isPlainPath(name)).toBe(false);
      }
    }
  );

  it.each(['.ipython/profile_default/startup/a.py', '.hidden', 'a/.git/config'])(
    'is not taken on a Jupyter server, where it may be run: %j',
    name => {
      expect(isPlainPath(name)).toBe(true);
      setDriveNames(SERVERS);
      expect(isPlainPath(name)).toBe(false);
    }
  );

  it('is what a file of a Jupyter server may be moved to, also with a % in it', () => {
    setDriveNames(SERVERS);
    const directory = new Directory();
    const title = { path: '50%: 12.30.txt', kind: 'file/text' };
    directory.rename(documentOf('d'), title);
    expect(directory.title(documentOf('d'))).toEqual(title);
  });
});
