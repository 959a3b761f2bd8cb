// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * The part of an awareness that carries sightings.
 */
export interface ISightingsAwareness {
  readonly clientID: number;
  getStates(): Map<number, { [key: string]: unknown }>;
  setLocalStateField(field: string, value: unknown): void;
  on(name: 'change', listener: () => void): void;
  off(name: 'change', listener: () => void): void;
}

/**
 * The field of the awareness.
 */
const FIELD = 'sightings';

/**
 * How much of a digest is told, in hexadecimal digits: 64 bits are enough to tell the
 * versions of one file apart.
 */
const LENGTH = 16;

/**
 * How many versions each page tells of: as many as are saved in half a minute, each of
 * them by what was written, and by what the drive has made of it.
 */
const MAX_TOLD = 96;

/**
 * How many versions are remembered of what others told.
 */
const MAX_KNOWN = 4096;

/**
 * How long somebody's word may take that they wrote a version, in milliseconds: three
 * times what a slow network does, and nobody waits for a save.
 */
const PATIENCE = 2000;

/**
 * What is asked of them, and told, where a file is read and written.
 */
export type ISightings = Pick<Sightings, 'has' | 'tell'>;

/**
 * The versions of one file that the people in the room have seen in their drives.
 *
 * People on one Jupyter server have one drive. A version that somebody in the room
 * read or wrote is a state of the shared document, or was taken into it; taking it in
 * once more, as if it had been changed without the room, would double it. So each page
 * tells which versions it is about to write, and which it has read.
 */
export class Sightings implements IDisposable {
  constructor(awareness: ISightingsAwareness) {
    this._awareness = awareness;
    awareness.on('change', this._collect);
    this._collect();
  }

  /** Emitted when somebody else has told of a version. */
  get told(): ISignal<this, void> {
    return this._told;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._waiting.forEach(end => end());
    this._awareness.off('change', this._collect);
    Signal.clearData(this);
  }

  /**
   * Tell others of a version, before it is written; and of what the drive made of it.
   *
   * @param digests - The digest of its content, or others that tell it from all others, in
   * hex.
   */
  tell(...digests: string[]): void {
    const told = digests.map(digest => digest.slice(0, LENGTH));
    told.forEach(digest => this._known.add(digest));
    const own = [...this._own.filter(digest => !told.includes(digest)), ...told];
    if (
      own.length !== this._own.length ||
      own.some((one, at) => one !== this._own[at])
    ) {
      this._own = own.slice(-MAX_TOLD);
      this._awareness.setLocalStateField(FIELD, this._own);
    }
  }

  /**
   * Whether somebody in the room has told of a version; their word may be on its way.
   *
   * @param digests - What it may have been told by: one is enough.
   * @param isAccompanied - Whether somebody is there, of whom this page may not have
   * heard yet who they are.
   * @param patience - How long to wait for their word, in milliseconds.
   */
  async has(
    digests: string | ReadonlyArray<string>,
    isAccompanied = this._awareness.getStates().size > 1,
    patience = PATIENCE
  ): Promise<boolean> {
    const shorts = [digests].flat().map(digest => digest.slice(0, LENGTH));
    const isKnown = () => shorts.some(short => this._known.has(short));
    if (isAccompanied && !this._isDisposed && !isKnown()) {
      await new Promise<void>(resolve => {
        const look = () => {
          if (isKnown()) {
            end();
          }
        };
        const end = () => {
          clearTimeout(timer);
          this._told.disconnect(look);
          this._waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, patience);
        this._waiting.add(end);
        this._told.connect(look);
      });
    }
    return isKnown();
  }

  private readonly _collect = (): void => {
    let isNew = false;
    for (const [client, state] of this._awareness.getStates()) {
      const told: unknown = state[FIELD];
      if (client === this._awareness.clientID || !Array.isArray(told)) {
        continue;
      }
      for (const digest of told.slice(-MAX_TOLD)) {
        // peers write what they like
        if (
          typeof digest === 'string' &&
          digest.length === LENGTH &&
          !this._known.has(digest)
        ) {
          this._known.add(digest);
          isNew = true;
        }
      }
    }
    for (const digest of this._known) {
      if (this._known.size <= MAX_KNOWN) {
        break;
      }
      this._known.delete(digest); // the oldest first
    }
    if (isNew) {
      this._told.emit();
    }
  };

  private readonly _awareness: ISightingsAwareness;
  private readonly _known = new Set<string>();
  private readonly _told = new Signal<this, void>(this);
  /** End waiting for somebody's word. */
  private readonly _waiting = new Set<() => void>();
  private _own: ReadonlyArray<string> = [];
  private _isDisposed = false;
}
