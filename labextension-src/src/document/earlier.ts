// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as idb from 'lib0/indexeddb';

import type { ObjectStores } from './database';
import { committed, isInTime, openDatabase } from './database';
import { EARLIER, mayHaveEarlier } from './earlierplace';

const ABOUT = 'about';
const CONTENTS = 'contents';
const STORES: ObjectStores = [[ABOUT, { autoIncrement: true }], [CONTENTS]];

/**
 * How many versions of one document are kept beside its first: as many as JupyterLite
 * keeps checkpoints.
 */
const LATEST = 5;

/**
 * What all versions may take of this browser's storage, in bytes: two of the largest
 * notebooks that we promise to share.
 */
const BUDGET = 100_000_000;

/**
 * A file as it was before somebody else's changes were written to it.
 */
export interface IEarlierVersion {
  /** The site, or server, whose file it is. */
  readonly site: string;

  /** Names the document, in its room. */
  readonly document: string;

  /** Where the file was. */
  readonly path: string;

  /** Its type in the contents API. */
  readonly contentType: string;

  /** Its format in the contents API. */
  readonly format: string;
}

/**
 * One that is kept.
 */
export interface IKeptVersion extends IEarlierVersion {
  /** Tells it from others. */
  readonly id: number;

  /** When it was kept, in milliseconds since 1970. */
  readonly time: number;

  /** The length of its content, as JSON. */
  readonly bytes: number;
}

/**
 * The versions that files had before others changed them, in this browser.
 *
 * They are not among Jupyter's checkpoints: those are people's, and each *Save* takes the
 * place of one. Of each document of a room the first version stays, which is that from
 * before the room, and so do the latest; the oldest go when all take too much space.
 */
export class EarlierVersions {
  /**
   * @param budget - What they may take of the storage, in bytes.
   */
  constructor(private readonly _budget = BUDGET) {}

  /**
   * Keep a version, unless it is what was kept last.
   *
   * @param version - Which one.
   * @param content - What the file holds.
   * @throws Error if the browser refuses, or does not answer in time.
   */
  async keep(version: IEarlierVersion, content: unknown): Promise<void> {
    const keeping = withDatabase(db => this._keep(db, version, content));
    if (!(await isInTime(keeping))) {
      throw new Error('This browser does not answer.');
    }
    await keeping;
  }

  /**
   * List the versions of a site's files, the latest first.
   *
   * @throws Error if the browser refuses.
   */
  async list(site: string): Promise<IKeptVersion[]> {
    if (!(await mayHaveEarlier())) {
      return [];
    }
    const all = await withDatabase(db => allOf(db.transaction([ABOUT])));
    return all.filter(version => version.site === site).reverse();
  }

  /**
   * Read what a version held.
   *
   * @throws Error if it is not kept any more.
   */
  async content({ id, path }: IKeptVersion): Promise<unknown> {
    const kept = await withDatabase(db =>
      idb.get(db.transaction([CONTENTS]).objectStore(CONTENTS), id)
    );
    if (kept === undefined) {
      throw new Error(`That version of “${path}” is not kept any more.`);
    }
    return kept;
  }

  private async _keep(
    db: IDBDatabase,
    version: IEarlierVersion,
    content: unknown
  ): Promise<void> {
    const transaction = db.transaction([ABOUT, CONTENTS], 'readwrite');
    const done = committed(transaction);
    const about = transaction.objectStore(ABOUT);
    const contents = transaction.objectStore(CONTENTS);
    const json = JSON.stringify(content);
    const all = await allOf(transaction);
    const last = all.filter(({ document }) => document === version.document).pop();
    const isKept =
      last?.bytes === json.length &&
      JSON.stringify(await idb.get(contents, last.id)) === json;
    if (!isKept) {
      const entry = { ...version, time: Date.now(), bytes: json.length };
      const id = (await idb.rtop(about.add(entry))) as number;
      contents.add(content, id);
      for (const surplus of this._surplus([...all, { ...entry, id }])) {
        about.delete(surplus.id);
        contents.delete(surplus.id);
      }
    }
    await done;
  }

  /**
   * What has to go for the last one.
   */
  private _surplus(all: ReadonlyArray<IKeptVersion>): IKeptVersion[] {
    const first = new Map<string, IKeptVersion>();
    all.forEach(one => first.set(one.document, first.get(one.document) ?? one));
    const isFirst = (one: IKeptVersion) => first.get(one.document) === one;
    const mine = all.filter(
      one => one.document === all[all.length - 1].document && !isFirst(one)
    );
    const surplus = new Set(mine.slice(0, -LATEST));
    let bytes = 0;
    all.forEach(one => (bytes += surplus.has(one) ? 0 : one.bytes));
    const others = all.slice(0, -1).filter(one => !surplus.has(one));
    // the versions from before a room go last
    const order = [...others.filter(one => !isFirst(one)), ...others.filter(isFirst)];
    for (const one of order) {
      if (bytes <= this._budget) {
        break;
      }
      surplus.add(one);
      bytes -= one.bytes;
    }
    return [...surplus];
  }
}

/**
 * All versions, the oldest first.
 */
async function allOf(transaction: IDBTransaction): Promise<IKeptVersion[]> {
  const about = transaction.objectStore(ABOUT);
  const keys = idb.getAllKeys(about);
  const values = (await idb.getAll(about)) as Omit<IKeptVersion, 'id'>[];
  const ids = (await keys) as number[];
  return values.map((value, index) => ({ ...value, id: ids[index] }));
}

async function withDatabase<T>(work: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const db = await openDatabase(EARLIER, STORES);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
