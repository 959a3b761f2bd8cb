// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/**
 * How large an update is at least, in bytes, unless it is the last: 256 KiB are
 * decoded in a few milliseconds, so that a page stays usable while a large
 * document arrives. What its author wrote at once is not cut, and may be larger.
 */
export const UPDATE_BYTES = 256 * 1024;

/**
 * A struct of Yjs' store.
 */
type Struct = Y.Item | Y.GC;

/**
 * Encode the state of a document as several consecutive updates.
 *
 * A large state in one update blocks the page that applies it, and needs several
 * times its size in memory. Each update here can be applied as soon as it is
 * there, since what it builds on has come before, and shown, since it never ends
 * within a new entry of a shared type, and be it in another entry: there is no cell,
 * and no output, without a type. It is made when it is asked for, and what is written
 * meanwhile comes with the last one.
 *
 * The format is that of Yjs' update, version 1: the structs of each client from
 * some clock on, and a set of deletions.
 *
 * @param doc - The document.
 * @param stateVector - What the receiver has, encoded.
 * @param size - How large an update is at least, in bytes.
 */
export function* stateUpdates(
  doc: Y.Doc,
  stateVector: Uint8Array,
  size = UPDATE_BYTES
): Generator<Uint8Array, void> {
  const walk = new StructWalk(doc, Y.decodeStateVector(stateVector));
  let update = new PartialUpdate();
  for (let struct = walk.next(); struct; struct = walk.next()) {
    if (update.size >= size && !ancestors(struct.struct).some(one => update.has(one))) {
      yield update.encode();
      update = new PartialUpdate();
    }
    update.add(struct.struct, struct.offset);
  }
  if (update.size) {
    yield update.encode();
  }
  yield Y.encodeStateAsUpdate(doc, encodeStateVector(walk.clocks));
}

/**
 * The entries of shared types, one in the other, in which a struct is.
 */
function ancestors(struct: Struct): Y.Item[] {
  const found: Y.Item[] = [];
  let item: Struct | null = struct;
  while (item instanceof Y.Item && item.parent instanceof Y.AbstractType) {
    item = item.parent._item;
    if (item) {
      found.push(item);
    }
  }
  return found;
}

/**
 * Goes through the structs that a receiver lacks, each after those that it
 * builds on.
 */
class StructWalk {
  /**
   * @param clocks - What the receiver has: client → clock. It grows as structs
   * are passed.
   */
  constructor(doc: Y.Doc, clocks: Map<number, number>) {
    this._doc = doc;
    this.clocks = clocks;
    // what is written from now on is not ours to send
    this._ends = Y.decodeStateVector(Y.encodeStateVector(doc));
    // what people write now goes on from what they have written: that must not wait for
    // all that somebody else wrote long ago
    const lacking = (client: number) => this._end(client) - this._clock(client);
    this._clients = [...this._ends.keys()].sort(
      (a, b) => lacking(a) - lacking(b) || b - a
    );
  }

  /** What the receiver has once it has applied what was passed. */
  readonly clocks: Map<number, number>;

  /**
   * The next struct, and how much of it the receiver has already; `null` at the end.
   */
  next(): { readonly struct: Struct; readonly offset: number } | null {
    for (let client = this._client(); client !== null; client = this._client()) {
      const clock = this._clock(client);
      const structs = this._doc.store.clients.get(client) ?? [];
      const struct = structs[Y.findIndexSS(structs, clock)];
      const missing = this._missing(struct);
      // who wrote this had seen that: there are no circles
      if (missing !== null && !this._stack.includes(missing)) {
        this._stack.push(missing);
        continue;
      }
      this.clocks.set(client, struct.id.clock + struct.length);
      if (this._stack.length > 1) {
        this._stack.pop(); // look again at what waited for it
      }
      return { struct, offset: clock - struct.id.clock };
    }
    return null;
  }

  /**
   * The client whose struct comes next, unless it has to wait for others.
   */
  private _client(): number | null {
    for (;;) {
      if (!this._stack.length) {
        const next = this._clients.shift();
        if (next === undefined) {
          return null;
        }
        this._stack.push(next);
      }
      const client = this._stack[this._stack.length - 1];
      if (this._clock(client) < this._end(client)) {
        return client;
      }
      this._stack.pop();
    }
  }

  /**
   * A client of whom the receiver lacks something that a struct builds on.
   */
  private _missing(struct: Struct): number | null {
    if (!(struct instanceof Y.Item)) {
      return null;
    }
    const { origin, rightOrigin, parent } = struct;
    const parentId =
      parent instanceof Y.AbstractType ? (parent._item?.id ?? null) : null;
    for (const id of [origin, rightOrigin, parentId]) {
      if (id && id.client !== struct.id.client && this._clock(id.client) <= id.clock) {
        return id.client;
      }
    }
    return null;
  }

  private _clock(client: number): number {
    return this.clocks.get(client) ?? 0;
  }

  private _end(client: number): number {
    return this._ends.get(client) ?? 0;
  }

  private readonly _doc: Y.Doc;
  private readonly _ends: Map<number, number>;
  private readonly _clients: number[];
  private readonly _stack: number[] = [];
}

/**
 * An update in the making.
 */
class PartialUpdate {
  /** How large it is, in bytes, the deletions not counted. */
  size = 0;

  /**
   * Add a struct; those of one client in the order of their clocks, without gaps.
   *
   * @param offset - How much of its beginning is left out.
   */
  add(struct: Struct, offset: number): void {
    const { client, clock } = struct.id;
    let section = this._sections.get(client);
    if (!section) {
      section = {
        clock: clock + offset,
        end: clock,
        count: 0,
        encoder: new Y.UpdateEncoderV1(),
        deleted: []
      };
      this._sections.set(client, section);
    }
    const before = encoding.length(section.encoder.restEncoder);
    struct.write(section.encoder, offset);
    section.count++;
    section.end = clock + struct.length;
    this.size += encoding.length(section.encoder.restEncoder) - before;
    if (struct.deleted) {
      section.deleted.push({ clock: clock + offset, length: struct.length - offset });
    }
  }

  /**
   * Whether a struct is in this update.
   */
  has({ id }: Struct): boolean {
    const section = this._sections.get(id.client);
    return section !== undefined && section.clock <= id.clock && id.clock < section.end;
  }

  encode(): Uint8Array {
    // Yjs writes the highest client first, which makes resolving conflicts fast
    const sections = [...this._sections].sort(([a], [b]) => b - a);
    const out = encoding.createEncoder();
    encoding.writeVarUint(out, sections.length);
    for (const [client, { clock, count, encoder }] of sections) {
      encoding.writeVarUint(out, count);
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, clock);
      encoding.writeUint8Array(out, encoding.toUint8Array(encoder.restEncoder));
    }
    const deletions = sections.filter(([, { deleted }]) => deleted.length);
    encoding.writeVarUint(out, deletions.length);
    for (const [client, { deleted }] of deletions) {
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, deleted.length);
      for (const { clock, length } of deleted) {
        encoding.writeVarUint(out, clock);
        encoding.writeVarUint(out, length);
      }
    }
    return encoding.toUint8Array(out);
  }

  private readonly _sections = new Map<
    number,
    {
      readonly clock: number;
      end: number;
      count: number;
      readonly encoder: Y.UpdateEncoderV1;
      readonly deleted: { readonly clock: number; readonly length: number }[];
    }
  >();
}

/**
 * Encode a state vector, as Yjs does: client → clock.
 */
function encodeStateVector(clocks: ReadonlyMap<number, number>): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, clocks.size);
  for (const [client, clock] of clocks) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, clock);
  }
  return encoding.toUint8Array(out);
}
