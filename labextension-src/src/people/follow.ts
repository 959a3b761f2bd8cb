// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IPlace } from './place';
import type { IRosterEntry } from './roster';

/**
 * How often to move at most, in milliseconds: more often is no easier to follow.
 */
const PAUSE = 150;

/**
 * What somebody does who wants to look around by themself.
 */
const INPUT = ['keydown', 'pointerdown', 'wheel', 'touchmove'] as const;

/**
 * The keys with which people reach and press buttons.
 */
const CONTROL_KEYS: ReadonlyArray<string> = ['Tab', 'Shift', 'Enter', ' '];

/**
 * Shows what another person looks at, until the user does something themself.
 */
export class Follower implements IDisposable {
  constructor(options: Follower.IOptions) {
    this._options = options;
  }

  /** Who is followed; `null` if nobody is. */
  get person(): IRosterEntry | null {
    return this._id === null ? null : this._options.find(this._id);
  }

  /** Whether they are in a document that is not open here. */
  get isElsewhere(): boolean {
    const path = this.person?.path ?? null;
    return path !== null && !this._options.canShow(path);
  }

  /** Emitted when somebody else is followed, or nobody any more. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Follow somebody, beginning at once.
   */
  follow(id: string): void {
    this._id = id;
    this._shown = '';
    INPUT.forEach(type => document.addEventListener(type, this._onInput, true));
    this._changed.emit();
    this.update();
  }

  /**
   * Follow nobody any more.
   */
  stop(): void {
    if (this._id !== null) {
      this._id = null;
      clearTimeout(this._timer);
      this._timer = undefined;
      INPUT.forEach(type => document.removeEventListener(type, this._onInput, true));
      this._changed.emit();
    }
  }

  /**
   * Somebody may have moved, or gone.
   */
  update(): void {
    if (this._id === null) {
      return;
    }
    if (!this.person) {
      this.stop();
      return;
    }
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      this._move().catch((reason: unknown) => {
        console.warn('The place of somebody could not be shown.', reason);
      });
    }, PAUSE);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this.stop();
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _move(): Promise<void> {
    const { canShow, place, show } = this._options;
    const { person } = this;
    if (!person || person.path === null || !canShow(person.path)) {
      this._changed.emit();
      return;
    }
    const where = place(person.path, person.id);
    const key = JSON.stringify([person.path, where]);
    if (key !== this._shown) {
      this._shown = key;
      this._changed.emit();
      await show(person.path, where);
    }
  }

  private readonly _onInput = (event: Event): void => {
    // what was clicked has the focus, but keys other than these are for the page
    const isForUs =
      !(event instanceof KeyboardEvent) || CONTROL_KEYS.includes(event.key);
    if (!isForUs || !this._options.isOurs(event.target as Node)) {
      this.stop();
    }
  };

  private readonly _options: Follower.IOptions;
  private readonly _changed = new Signal<this, void>(this);
  private _id: string | null = null;
  private _shown = '';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/**
 * A namespace for `Follower` statics.
 */
export namespace Follower {
  /**
   * What is needed to follow somebody.
   */
  export interface IOptions {
    /** Find a person who is here. */
    readonly find: (id: string) => IRosterEntry | null;
    /** Whether a document can be shown without sharing anything more. */
    readonly canShow: (path: string) => boolean;
    /** Find out where a person is in a document; `null` if that is not known. */
    readonly place: (path: string, id: string) => IPlace | null;
    /** Show a place in a document. */
    readonly show: (path: string, place: IPlace | null) => Promise<void>;
    /** Whether an element is part of what shows who is followed. */
    readonly isOurs: (element: Node) => boolean;
  }
}
