// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import { decodedPath, isIn, movedPath, otherForms } from '../room/path';
import { ifThere } from './absence';
import { saveCopy } from './copy';
import { exclusively } from './lock';
import type { IMovableFile } from './places';
import type { FileVersion } from './version';
import { FileChanged, isSameVersion } from './version';

/**
 * One file in one's own drive, as far as a shared document needs it.
 */
export interface IDocumentDrive extends IMovableFile {
  /**
   * Read the file, or `null` if there is none.
   *
   * @throws What the drive throws if that is not known.
   */
  readonly read: () => Promise<unknown>;

  /**
   * Whether there was a file, and the last `read` has found none, in a drive from which
   * others may take it away.
   */
  readonly isGone?: boolean;

  /**
   * What tells the version of the file that was read or written here last from all others
   * that the drive has had, if it tells; `null` before there is one.
   */
  readonly version?: string | null;

  /** Write the file. */
  readonly write: (content: unknown) => Promise<void>;

  /**
   * Write the file of a document that is in no room.
   *
   * @param content - What the document holds; asked for when it is written.
   * @param isAsked - Whether Jupyter does so, which has looked at the file, and asked the
   * user if there was a reason.
   * @returns What was written.
   * @throws FileChanged - If somebody else has written it meanwhile.
   */
  readonly replace: (content: () => unknown, isAsked?: boolean) => Promise<unknown>;

  /**
   * What the site ships at the file's path, or `null`.
   *
   * @throws If that is not known now.
   */
  readonly shipped: () => Promise<unknown>;

  /**
   * Keep a content beside the file, and tell the user.
   *
   * @param content - The content.
   * @param replaces - An earlier copy whose place it takes, if nobody changed that.
   * @param isFound - Whether somebody else wrote it, to a drive that people share.
   * @returns The path of the copy.
   */
  readonly keepCopy: (
    content: unknown,
    replaces: ICopyInPlace | null,
    isFound?: boolean
  ) => Promise<string>;

  /**
   * Take a copy away again, if nobody changed it: what it holds is in the room.
   */
  readonly dropCopy: (copy: ICopyInPlace) => Promise<void>;
}

/**
 * A copy that may have been changed meanwhile.
 */
export interface ICopyInPlace {
  /** Where it is. */
  readonly path: string;

  /** Whether a content is still what was written there. */
  readonly isUntouched: (content: unknown) => Promise<boolean>;
}

/**
 * What part of a file may be gone before it is kept once more.
 */
const LARGE_DELETION = 0.5;

/**
 * The HTTP status of a Jupyter server that reads a notebook which it is writing.
 */
const HALF_WRITTEN = 400;

/**
 * How often such a file is read before it is taken for a broken one.
 */
const READS = 4;

/**
 * How long after the first time it is read again, in milliseconds: a large notebook is
 * written in this time, or in the two and three times as long that follow.
 */
const READ_AGAIN = 300;

/**
 * A file in one's own drive.
 */
export class DriveFile implements IDocumentDrive {
  constructor(options: DriveFile.IOptions) {
    this._options = options;
    this._path = options.path;
  }

  /** Where it is now. */
  get path(): string {
    return this._path;
  }

  /** Whether others may have the same drive, as on a Jupyter server. */
  get isShared(): boolean {
    return this._options.isShared ?? false;
  }

  /** Whether somebody has taken it away since it was read or written here. */
  get isGone(): boolean {
    return this._isGone;
  }

  /**
   * Whether it is at a path, or in that folder.
   */
  isIn(path: string): boolean {
    return isIn(this._path, path);
  }

  /**
   * Follow the file to where it, or a folder around it, was moved.
   */
  moved(oldPath: string, newPath: string): void {
    this._path = movedPath(this._path, oldPath, newPath);
  }

  /**
   * Read the file.
   *
   * @throws What the drive throws, for instance if there is none.
   */
  async load(): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        const file = await this._options.drive.get(this._path, {
          type: this._options.contentType,
          format: this._options.format,
          content: true,
          hash: true
        });
        this._note(file);
        this._isWritable = file.writable !== false;
        return file.content;
      } catch (error) {
        if (error instanceof SyntaxError && this._options.contentType === 'notebook') {
          throw new Error(
            `This file is not a notebook: it is not valid JSON (${error.message}). ` +
              'Open it with the editor, and correct it.',
            { cause: error }
          );
        }
        const { status } = ((error ?? {}) as { response?: Response }).response ?? {};
        if (!this.isShared || status !== HALF_WRITTEN || attempt === READS) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, attempt * READ_AGAIN));
      }
    }
  }

  /**
   * Read the file, or `null` if there is none, or nobody else has written it since it
   * was read or written here: a large one takes long to read.
   */
  readonly read = async (): Promise<unknown> => {
    const file = await this._glance();
    this._isGone = this.isShared && file === null && this._known !== null;
    return file && file.last_modified !== this._known?.last_modified
      ? this.load()
      : null;
  };

  /** What this page has read or written last; `null` before it has. */
  get known(): Contents.IModel | null {
    return this._known;
  }

  get version(): string | null {
    return this._known?.last_modified ?? null;
  }

  /** Whether the drive lets it be written. */
  get isWritable(): boolean {
    return this._isWritable;
  }

  /**
   * Whether somebody else has written the file since it was read or written here.
   */
  async isChanged(): Promise<boolean> {
    const file = await this._glance();
    if (!file || file.last_modified === this._known?.last_modified) {
      return false; // a server would have to read all of it for its hash
    }
    const hashed = await this._look();
    return hashed !== null && !isSameVersion(hashed, this._known);
  }

  /**
   * Note which version Jupyter has looked at before it saves: that may be replaced.
   */
  looked(version: FileVersion): void {
    this._looked = version;
  }

  readonly replace = (content: () => unknown, isAsked = false): Promise<unknown> =>
    exclusively(`${this._options.site} ${this._path}`, async () => {
      const file = await this._look();
      const replaceable = isAsked ? [this._known, this._looked] : [this._known];
      if (file && !replaceable.some(version => isSameVersion(file, version))) {
        throw new FileChanged(this._path);
      }
      const written = content();
      await this.write(written);
      if (file?.hash) {
        await this._noteHash();
      }
      return written;
    });

  readonly write = async (content: unknown): Promise<void> => {
    const isForeign = this._options.isForeign();
    if (isForeign || this._isKept) {
      const size = JSON.stringify(content).length;
      // what others have changed can be taken back
      if (isForeign && (!this._isKept || size < LARGE_DELETION * this._size)) {
        await this._keepVersion();
      }
      this._size = size;
    }
    await this.makeFolders(); // others may have moved it into one that is not here
    this._note(await this._write(this._path, content));
  };

  readonly shipped = (): Promise<unknown> => this._options.shipped(this._path);

  readonly keepCopy = async (
    content: unknown,
    replaces: ICopyInPlace | null,
    isFound = false
  ): Promise<string> => {
    const { canonical } = this._options;
    const copy = await saveCopy(this._path, {
      exists: this.exists,
      read: async path => canonical(await this._content(path)),
      write: async path => void (await this._write(path, content)),
      canonical: canonical(content),
      earlier: replaces && (await this._isUntouched(replaces)) ? replaces.path : null
    });
    if (!isFound || copy !== replaces?.path) {
      this._options.kept(this._path, copy, isFound); // once, not with each save
    }
    return copy;
  };

  readonly dropCopy = async (copy: ICopyInPlace): Promise<void> => {
    if (!this._options.isOpen(copy.path) && (await this._isUntouched(copy))) {
      await this._options.remove(copy.path);
    }
  };

  /**
   * Make the folders around the file, where they are missing.
   */
  makeFolders(): Promise<void> {
    return makeFolders(this._options.drive, PathExt.dirname(this._path));
  }

  /**
   * What the drive has at its place now, or `null`.
   */
  readonly found = (): Promise<unknown> => this._content(this._path);

  readonly exists = async (path: string): Promise<boolean> => {
    const { drive } = this._options;
    return (await ifThere(drive.get(path, { content: false }))) !== null;
  };

  readonly isAsShipped = async (path: string): Promise<boolean> => {
    const { canonical, shipped } = this._options;
    const here = await this._content(path);
    const there = here === null ? null : await shipped(path);
    return there !== null && canonical(here) === canonical(there);
  };

  readonly move = async (from: string, to: string): Promise<void> => {
    await makeFolders(this._options.drive, PathExt.dirname(to));
    await this._options.rename(from, to);
  };

  readonly follow = (path: string): void => {
    const { _path: from } = this;
    if (path !== from) {
      this._path = path;
      this._options.relocated(from, path);
    }
  };

  /**
   * Be where the drive has the file, where the path at which it is opened is written in
   * another way: a browser's drive decodes it once more, and accents have two forms.
   */
  async find(): Promise<void> {
    const path = this.isShared ? this._path : decodedPath(this._path);
    const others = otherForms(path);
    if (!others.length || (await this.exists(path))) {
      this.follow(path);
      return;
    }
    for (const other of others) {
      if (await this.exists(other)) {
        this.follow(other);
        return;
      }
    }
    this.follow(path);
  }

  private async _isUntouched({ path, isUntouched }: ICopyInPlace): Promise<boolean> {
    // what can't be read may have been changed
    const content = await this._content(path).catch(() => null);
    return content !== null && isUntouched(content);
  }

  private async _content(path: string): Promise<unknown> {
    const { contentType: type, drive, format } = this._options;
    const file = await ifThere(drive.get(path, { type, format, content: true }));
    return file?.content ?? null;
  }

  private _write(path: string, content: unknown): Promise<Contents.IModel> {
    const { contentType: type, drive, format } = this._options;
    return drive.save(path, {
      type,
      format,
      content: content
    });
  }

  private async _keepVersion(): Promise<void> {
    this._isKept = true;
    try {
      const content = await this.found();
      if (content !== null) {
        await this._options.keepVersion(content);
      }
    } catch (error) {
      console.warn(`“${this._path}” as it was could not be kept.`, error);
    }
  }

  private _note(file: Contents.IModel): void {
    this._known = { ...file, content: null };
    this._isGone = false;
  }

  /**
   * Look at it, without its hash, for which a server would have to read all of it.
   */
  private async _glance(): Promise<Contents.IModel | null> {
    const file = await ifThere(this._options.drive.get(this._path, { content: false }));
    this._isWritable = file?.writable !== false;
    return file;
  }

  private _look(): Promise<Contents.IModel | null> {
    return ifThere(this._options.drive.get(this._path, { content: false, hash: true }));
  }

  /**
   * Note the hash of what was written, which a server tells only when it is asked.
   */
  private async _noteHash(): Promise<void> {
    const file = await this._look();
    if (file && file.last_modified === this._known?.last_modified) {
      this._note(file);
    }
  }

  private readonly _options: DriveFile.IOptions;
  private _path: string;
  private _known: Contents.IModel | null = null;
  private _looked: FileVersion | null = null;
  private _isWritable = true;
  private _isGone = false;
  private _isKept = false;
  private _size = 0;
}

/**
 * A namespace for `DriveFile` statics.
 */
export namespace DriveFile {
  /**
   * What file, and how to tell what happens to it.
   */
  export interface IOptions {
    /** The drive. */
    readonly drive: Contents.IDrive;
    /** Where it is. */
    readonly path: string;
    /** Its type in the contents API. */
    readonly contentType: string;
    /** Its format in the contents API. */
    readonly format: Contents.FileFormat;
    /** Bring a content into canonical form. */
    readonly canonical: (content: unknown) => string;
    /** The site, or server, whose file it is: tells it from others of one origin. */
    readonly site: string;
    /** Whether others have changed what is written. */
    readonly isForeign: () => boolean;
    /** Whether others may write to the same drive, as on a Jupyter server. */
    readonly isShared?: boolean;
    /**
     * Keep what the file holds before others' changes are written to it, elsewhere than
     * among its checkpoints: those are people's.
     */
    readonly keepVersion: (content: unknown) => Promise<void>;
    /** What the site ships at a path, or `null`. */
    readonly shipped: (path: string) => Promise<unknown>;
    /** Move a file in the drive, whoever waits for the document meanwhile. */
    readonly rename: (from: string, to: string) => Promise<unknown>;
    /** Take a file away that nobody would miss. */
    readonly remove: (path: string) => Promise<void>;
    /** Tell Jupyter that an open file is somewhere else than it was looked for. */
    readonly relocated: (from: string, to: string) => void;
    /** Whether somebody looks at a file. */
    readonly isOpen: (path: string) => boolean;
    /** Tell the user that a copy of a file was kept. */
    readonly kept: (path: string, copy: string, isFound: boolean) => void;
  }
}

/**
 * Make a folder, and those around it, where they are missing.
 */
async function makeFolders(drive: Contents.IDrive, folder: string): Promise<void> {
  if (!folder) {
    return;
  }
  if ((await ifThere(drive.get(folder, { content: false }))) === null) {
    await makeFolders(drive, PathExt.dirname(folder));
    await drive.save(folder, { type: 'directory', format: 'json' });
  }
}
