// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile, YNotebook } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { canonicalText } from '../src/document/canonical';
import type { IDocumentFormat } from '../src/document/format';
import { documentFormat } from '../src/document/format';
import { hasContent } from '../src/document/state';
import { lineageId, makeSeed, seedClientId } from '../src/document/seed';
import type { DocumentId } from '../src/room/ids';
import { notebook, reordered, text } from './arbitraries';

const notebookFormat = () => documentFormat('notebook', new YNotebook())!;
const textFormat = () => documentFormat('file', new YFile())!;
const seedOf = (format: IDocumentFormat, content: unknown) =>
  makeSeed(format, format.opened(content));

describe('a seed', () => {
  it('is the same, byte for byte, for notebooks that mean the same', async () => {
    await fc.assert(
      fc.asyncProperty(notebook, async content => {
        const mine = await seedOf(notebookFormat(), content);
        const yours = await seedOf(notebookFormat(), reordered(content));
        expect(yours).toEqual(mine);
      })
    );
  });

  it('holds the notebook, and merging it twice changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(notebook, async content => {
        const format = notebookFormat();
        const { update } = await seedOf(format, content);
        const model = new YNotebook();
        Y.applyUpdate(model.ydoc, update);
        Y.applyUpdate(model.ydoc, update);
        // what is saved means the same as what was opened
        expect(format.canonical(format.content(model))).toBe(format.canonical(content));
        expect(model.toJSON().nbformat_minor).toBe(content.nbformat_minor);
      })
    );
  });

  it('holds the text, and saving it restores the line endings', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('\n', '\r\n'), async (content, eol) => {
        const original = canonicalText(content).replace(/\n/g, eol);
        const format = textFormat();
        const { update } = await seedOf(format, original);
        const model = new YFile();
        Y.applyUpdate(model.ydoc, update);
        expect(model.getSource()).toBe(canonicalText(original));
        expect(format.content(model)).toBe(original);
      })
    );
  });

  it('of an empty file is told from one that has not arrived', async () => {
    const format = textFormat();
    const model = new YFile();
    model.ystate.set('dirty', true); // comes on its own, and says nothing
    expect(hasContent(model.ydoc)).toBe(false);
    Y.applyUpdate(model.ydoc, (await seedOf(format, '')).update);
    expect(hasContent(model.ydoc)).toBe(true);
    model.dispose();
  });

  it('is written by a client that no person can be', async () => {
    await fc.assert(
      fc.asyncProperty(text, async content => {
        const { update } = await seedOf(textFormat(), content);
        const { structs } = Y.decodeUpdate(update);
        for (const { id } of structs) {
          expect(id.client).toBeGreaterThan(2 ** 32);
          expect(Number.isSafeInteger(id.client)).toBe(true);
        }
      })
    );
  });

  it('has another client for another content, up to the last bits', () => {
    const digest = (byte: number, value: number) => {
      const bytes = new Uint8Array(32);
      bytes[byte] = value;
      return bytes;
    };
    const clients = [digest(0, 0), digest(0, 255), digest(2, 16), digest(7, 1)];
    expect(new Set(clients.map(seedClientId)).size).toBe(clients.length);
    expect(seedClientId(new Uint8Array(32).fill(255))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('leaves nothing to undo', async () => {
    const { update } = await seedOf(textFormat(), 'hello');
    const model = new YFile();
    Y.applyUpdate(model.ydoc, update);
    expect(model.canUndo()).toBe(false);
    model.dispose();
  });
});

describe('metadata', () => {
  it('loses a key that no shared model can hold, at any depth', () => {
    const format = notebookFormat();
    const canonical = (metadata: string) =>
      format.canonical(
        JSON.parse(`{"nbformat": 4, "cells": [], "metadata": ${metadata}}`)
      );
    expect(canonical('{"a": {"__proto__": {"b": 1}}, "__proto__": 2}')).toBe(
      canonical('{"a": {}}')
    );
  });
});

describe('the essence of a notebook', () => {
  it('does not change when a kernel says what it is', () => {
    const format = notebookFormat();
    const essence = (metadata: object, source = '') =>
      format.essence(
        format.canonical({
          nbformat: 4,
          nbformat_minor: 5,
          metadata,
          cells: [{ cell_type: 'code', id: 'a', metadata: {}, source, outputs: [] }]
        })
      );
    const before = essence({ kernelspec: { name: 'javascript' }, level: 'x' });
    const after = essence({
      kernelspec: { name: 'javascript', language: 'javascript' },
      language_info: { name: 'javascript', version: 'es2017' },
      level: 'x'
    });
    expect(after).toBe(before);
    expect(essence({ level: 'y' })).not.toBe(before);
    expect(essence({ level: 'x' }, 'typed')).not.toBe(before);
  });
});

describe('a lineage', () => {
  it('differs when the content or the document differs', async () => {
    const hello = await seedOf(textFormat(), 'hello');
    const world = await seedOf(textFormat(), 'world');
    const lineages = [
      lineageId('document 1' as DocumentId, hello.digest),
      lineageId('document 1' as DocumentId, world.digest),
      lineageId('document 2' as DocumentId, hello.digest)
    ];
    expect(new Set(lineages).size).toBe(3);
  });

  it('differs for an empty text and an empty notebook', async () => {
    const empty = await seedOf(textFormat(), '');
    const book = await seedOf(notebookFormat(), { nbformat: 4, cells: [] });
    expect(lineageId('x' as DocumentId, empty.digest)).not.toBe(
      lineageId('x' as DocumentId, book.digest)
    );
  });
});
