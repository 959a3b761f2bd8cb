// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

/**
 * What a drive says of a file that it does not have.
 */
export function absent(): Error {
  return new ServerConnection.ResponseError(
    new Response(null, { status: 404 }),
    'not there'
  );
}

/**
 * Text files, which several pages may have: those of a browser, or of a Jupyter server.
 */
export class TextFiles {
  constructor(files: Readonly<Record<string, string>> = {}) {
    Object.entries(files).forEach(([path, text]) => this.put(path, text));
  }

  readonly paths = () => [...this._files.keys()];

  text(path: string): string | null {
    return this._files.get(path)?.text ?? null;
  }

  /** When a file was written, as drives tell. */
  modified(path: string): string {
    return new Date(this._files.get(path)?.time ?? 0).toISOString();
  }

  /** Write a file, as a kernel or a script does. */
  put(path: string, text: string): void {
    this._time += 10;
    this._files.set(path, { text, time: this._time });
  }

  move(path: string, to: string): void {
    this._files.set(to, this._files.get(path)!);
    this._files.delete(path);
  }

  /** Delete a file, or what is in a folder. */
  delete(path: string): void {
    this.paths()
      .filter(one => one === path || one.startsWith(`${path}/`))
      .forEach(one => this._files.delete(one));
  }

  private readonly _files = new Map<string, { text: string; time: number }>();
  private _time = 0;
}

/**
 * How a page has files. What it does may be replaced.
 */
export class TextDrive {
  /**
   * @param files - The files. Their folders are always there.
   * @param hasHashes - Whether it tells hashes, as Jupyter servers do.
   * @param drift - By how many milliseconds the date in the answer to a save is too early.
   */
  constructor(
    readonly files = new TextFiles(),
    private readonly _hasHashes = false,
    private readonly _drift = 0
  ) {}

  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  writable = true;

  get = async (
    path: string,
    { content, hash }: Contents.IFetchOptions
  ): Promise<object> => {
    await Promise.resolve();
    const text = this.files.text(path);
    if (text === null && path.includes('.')) {
      throw absent();
    }
    return {
      path,
      last_modified: this.files.modified(path),
      writable: this.writable,
      content: content ? text : null,
      ...(this._hasHashes && hash ? { hash: text } : {})
    };
  };

  save = async (
    path: string,
    { content }: Partial<Contents.IModel>
  ): Promise<object> => {
    await Promise.resolve();
    this.files.put(path, content as string);
    const time = Date.parse(this.files.modified(path)) - this._drift;
    return {
      path,
      last_modified: new Date(time).toISOString(),
      writable: this.writable
    };
  };

  createCheckpoint = () => Promise.resolve();
}
