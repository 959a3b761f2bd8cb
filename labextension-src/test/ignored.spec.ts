// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate
} from 'y-protocols/awareness';
import * as Y from 'yjs';

import { ignored } from '../src/room/ignored';
import { ignoredWords } from '../src/ui/diagnosis';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';

const trans = nullTranslator.load('');

/** Somebody who is in a document, or was. */
class Writer {
  constructor(name: unknown) {
    this._awareness = new Awareness(this.doc);
    this._awareness.setLocalStateField('user', { username: 'x', name });
  }

  readonly doc = new Y.Doc();

  /** Say to a page who this is. */
  come(page: Awareness): void {
    const { clientID } = this.doc;
    const update = encodeAwarenessUpdate(this._awareness, [clientID]);
    applyAwarenessUpdate(page, update, 'room');
    this._awareness.destroy();
  }

  /** Write to a page what does not belong there. */
  write(page: Y.Doc): void {
    this.doc.getMap('state').set(`path of ${this.doc.clientID}`, 'secret.txt');
    Y.applyUpdate(page, Y.encodeStateAsUpdate(this.doc));
  }

  private readonly _awareness: Awareness;
}

/** A page with an open document, and what its details say. */
async function page() {
  const drive = new TextDrive(new TextFiles({ 'a.txt': 'text' }));
  const { model, provider } = openDocument(drive, 'a.txt', null);
  await provider.ready;
  return model;
}

beforeEach(() => {
  ignored.clear();
  vi.spyOn(console, 'warn').mockReturnValue();
});

afterEach(() => {
  closeDocuments();
  vi.restoreAllMocks();
});

describe('the details of the connection', () => {
  it('say nothing while nobody has written what does not belong into a document', async () => {
    await page();
    expect(ignoredWords(ignored.names, trans)).toBeNull();
  });

  it('say once who has, also if they come later than that and have left since', async () => {
    const model = await page();
    const [mallory, eve] = [new Writer('Mallory'), new Writer('Eve ')];
    mallory.come(model.awareness);
    mallory.write(model.ydoc);
    mallory.write(model.ydoc);
    eve.write(model.ydoc);
    expect(ignored.names).toEqual(['Mallory', null]);
    eve.come(model.awareness);
    expect(ignored.names).toEqual(['Eve ', 'Mallory']);
    model.awareness.getStates().clear();
    expect(ignoredWords(ignored.names, trans)).toContain(
      'written by: Eve, Mallory. If'
    );
    expect(model.source).toBe('text');
  });

  it('say that somebody has left of whom nobody knows who it was', async () => {
    const model = await page();
    new Writer({ not: 'a name' }).write(model.ydoc);
    expect(ignoredWords(ignored.names, trans)).toContain(
      'written by: somebody who left.'
    );
  });

  it('name no more than a few of those as whom somebody may write', async () => {
    const model = await page();
    for (let number = 0; number < 50; number++) {
      const writer = new Writer(`${number} ${'x'.repeat(1000)}`);
      writer.come(model.awareness);
      writer.write(model.ydoc);
    }
    expect(ignored.names.length).toBeLessThan(21);
    expect(ignoredWords(ignored.names, trans)!.length).toBeLessThan(1500);
  });
});
