// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

import { NotebookPage, meet, seedOf } from './notebooks';

const PEERS = 3;

const SEED_CELLS = ['α', 'β', 'γ', 'δ'];
const SEED = seedOf(
  SEED_CELLS.map((source, i) => ({
    id: `cell-${i}`,
    cell_type: i % 2 ? 'markdown' : 'code',
    source: `${source}\n`
  }))
);

const COMMANDS = [
  'type',
  'type',
  'type',
  'move',
  'move',
  'split',
  'merge',
  'retype',
  'cut',
  'insert',
  'remove',
  'empty',
  'erase',
  'undo',
  'redo'
] as const;

/** One thing that happens. */
export const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(...COMMANDS),
      peer: fc.nat(PEERS - 1),
      at: fc.nat(20),
      to: fc.nat(20)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      peer: fc.nat(PEERS - 1),
      at: fc.nat(PEERS - 1),
      to: fc.nat(6)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('drop' as const, 'heal' as const, 'quiet' as const),
      peer: fc.nat(PEERS - 1),
      at: fc.nat(PEERS - 1),
      to: fc.constant(0)
    })
  }
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/**
 * A few people, and the links between them: each delivers in order, or drops.
 */
export class World {
  constructor() {
    this.pages = Array.from({ length: PEERS }, (_, i) => new NotebookPage(SEED, i + 1));
    this._queues = this.pages.map(() => this.pages.map((): Uint8Array[] => []));
  }

  readonly pages: NotebookPage[];

  /** What was typed. */
  readonly tokens = new Set<string>(SEED_CELLS);

  /** What somebody who had seen it removed. */
  readonly removed = new Set<string>();

  run({ do: command, peer, at, to }: Step): void {
    const page = this.pages[peer];
    this._author = peer;
    const { notebook } = page;
    const n = notebook.cells.length;
    const cell = at % n;
    const source = notebook.getCell(cell).getSource();
    const places = this._places(source);
    const place = places[to % places.length];
    const before = page.text;
    switch (command) {
      case 'type': {
        page.type(cell, place, this._token());
        break;
      }
      case 'move': {
        const many = Math.min(1 + (at % 2), n);
        const from = Math.min(cell, n - many);
        const first = to % (n - many + 1);
        if (first !== from) {
          page.move(from, first > from ? first + many - 1 : first, many);
        }
        break;
      }
      case 'split':
        page.split(cell, place);
        break;
      case 'merge':
        if (cell < n - 1) {
          page.merge(cell);
        }
        break;
      case 'retype':
        page.retype(cell, ['code', 'markdown', 'raw'][to % 3]);
        break;
      case 'cut':
        page.cutAndPaste(cell, to % (n + 1));
        break;
      case 'insert':
        notebook.insertCell(to % (n + 1), { cell_type: 'code', source: this._token() });
        break;
      case 'remove':
        page.remove(cell);
        this._forget(before, page.text);
        break;
      case 'empty':
        page.remove(0, n);
        this._forget(before, page.text);
        break;
      case 'erase':
        if (source.length > 1) {
          const end = Math.min(place + 2, source.length);
          notebook.getCell(cell).updateSource(place, end, '');
          this._forget(before, page.text);
        }
        break;
      case 'undo':
      case 'redo':
        (at % 2 ? notebook : notebook.getCell(cell))[command]();
        this._forget(before, page.text, peer);
        break;
      case 'deliver': {
        const queue = this._queues[at][peer];
        queue.splice(0, to).forEach(update => page.receive(update));
        break;
      }
      case 'drop':
        this._queues[at][peer].length = 0;
        break;
      case 'heal':
        if (at !== peer) {
          this._queues[at][peer].length = 0;
          meet(this.pages[at], page);
        }
        break;
      case 'quiet':
        this.pages.forEach(one =>
          this.pages.forEach(two => one !== two && meet(one, two))
        );
        break;
    }
    notebook.undoManager.stopCapturing();
    page.notebook.cells.forEach(one => one.undoManager?.stopCapturing());
    this.pages.forEach(one => one.fillEmpty());
    this._send();
  }

  /** Let everything arrive. */
  settle(): void {
    for (let round = 0; round < 4; round++) {
      this.pages.forEach(one =>
        this.pages.forEach(two => one !== two && meet(one, two))
      );
      this.pages.forEach(page => page.fillEmpty());
    }
  }

  private _send(): void {
    this.pages.forEach((page, from) => {
      for (const update of page.sent.splice(0)) {
        this._queues[from].forEach((queue, to) => from !== to && queue.push(update));
      }
    });
  }

  /** Where one can type without tearing a token apart. */
  private _places(source: string): number[] {
    return Array.from({ length: source.length + 1 }, (_, i) => i).filter(
      i => !this._isFirst(source[i - 1])
    );
  }

  /** Tokens are pairs of characters: an even one and the next. */
  private _isFirst(character: string | undefined): boolean {
    return (character ?? '') >= '\u4e00' && character!.charCodeAt(0) % 2 === 0;
  }

  private _token(): string {
    const code = 0x4e00 + 2 * this.tokens.size;
    const token = String.fromCharCode(code, code + 1);
    this.tokens.add(token);
    this._authors.set(token, this._author);
    return token;
  }

  private _forget(before: string, after: string, by?: number): void {
    for (const token of this.tokens) {
      // it may stand twice for a moment: the news of a removal can come after a copy
      if (before.split(token).length > after.split(token).length) {
        if (by === undefined || this._authors.get(token) === by) {
          this.removed.add(token);
        }
      }
    }
  }

  private readonly _queues: Uint8Array[][][];
  private readonly _authors = new Map<string, number>();
  private _author = 0;
}
