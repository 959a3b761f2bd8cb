// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import { markOf } from '../document/cells/runs';
import { personOf } from '../room/person';

/**
 * What somebody does in a document now.
 */
export type Doing = 'typing' | 'running';

/**
 * How long somebody counts as typing after each change, in milliseconds: people
 * think between words.
 */
const TYPING = 2500;

/**
 * How long a runner may be out of sight, in milliseconds, before the cells that they
 * were running count as stopped: others are seen within this time after a start.
 */
const GONE = 5000;

/**
 * Tells what others do in one open document: who types, and whose kernel is busy.
 *
 * Nothing is sent for that: whoever types moves their cursor and writes, and cells
 * say who runs them.
 */
export class Activity implements IDisposable {
  constructor(model: YDocument<DocumentChange>) {
    this._model = model;
    const { awareness, ydoc } = model;
    ydoc.on('afterTransaction', this._onTransaction);
    awareness.on('change', this._onAwareness);
    this._lookForRuns();
    this._stopRunsOfGoneSoon();
  }

  /** What each person does, by their id; those who do nothing are left out. */
  get people(): ReadonlyMap<string, Doing> {
    const people = new Map<string, Doing>();
    for (const client of this._running) {
      this._add(people, client, 'running');
    }
    const now = Date.now();
    for (const [client, until] of this._typing) {
      if (until > now) {
        this._add(people, client, 'typing');
      }
    }
    return people;
  }

  /** Emitted when somebody begins or ends something. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._ending);
    clearTimeout(this._gone);
    this._model.ydoc.off('afterTransaction', this._onTransaction);
    this._model.awareness.off('change', this._onAwareness);
    Signal.clearData(this);
  }

  private _add(people: Map<string, Doing>, client: number, doing: Doing): void {
    const user: unknown = this._model.awareness.getStates().get(client)?.user;
    const username = (user as { username?: unknown } | undefined)?.username;
    if (typeof username === 'string') {
      people.set(personOf(username), doing);
    }
  }

  private readonly _onTransaction = (transaction: Y.Transaction): void => {
    const { afterState, beforeState, changed, local } = transaction;
    let isTyped = false;
    let isRun = false;
    for (const [type, keys] of changed) {
      isTyped ||= type instanceof Y.Text && isSource(type);
      isRun ||= keys.has('execution_state');
    }
    if (isRun) {
      this._knowOwnRuns(transaction);
      this._lookForRuns();
    }
    if (isTyped && !local) {
      for (const [client, clock] of afterState) {
        if (clock > (beforeState.get(client) ?? 0)) {
          this._note(client, this._wrote, this._moved);
        }
      }
    }
  };

  private readonly _onAwareness = (change: {
    updated: number[];
    removed: number[];
  }): void => {
    for (const client of change.updated) {
      this._note(client, this._moved, this._wrote);
    }
    // whoever goes through all listeners may have disposed of this meanwhile
    if (change.removed.length && !this._isDisposed) {
      this._stopRunsOfGoneSoon();
    }
  };

  /**
   * Take two signs together: what arrives late was written long ago, and a click
   * writes nothing.
   *
   * @param sign - When this sign was seen, by client.
   * @param other - When the other one was.
   */
  private _note(
    client: number,
    sign: Map<number, number>,
    other: ReadonlyMap<number, number>
  ): void {
    const now = Date.now();
    sign.set(client, now);
    if (now - (other.get(client) ?? 0) < TYPING) {
      const isNew = (this._typing.get(client) ?? 0) <= now;
      this._typing.set(client, now + TYPING);
      this._awaitEnd(TYPING);
      if (isNew) {
        this._changed.emit();
      }
    }
  }

  /**
   * Tell when the first of those who type have stopped, and then of the next.
   *
   * @param delay - Until then at the earliest, in milliseconds.
   */
  private _awaitEnd(delay: number): void {
    this._ending ??= setTimeout(() => {
      this._ending = undefined;
      const now = Date.now();
      const ends = [...this._typing.values()];
      if (ends.some(end => end <= now)) {
        this._changed.emit();
      }
      const next = Math.min(...ends.filter(end => end > now));
      if (Number.isFinite(next)) {
        this._awaitEnd(next - now);
      }
    }, delay + 1);
  }

  /**
   * Note what this page says that it runs. Who lost sight of it took that for stopped: take
   * that back.
   */
  private _knowOwnRuns({ changed, local }: Y.Transaction): void {
    const { ydoc } = this._model;
    const running = new Set(this._runningCells());
    if (local) {
      const said = [...running].filter(cell =>
        changed.get(cell as never)?.has('execution_state')
      );
      const still = [...this._own].filter(cell => running.has(cell));
      this._own = new Set([...still, ...said]);
      return;
    }
    const lost = [...this._own].filter(
      cell =>
        !cell._item!.deleted &&
        !running.has(cell) &&
        markOf(cell)?.client === ydoc.clientID
    );
    if (lost.length) {
      ydoc.transact(() => lost.forEach(cell => cell.set('execution_state', 'running')));
    }
  }

  private _lookForRuns(): void {
    this._running.clear();
    for (const cell of this._runningCells()) {
      this._running.add(markOf(cell)?.client ?? 0);
    }
    this._changed.emit();
  }

  /**
   * Somebody who leaves while a cell runs can't say that it has ended.
   */
  private _stopRunsOfGoneSoon(): void {
    clearTimeout(this._gone);
    this._gone = setTimeout(() => {
      const { awareness, ydoc } = this._model;
      const here = awareness.getStates();
      const left = this._runningCells().filter(
        cell => !here.has(markOf(cell)?.client ?? ydoc.clientID)
      );
      if (left.length) {
        ydoc.transact(() => left.forEach(cell => cell.set('execution_state', 'idle')));
      }
    }, GONE);
  }

  private _runningCells(): Y.Map<unknown>[] {
    const { ydoc } = this._model;
    if (!ydoc.share.has('cells')) {
      return []; // no notebook
    }
    return ydoc
      .getArray<Y.Map<unknown>>('cells')
      .toArray()
      .filter(cell => cell.get('execution_state') === 'running');
  }

  private readonly _model: YDocument<DocumentChange>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _running = new Set<number>();
  /** The cells that this page has said it runs, and not that they have ended. */
  private _own = new Set<Y.Map<unknown>>();
  private readonly _typing = new Map<number, number>();
  private readonly _wrote = new Map<number, number>();
  private readonly _moved = new Map<number, number>();
  private _ending: ReturnType<typeof setTimeout> | undefined;
  private _gone: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/**
 * Whether a text is that of a file, or the source of a cell, and no output.
 */
function isSource(text: Y.Text): boolean {
  return text._item === null || text._item.parentSub === 'source';
}
