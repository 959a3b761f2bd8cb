// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IAwareness } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import { hasContent } from '../../src/document/state';
import { applyWhole } from '../../src/peer/backlog';
import type { IRoomLink, RoomLink } from '../../src/peer/link';
import type { ILinkState } from '../../src/room/status';

/**
 * Marks what came over the network, which is not sent on: the mesh is full.
 */
const NETWORK = Symbol('network');

/**
 * A message under way. A `hello` is answered with all that the receiver has.
 */
interface IMessage {
  readonly from: SimulatedLink;
  readonly to: SimulatedLink;
  readonly kind: 'hello' | 'answer' | 'change';
  readonly update: Uint8Array;
}

/**
 * From which choice on a change passes the answer that it follows.
 */
export const PASSING = 10;

/**
 * A network without time: a message arrives when the simulation says so, in
 * order between two ends, and in any order between others. Only answers, which can be
 * large, may be passed by what was changed later.
 */
export class Network {
  /**
   * Connect what a browser shares.
   */
  connect(browser: number, options: RoomLink.IOptions): IRoomLink {
    const topic = options.session.keys.topic(options.subject);
    const { awareness, doc } = options;
    const link = new SimulatedLink(this, browser, topic, doc, awareness);
    for (const other of this._links) {
      this._meet(link, other);
    }
    this._links.add(link);
    return link;
  }

  /**
   * Cut the network in two: the browsers given, and the others.
   */
  partition(browsers: ReadonlySet<number>): void {
    this._side = browsers;
    for (const link of this._links) {
      for (const other of [...link.peers]) {
        if (!this._canReach(link, other)) {
          link.part(other);
        }
      }
    }
    this._queue = this._queue.filter(({ from, to }) => this._canReach(from, to));
  }

  /**
   * Mend the network.
   */
  heal(): void {
    this._side = new Set();
    const links = [...this._links];
    links.forEach((link, index) => {
      links.slice(index + 1).forEach(other => this._meet(link, other));
    });
  }

  /** Whether nothing is under way. */
  get isQuiet(): boolean {
    return this._queue.length === 0;
  }

  /**
   * Deliver one message.
   *
   * @param choice - Which of the ends that have something to receive comes first; from
   * `PASSING` on, changes pass answers there.
   */
  deliver(choice: number): void {
    const pairs = new Map<string, IMessage>();
    for (const message of this._queue) {
      const pair = `${message.from.id}>${message.to.id}`;
      const first = pairs.get(pair);
      const passes = first?.kind === 'answer' && message.kind === 'change';
      if (!first || (passes && choice >= PASSING)) {
        pairs.set(pair, message);
      }
    }
    const message = [...pairs.values()][choice % Math.max(1, pairs.size)];
    if (message) {
      this._queue.splice(this._queue.indexOf(message), 1);
      message.to.receive(message);
    }
  }

  /**
   * Let everybody who waits for others run out of patience.
   */
  losePatience(): void {
    this._links.forEach(link => link.losePatience());
  }

  send(message: IMessage): void {
    this._queue.push(message);
  }

  remove(link: SimulatedLink): void {
    this._links.delete(link);
    // what was sent to another tab of the same browser arrives all the same
    this._queue = this._queue.filter(
      ({ from, to }) => to !== link && (from !== link || from.browser === to.browser)
    );
    // what only some of its peers have received, they tell each other
    const others = [...this._links].filter(other => link.peers.has(other));
    others.forEach(one => {
      one.part(link);
      one.peers.forEach(other => one.greet(other));
    });
  }

  private _meet(a: SimulatedLink, b: SimulatedLink): void {
    if (a.topic === b.topic && !a.peers.has(b) && this._canReach(a, b)) {
      a.meet(b);
      b.meet(a);
      a.greet(b);
      b.greet(a);
    }
  }

  private _canReach(a: SimulatedLink, b: SimulatedLink): boolean {
    // the tabs of one browser need no network
    return this._side.has(a.browser) === this._side.has(b.browser);
  }

  private readonly _links = new Set<SimulatedLink>();
  private _queue: IMessage[] = [];
  private _side: ReadonlySet<number> = new Set();
}

let links = 0;

/**
 * One end of the network.
 */
class SimulatedLink implements IRoomLink {
  constructor(
    private readonly _network: Network,
    readonly browser: number,
    readonly topic: string,
    private readonly _doc: Y.Doc,
    private readonly _awareness: IAwareness
  ) {
    _doc.on('update', this._onUpdate);
  }

  readonly id = links++;
  readonly peers = new Set<SimulatedLink>();
  readonly people = new Map<string, string>();

  get viewers(): number {
    return [...this.peers].filter(
      ({ _awareness, _doc }) => _awareness.getLocalState() !== null && hasContent(_doc)
    ).length;
  }

  readonly stateChanged = new Signal<this, void>(this);
  isDisposed = false;

  get state(): ILinkState {
    return {
      signaling: 'open',
      announced: 0,
      // the tabs of one browser are no second browser
      connected: [...this.peers].filter(({ browser }) => browser !== this.browser)
        .length,
      tabs: [...this.peers].filter(({ browser }) => browser === this.browser).length,
      synced: this.peers.size > 0 && [...this.peers].every(one => this._told.has(one))
    };
  }

  async settled(mayBeTab = true): Promise<boolean> {
    const hasState = () => this._hasState || (mayBeTab && this._hasTabsState);
    if (!hasState()) {
      const waiting = mayBeTab ? this._waiting : this._waitingForBrowsers;
      await new Promise<void>(resolve => waiting.push(resolve));
    }
    return hasState();
  }

  losePatience(): void {
    this._waiting.splice(0).forEach(resolve => resolve());
    this._waitingForBrowsers.splice(0).forEach(resolve => resolve());
  }

  meet(other: SimulatedLink): void {
    this.peers.add(other);
  }

  /**
   * As y-webrtc: ask for the other's state first, then tell ours of the connection.
   */
  greet(other: SimulatedLink): void {
    const update = new Uint8Array();
    this._network.send({ from: this, to: other, kind: 'hello', update });
    this.stateChanged.emit();
  }

  part(other: SimulatedLink): void {
    this.peers.delete(other);
    this._told.delete(other);
    this.stateChanged.emit();
  }

  receive({ from, kind, update }: IMessage): void {
    if (kind === 'hello') {
      if (!from.isDisposed) {
        const state = Y.encodeStateAsUpdate(this._doc);
        this._network.send({ from: this, to: from, kind: 'answer', update: state });
      }
      return;
    }
    applyWhole(this._doc, update, NETWORK);
    if (kind === 'answer') {
      this._told.add(from);
      if (from.browser === this.browser) {
        this._hasTabsState = true;
        this._waiting.splice(0).forEach(resolve => resolve());
      } else {
        this._hasState = true;
        this.losePatience();
      }
      this.stateChanged.emit();
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this._doc.off('update', this._onUpdate);
      this._network.remove(this);
      this.losePatience();
      Signal.clearData(this);
    }
  }

  private readonly _onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== NETWORK) {
      this.peers.forEach(to =>
        this._network.send({ from: this, to, kind: 'change', update })
      );
    }
  };

  private readonly _waiting: (() => void)[] = [];
  private readonly _waitingForBrowsers: (() => void)[] = [];
  /** Whose state has arrived. */
  private readonly _told = new Set<SimulatedLink>();
  /** Also who is gone by now counts. */
  private _hasState = false;
  private _hasTabsState = false;
}
