// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentDrive } from '../../src/document/file';
import { saveCopy } from '../../src/document/copy';
import type { IDocumentFormat } from '../../src/document/format';
import type { Exclusively } from '../../src/document/lock';

/**
 * What a site ships: the same for everybody, until its next version.
 */
export type Site = Map<string, unknown>;

/**
 * A browser's drive, over the files of the site.
 */
export class Drive {
  constructor(private readonly _site: Site) {}

  get(path: string): unknown {
    return this._own.get(path) ?? this._site.get(path) ?? null;
  }

  set(path: string, content: unknown): void {
    this._own.set(path, content);
  }

  /** What the site ships can't be deleted. */
  delete(path: string): void {
    this._own.delete(path);
  }

  /** Without asking: it replaces what is there, as JupyterLite's does. */
  rename(path: string, newPath: string): void {
    this.set(newPath, this.get(path));
    this.delete(path);
  }

  shipped(path: string): unknown {
    return this._site.get(path) ?? null;
  }

  get files(): [string, unknown][] {
    return [...this._own];
  }

  /** The paths of all files, also those of the site. */
  get all(): string[] {
    return [...new Set([...this._own.keys(), ...this._site.keys()])];
  }

  private readonly _own = new Map<string, unknown>();
}

/**
 * A file of a drive as an open page sees it: once the page was killed, nothing
 * answers any more.
 */
export function driveFile(
  drive: Drive,
  page: { readonly isDead: boolean },
  format: IDocumentFormat,
  path: () => string,
  relocate: (to: string) => void = () => undefined
): IDocumentDrive & { readonly load: () => unknown } {
  /** What was last read or written here. */
  let seen: unknown;
  const alive = async <T>(answer: () => T): Promise<T> => {
    await Promise.resolve();
    return page.isDead ? new Promise<T>(() => undefined) : answer();
  };
  const canonical = (content: unknown) =>
    content === null ? null : format.canonical(content);
  return {
    get path() {
      return path();
    },
    exists: there => alive(() => drive.get(there) !== null),
    isAsShipped: there =>
      alive(() => {
        const [here, shipped] = [drive.get(there), drive.shipped(there)];
        return here !== null && canonical(here) === canonical(shipped);
      }),
    move: (from, to) =>
      alive(() => {
        drive.rename(from, to);
        relocate(to);
      }),
    follow: relocate,
    load: () => (seen = drive.get(path())),
    read: () =>
      alive(() => {
        const content = drive.get(path());
        return content === seen ? null : (seen = content);
      }),
    write: content =>
      alive(() => {
        drive.set(path(), content);
        seen = content;
      }),
    replace: async content => {
      const written = content();
      await alive(() => drive.set(path(), (seen = written)));
      return written;
    },
    shipped: () => alive(() => drive.shipped(path())),
    keepCopy: async (content, replaces) => {
      const there = replaces && drive.get(replaces.path);
      const isUntouched =
        replaces && there !== null && (await replaces.isUntouched(there));
      return saveCopy(path(), {
        exists: copied => alive(() => drive.get(copied) !== null),
        read: copied => alive(() => format.canonical(drive.get(copied))),
        write: copied => alive(() => drive.set(copied, content)),
        canonical: format.canonical(content),
        earlier: isUntouched ? replaces.path : null
      });
    },
    dropCopy: async copy => {
      const there = await alive(() => drive.get(copy.path));
      if (there !== null && (await copy.isUntouched(there))) {
        await alive(() => drive.delete(copy.path));
      }
    }
  };
}

/**
 * What the pages that have one drive tell each other of the versions of a file, as
 * `Sightings` does, but at once: a page knows what was told while it was there, and what
 * those say who are there when it comes.
 */
export class TalkOfVersions {
  /** Let a page take part, until it ends. */
  join(page: { readonly killed: Promise<void> }) {
    const told = new Set<string>();
    const known = new Set([...this._pages].flatMap(one => [...one.told]));
    const one = { known, told };
    this._pages.add(one);
    void page.killed.then(() => this._pages.delete(one));
    return {
      has: async (digests: string | ReadonlyArray<string>) =>
        [digests].flat().some(digest => known.has(digest)),
      tell: (...digests: string[]) =>
        digests.forEach(digest => {
          told.add(digest);
          this._pages.forEach(other => other.known.add(digest));
        })
    };
  }

  private readonly _pages = new Set<{
    readonly known: Set<string>;
    readonly told: Set<string>;
  }>();
}

/**
 * The Web Locks of one browser: a page that was killed lets go.
 */
export class Locks {
  /**
   * What a page takes its turn with.
   */
  of(page: { readonly isDead: boolean; readonly killed: Promise<void> }): Exclusively {
    return async (name, work) => {
      const before = this._last.get(name) ?? Promise.resolve();
      const mine = before.then(() =>
        page.isDead ? new Promise<never>(() => undefined) : work()
      );
      const ended = mine.then(
        () => undefined,
        () => undefined
      );
      this._last.set(name, Promise.race([ended, page.killed]));
      return mine;
    };
  }

  private readonly _last = new Map<string, Promise<unknown>>();
}
