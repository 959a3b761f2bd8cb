// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { expect, it } from 'vitest';

import { DeferredProvider } from '../src/document/deferred';

it('a document that is renamed before its code is loaded is looked for where it is', () => {
  const drive = {} as { fileChanged: Signal<Contents.IDrive, Contents.IChangedArgs> };
  drive.fileChanged = new Signal(drive as unknown as Contents.IDrive);
  const provider = new DeferredProvider({
    drive,
    path: 'folder/a.txt',
    manager: { isRequested: () => false, opened: () => undefined }
  } as unknown as DeferredProvider.IOptions);
  drive.fileChanged.emit({
    type: 'rename',
    oldValue: { path: 'folder' },
    newValue: { path: 'elsewhere' }
  });
  expect(provider.path).toBe('elsewhere/a.txt');
  provider.dispose();
});
