// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Awareness } from 'y-protocols/awareness';
import { applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { applyWhole } from './backlog';
import type { PeerHub } from './hub';
import type { SignalingMessage } from './signaling/envelope';
import { Envelope } from './signaling/envelope';

/**
 * How many people one message about presence may be about, and how long what is
 * said of one may be, in characters. Jupyter's states have some hundred.
 */
const MAX_STATES = 1000;
const MAX_STATE_LENGTH = 64 * 1024;

/**
 * How many people are known by their presence, those who have gone included, beside
 * those who are connected: whoever passes presence on could make up any number.
 */
const MAX_KNOWN = 5000;

/**
 * How long an id may be, in characters, and how many others somebody may be connected to.
 * Ours have 36, and some hundred.
 */
const MAX_ID_LENGTH = 64;
const MAX_NEIGHBOURS = 1024;

/**
 * A peer sent what can't be decoded, or is too much.
 */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/**
 * What y-webrtc, as we patch it, leaves to us.
 */
export interface IHooks {
  /** The id of this page. */
  readonly peerId: string;

  /** Seal a message for a topic. */
  seal(topic: string, message: SignalingMessage): string;

  /** Open a message; `null` if it is none, or not for us to read. */
  open(topic: string, data: unknown): SignalingMessage | null;

  /**
   * Read the id of a page out of a message.
   *
   * @throws MalformedError - If it is too long.
   */
  readId(decoder: decoding.Decoder): string;

  /**
   * Read who somebody is, by their client id, and who they are connected to.
   *
   * @throws MalformedError - If these are too many.
   */
  readNeighbours(decoder: decoding.Decoder): {
    readonly client: number;
    readonly ids: ReadonlySet<string>;
  };

  /**
   * Apply what a peer wrote into a document.
   *
   * @throws MalformedError - If it can't be decoded.
   */
  applyUpdate(doc: Y.Doc, update: Uint8Array, origin: unknown): void;

  /**
   * Apply what a peer says of those who are here.
   *
   * @param neighbours - Those who are connected: only they say who they are.
   * @param from - The peer itself, or `null` if it only passes something on.
   * @throws MalformedError - If it can't be decoded, or is too much.
   */
  applyAwareness(
    awareness: Awareness,
    update: Uint8Array,
    origin: unknown,
    neighbours: ReadonlyMap<string, { readonly client: number }>,
    from: string | null
  ): void;
}

/**
 * The envelopes of this page. A hub has one for all its topics, and all their links
 * one after the other: others remember the numbers of what a page has said, and take
 * none for new that they have seen.
 */
const envelopes = new WeakMap<PeerHub, Envelope>();

/**
 * Make the hooks of a room.
 *
 * @param hub - Has the connections of this page.
 * @param key - The room's signaling key, 32 bytes.
 */
export function createHooks(hub: PeerHub, key: Uint8Array): IHooks {
  const envelope = envelopes.get(hub) ?? new Envelope(key);
  envelopes.set(hub, envelope);
  return {
    peerId: hub.localId,
    seal: (topic, message) => envelope.seal(topic, message),
    open: (topic, data) => envelope.open(topic, data),
    readId,
    readNeighbours,
    applyUpdate,
    applyAwareness
  };
}

function readId(decoder: decoding.Decoder): string {
  const id = decoding.readVarString(decoder);
  if (id.length > MAX_ID_LENGTH) {
    throw new MalformedError(`An id of ${id.length} characters is too long.`);
  }
  return id;
}

function readNeighbours(
  decoder: decoding.Decoder
): ReturnType<IHooks['readNeighbours']> {
  const client = decoding.readVarUint(decoder);
  const count = decoding.readVarUint(decoder);
  if (count > MAX_NEIGHBOURS) {
    throw new MalformedError(`Connections to ${count} pages at once are too many.`);
  }
  return { client, ids: new Set(Array.from({ length: count }, () => readId(decoder))) };
}

/**
 * Apply an update. A malformed one is the peer's fault; whatever else fails is an
 * error of somebody who observes the document, and no reason to cut the peer off.
 */
function applyUpdate(doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  try {
    applyWhole(doc, update, origin);
  } catch (error) {
    try {
      Y.decodeUpdate(update);
    } catch {
      throw new MalformedError('A change of a document can’t be decoded.');
    }
    console.error('An error occurred while a change of a document was shown.', error);
  }
}

function applyAwareness(
  awareness: Awareness,
  update: Uint8Array,
  origin: unknown,
  neighbours: ReadonlyMap<string, { readonly client: number }>,
  from: string | null
): void {
  const others = new Set<number>();
  for (const [id, { client }] of neighbours) {
    if (id !== from) {
      others.add(client);
    }
  }
  const own = neighbours.get(from ?? '')?.client;
  let known = awareness.meta.size;
  const accepted = filterAwareness(update, client => {
    // what is known of oneself never comes from others
    if (client === awareness.clientID || others.has(client)) {
      return false;
    }
    const isKnown = client === own || awareness.meta.has(client);
    return isKnown || known++ < MAX_KNOWN;
  });
  try {
    applyAwarenessUpdate(awareness, accepted, origin);
  } catch (error) {
    console.error('An error occurred while presence was shown.', error);
  }
}

/**
 * Keep those states of an awareness update that are accepted.
 *
 * The format is that of y-protocols: the number of states, and for each client
 * id, clock and JSON.
 *
 * @throws MalformedError - If it can't be decoded, or is too much.
 */
export function filterAwareness(
  update: Uint8Array,
  accepts: (client: number) => boolean
): Uint8Array {
  try {
    const decoder = decoding.createDecoder(update);
    const states = encoding.createEncoder();
    let accepted = 0;
    const count = decoding.readVarUint(decoder);
    if (count > MAX_STATES) {
      throw new MalformedError(`Presence of ${count} people at once is too much.`);
    }
    for (let i = 0; i < count; i++) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const state = decoding.readVarString(decoder);
      if (state.length > MAX_STATE_LENGTH) {
        throw new MalformedError(
          `A presence of ${state.length} characters is too long.`
        );
      }
      const value: unknown = JSON.parse(state);
      if (typeof value !== 'object' || Array.isArray(value)) {
        throw new MalformedError('A presence is no object.');
      }
      if (accepts(client)) {
        accepted++;
        encoding.writeVarUint(states, client);
        encoding.writeVarUint(states, clock);
        encoding.writeVarString(states, state);
      }
    }
    const result = encoding.createEncoder();
    encoding.writeVarUint(result, accepted);
    encoding.writeUint8Array(result, encoding.toUint8Array(states));
    return encoding.toUint8Array(result);
  } catch (error) {
    throw error instanceof MalformedError
      ? error
      : new MalformedError('Presence can’t be decoded.');
  }
}
