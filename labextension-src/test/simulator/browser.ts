// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile } from '@jupyter/ydoc';

import { saveCopy } from '../../src/document/copy';
import { documentFormat } from '../../src/document/format';
import { DocumentHistory } from '../../src/document/history';
import { DocumentRoom } from '../../src/document/room';
import { roomKeys } from '../../src/room/keys';
import type { IRoomSession } from '../../src/tokens';
import type { Network } from './network';

/**
 * The file that everybody opens.
 */
export const PATH = 'file.txt';

const SESSION: IRoomSession = {
  name: 'room',
  keys: roomKeys(new Uint8Array(32)),
  signalingUrls: [],
  iceServers: [],
  iceTransportPolicy: 'all'
};

const MANAGER = {
  watch: () => ({ isDisposed: false, dispose: () => undefined })
};

/**
 * A person's browser: a drive and a store that outlive pages, and at most one
 * page, which opens one file in one room.
 */
export class Browser {
  /**
   * @param number - Tells browsers apart.
   * @param network - Connects them.
   * @param site - Names the run, so that stores of runs are apart.
   * @param shipped - What the site ships.
   */
  constructor(
    readonly number: number,
    network: Network,
    site: string,
    private readonly _shipped: string
  ) {
    this._network = network;
    this._site = `${site}/${number}`;
    this.drive.set(PATH, _shipped);
  }

  readonly drive = new Map<string, string>();

  /** What is on the screen, or `null` without a document. */
  get text(): string | null {
    return this._page?.ready ? this._page.model.getSource() : null;
  }

  get isOpen(): boolean {
    return this._page !== null;
  }

  /** The history that is open. */
  get lineage(): string | null {
    return this._page?.history.lineage ?? null;
  }

  /** What this person keeps beside the file. */
  get copies(): string[] {
    return [...this.drive].filter(([path]) => path !== PATH).map(([, text]) => text);
  }

  /**
   * Open the file in the room.
   */
  open(): void {
    if (this._page) {
      return;
    }
    const room = new DocumentRoom(SESSION, MANAGER, this._site, options =>
      this._network.connect(this.number, options)
    );
    const model = new YFile();
    const format = documentFormat('file', model)!;
    const history = new DocumentHistory({
      model,
      format,
      path: PATH,
      contentType: 'file',
      formatName: 'text',
      manager: MANAGER,
      shipped: () => Promise.resolve(this._shipped),
      keepCopy: async content => {
        const text = content as string;
        await saveCopy(PATH, {
          read: path => Promise.resolve(this.drive.get(path) ?? null),
          write: path => Promise.resolve(void this.drive.set(path, text)),
          canonical: text
        });
      },
      differs: () => undefined,
      reopen: () => {
        if (this._page?.history === history) {
          this.close();
          this.open();
        }
      }
    });
    const page = { room, model, history, ready: false };
    this._page = page;
    void history.open(this.drive.get(PATH), room).then(() => {
      page.ready = true;
    });
  }

  /**
   * Close the page, without saving to the drive.
   */
  close(): void {
    const page = this._page;
    this._page = null;
    if (page) {
      page.history.dispose();
      page.room.dispose();
      page.model.dispose();
    }
  }

  /**
   * Type into the document.
   *
   * @returns Whether there was one.
   */
  type(token: string, at: number): boolean {
    const page = this._page;
    if (!page?.ready) {
      return false;
    }
    // never inside another token
    const places = [...page.model.getSource().matchAll(/(?=<)|$/g)].map(m => m.index);
    const place = places[at % places.length];
    page.model.updateSource(place, place, token);
    return true;
  }

  /**
   * Save to the drive.
   */
  async save(): Promise<void> {
    const page = this._page;
    if (page?.ready) {
      const text = page.model.getSource();
      await page.history.saving(text, () =>
        Promise.resolve(void this.drive.set(PATH, text))
      );
    }
  }

  /**
   * Edit the file without the room.
   *
   * @returns Whether the page was closed, as it has to be.
   */
  editPrivately(token: string): boolean {
    if (this._page) {
      return false;
    }
    this.drive.set(PATH, `${this.drive.get(PATH)}${token}`);
    return true;
  }

  private readonly _network: Network;
  private readonly _site: string;
  private _page: {
    room: DocumentRoom;
    model: YFile;
    history: DocumentHistory;
    ready: boolean;
  } | null = null;
}
