// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';

import type { IRoomLink } from '../peer/link';
import { RoomLink } from '../peer/link';
import type { DocumentId } from '../room/ids';
import type { IRoomSession, IWebRtcManager } from '../tokens';
import { Directory } from './directory';
import { evict } from './eviction';
import type { Exclusively } from './lock';
import { DocumentPlaces } from './places';
import { hasContent } from './state';
import { DIRECTORY, RoomStore } from './store';

/**
 * What the store of a room is called when its name is derived.
 */
const STORE = 'store';

/**
 * For how long what others know of the room is not asked for again, in milliseconds:
 * opening one document asks several times.
 */
const ASK_AGAIN = 2000;

/**
 * How long after a room was entered the page looks whether this browser keeps too much,
 * in milliseconds: what people came for is open by then.
 */
const TIDY_AFTER = 30_000;

/**
 * The room that this page is in, as far as documents are concerned.
 */
export class DocumentRoom implements IDisposable {
  /**
   * @param session - The room.
   * @param manager - Is told how the connection is going.
   * @param site - Tells sites of one origin apart, which have drives of their own.
   * @param connect - Connects what is shared to others.
   * @param turns - Lets one tab at a time change what all of them know.
   * @param isKept - Whether this browser keeps histories. Where people have one drive,
   * that goes on while a browser is away, and an old history of it is of no use.
   */
  constructor(
    session: IRoomSession,
    manager: Pick<IWebRtcManager, 'watch'>,
    site: string,
    connect = (options: RoomLink.IOptions): IRoomLink => new RoomLink(options),
    turns?: Exclusively,
    isKept = true
  ) {
    this.session = session;
    this.connect = options => {
      if (this._links.get(options.subject)?.deref()?.isDisposed === false) {
        // neither would work, and closing one would close both
        throw new Error(`This page is in the topic of ${options.subject} already.`);
      }
      const link = connect(options);
      this._links.set(options.subject, new WeakRef(link));
      return link;
    };
    this.store = new RoomStore(session.keys.topic(`${STORE}/${site}`), isKept);
    const { doc } = this.directory;
    const release = this.store.keep(DIRECTORY, doc);
    this.loaded = release.then(
      () => undefined,
      (error: unknown) => {
        console.warn('What this browser knows of the room could not be read.', error);
      }
    );
    this._awareness = new Awareness(doc);
    this._awareness.setLocalState(null); // who is here is told elsewhere
    const awareness = this._awareness;
    this.link = connect({ session, subject: DIRECTORY, doc, awareness });
    this._watch = manager.watch(this.link);
    const { directory, store } = this;
    this.places = new DocumentPlaces({
      keys: session.keys,
      directory,
      store,
      settled: () => this.settled(),
      isShown: documentId => this._isShown(documentId),
      turns
    });
    this._release = release.catch(() => () => Promise.resolve());
    // a document that is opened soon need not wait then
    void this.settled();
    if (isKept) {
      this._tidying = setTimeout(() => {
        evict().catch((error: unknown) => {
          console.warn(
            'What this browser keeps of rooms could not be looked at.',
            error
          );
        });
      }, TIDY_AFTER);
    }
  }

  readonly session: IRoomSession;
  readonly store: RoomStore;
  readonly directory = new Directory();
  readonly link: IRoomLink;
  readonly places: DocumentPlaces;

  /**
   * Connects what is shared to others, until what it returns is disposed.
   *
   * @throws Error if this page is in that topic already.
   */
  readonly connect: (options: RoomLink.IOptions) => IRoomLink;

  /** Resolves when what this browser remembers of the directory is there. */
  readonly loaded: Promise<void>;

  get isDisposed(): boolean {
    return this.link.isDisposed;
  }

  /**
   * Wait for what others know of the room, as long as somebody may know something. Who
   * asks again soon does not wait again.
   */
  settled(): Promise<unknown> {
    if (performance.now() > this._askAgain) {
      this._askAgain = Infinity;
      this._settled = this.loaded
        .then(() => this.link.settled())
        .finally(() => {
          this._askAgain = performance.now() + ASK_AGAIN;
        });
    }
    return this._settled;
  }

  /**
   * Wait for what other browsers know of the room, as long as one may know something. A
   * tab of this one may have come at the same instant, and have heard as little.
   */
  async browsersSettled(): Promise<void> {
    await this.loaded;
    await this.link.settled(false);
  }

  /**
   * Whether another page shows the room's history of a document now.
   */
  private async _isShown(documentId: DocumentId): Promise<boolean> {
    const lineage = this.directory.chosen(documentId);
    const open = lineage === null ? undefined : this._links.get(lineage)?.deref();
    if (lineage === null || (open && !open.isDisposed)) {
      return open !== undefined && open.viewers > 0;
    }
    const { session } = this;
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    awareness.setLocalState(null);
    const link = this.connect({ session, subject: lineage, doc, awareness });
    try {
      const isThere = new Promise<boolean>(resolve => {
        doc.on('update', () => hasContent(doc) && resolve(true));
      });
      return await Promise.race([isThere, link.settled().then(() => hasContent(doc))]);
    } finally {
      link.dispose();
      awareness.destroy();
      doc.destroy();
    }
  }

  dispose(): void {
    clearTimeout(this._tidying);
    this._watch.dispose();
    this.link.dispose();
    this._awareness.destroy();
    void this._release.then(async release => {
      await release();
      await this.store.dispose();
    });
  }

  private _settled: Promise<unknown> = Promise.resolve();
  private _askAgain = -Infinity;
  private readonly _links = new Map<string, WeakRef<IRoomLink>>();
  private readonly _awareness: Awareness;
  private readonly _watch: IDisposable;
  private readonly _tidying: ReturnType<typeof setTimeout> | undefined;
  private readonly _release: Promise<() => Promise<void>>;
}
