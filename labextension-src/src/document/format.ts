// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { YFile, YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import * as Y from 'yjs';

import { guardNotebook, guardText } from './allowed';
import type { ICanonicalNotebook } from './canonical';
import { canonicalNotebook, canonicalText } from './canonical';
import { CellOperations } from './cells/operations';
import { revertText } from './cells/replace';
import { revertNotebook } from './cells/revert';
import { KERNEL_METADATA, notebookParts } from './essence';
import { documentKind } from './kind';
import { canMergeNotebook, canMergeText } from './merge';
import { rewriteNotebook, rewriteText } from './rewrite';
import { SEEDED } from './state';

/**
 * Translates between the content of a file and a shared model.
 */
export interface IDocumentFormat {
  /**
   * The canonical form of a file's content, as a string: equal for files that
   * mean the same.
   *
   * @param content - What the drive holds.
   * @throws Error, with a message for people, if the content can't be opened.
   */
  canonical(content: unknown): string;

  /**
   * As `canonical`, for the file that is being opened: how it ends its lines is how
   * they are written.
   */
  opened(content: unknown): string;

  /**
   * The part of a content that people made: what Jupyter writes into a file by
   * itself is left out.
   *
   * @param canonical - The content in canonical form.
   */
  essence(canonical: string): string;

  /**
   * What is left out there: equal essences with equal rests are equal contents.
   *
   * @param canonical - The content in canonical form.
   */
  rest(canonical: string): string;

  /**
   * Encode the Yjs update that makes an empty shared model hold a content.
   *
   * @param canonical - The content in canonical form.
   * @param clientId - The Yjs client that writes it.
   */
  encode(canonical: string, clientId: number): Uint8Array;

  /**
   * Whether a content has nothing in it that somebody could miss.
   *
   * @param canonical - The content in canonical form.
   */
  isEmpty(canonical: string): boolean;

  /**
   * Whether a change of a content can be merged into what others made of it.
   *
   * @param base - What was changed: the essence of a canonical form, as all of these.
   * @param changed - What it became.
   * @param room - What others made of it.
   */
  canMerge(base: string, changed: string, room: string): boolean;

  /**
   * Make a shared model hold another content, by as small a change as can be.
   *
   * @param canonical - The content in canonical form.
   */
  rewrite(model: YDocument<DocumentChange>, canonical: string): void;

  /**
   * The content of a shared model, as the drive wants it.
   */
  content(model: YDocument<DocumentChange>): unknown;

  /**
   * Make a shared model hold a content, by changing only what differs.
   *
   * @param model - The shared model.
   * @param content - What the drive holds.
   * @throws Error, with a message for people, if the content can't be opened.
   */
  revert(model: YDocument<DocumentChange>, content: unknown): void;

  /**
   * Make an empty shared model.
   */
  scratch(): YDocument<DocumentChange>;

  /**
   * Keep an empty scratch model whole while it is changed, and meets what others have
   * changed: as the models that people see are kept.
   *
   * @returns What ends it.
   */
  guard(scratch: YDocument<DocumentChange>): IDisposable;
}

/**
 * Choose the format of a document.
 *
 * @returns The format, or `null` for models that only their own factory knows.
 */
export function documentFormat(
  contentType: string,
  model: YDocument<DocumentChange>
): IDocumentFormat | null {
  switch (documentKind(contentType, model)) {
    case 'notebook':
      return new NotebookFormat();
    case 'text':
      return new TextFormat();
    default:
      return null;
  }
}

/**
 * Notebooks of nbformat 4, shared as `YNotebook`.
 */
class NotebookFormat implements IDocumentFormat {
  canonical(content: unknown): string {
    return JSON.stringify(canonicalNotebook(content));
  }

  opened(content: unknown): string {
    return this.canonical(content);
  }

  essence(canonical: string): string {
    return notebookParts(canonical).essence;
  }

  rest(canonical: string): string {
    return notebookParts(canonical).rest;
  }

  isEmpty(canonical: string): boolean {
    const { cells } = JSON.parse(canonical) as ICanonicalNotebook;
    return cells.every(
      ({ attachments, outputs, source }) =>
        source.trim() === '' &&
        !attachments &&
        !(outputs as unknown[] | undefined)?.length
    );
  }

  canMerge(base: string, changed: string, room: string): boolean {
    const parse = (essence: string) => JSON.parse(essence) as ICanonicalNotebook;
    return canMergeNotebook(parse(base), parse(changed), parse(room));
  }

  rewrite(model: YDocument<DocumentChange>, canonical: string): void {
    const notebook = model as YNotebook;
    const before = canonicalNotebook(this.content(notebook));
    const after = JSON.parse(canonical) as ICanonicalNotebook;
    rewriteNotebook(notebook, before, after, KERNEL_METADATA);
  }

  encode(canonical: string, clientId: number): Uint8Array {
    const { cells, metadata, nbformat, nbformat_minor } = JSON.parse(
      canonical
    ) as ICanonicalNotebook;
    const scratch = this.scratch();
    return encode(scratch, clientId, () => {
      // not `setSource`: it replaces the ids of cells below nbformat 4.5
      scratch.nbformat = nbformat;
      scratch.nbformat_minor = nbformat_minor;
      scratch.ymeta.set('metadata', new Y.Map(Object.entries(metadata)));
      scratch.insertCells(0, cells);
    });
  }

  scratch(): YNotebook {
    const notebook = new YNotebook();
    guardNotebook(notebook.ydoc);
    return notebook;
  }

  guard(scratch: YDocument<DocumentChange>): IDisposable {
    const notebook = scratch as YNotebook;
    return new CellOperations({ notebook, rescued: () => undefined });
  }

  content(model: YDocument<DocumentChange>): unknown {
    const notebook = (model as YNotebook).toJSON();
    for (const cell of notebook.cells) {
      delete cell.metadata?.trusted; // never by way of the drive
    }
    return notebook;
  }

  revert(model: YDocument<DocumentChange>, content: unknown): void {
    revertNotebook(model as YNotebook, canonicalNotebook(content));
  }
}

/**
 * Text files, shared as `YFile`. One instance remembers one file's line endings.
 */
class TextFormat implements IDocumentFormat {
  canonical(content: unknown): string {
    return canonicalText(asText(content));
  }

  opened(content: unknown): string {
    this._lineEnding = asText(content).match(/\r\n?/)?.[0] ?? '\n';
    return this.canonical(content);
  }

  essence(canonical: string): string {
    return canonical;
  }

  rest(): string {
    return '';
  }

  isEmpty(canonical: string): boolean {
    return canonical.trim() === '';
  }

  canMerge(base: string, changed: string, room: string): boolean {
    return canMergeText(base, changed, room);
  }

  rewrite(model: YDocument<DocumentChange>, canonical: string): void {
    const { ydoc, ysource } = model as unknown as YFile;
    ydoc.transact(() => rewriteText(ysource, canonical));
  }

  encode(canonical: string, clientId: number): Uint8Array {
    const scratch = this.scratch();
    return encode(scratch, clientId, () => scratch.ysource.insert(0, canonical));
  }

  scratch(): YFile {
    const file = new YFile();
    guardText(file.ydoc);
    return file;
  }

  guard(): IDisposable {
    return new DisposableDelegate(() => undefined);
  }

  content(model: YDocument<DocumentChange>): unknown {
    return (model as unknown as YFile).getSource().replace(/\n/g, this._lineEnding);
  }

  revert(model: YDocument<DocumentChange>, content: unknown): void {
    const { ysource } = model as unknown as YFile;
    model.transact(() => revertText(ysource, this.canonical(content)));
  }

  private _lineEnding = '\n';
}

/**
 * A JSON file may arrive parsed; Jupyter shows it so.
 */
function asText(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

/**
 * Write into an empty model as a given client, and encode what came of it.
 */
function encode(
  scratch: YDocument<DocumentChange>,
  clientId: number,
  write: () => void
): Uint8Array {
  // `dirty` is part of the shared state, and no part of the content
  Object.defineProperty(scratch, 'dirty', { value: false, writable: true });
  scratch.ydoc.clientID = clientId;
  scratch.ydoc.transact(() => {
    scratch.ystate.set(SEEDED, true);
    write();
  });
  const update = Y.encodeStateAsUpdate(scratch.ydoc);
  scratch.dispose();
  return update;
}
