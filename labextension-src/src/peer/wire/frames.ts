// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The version of everything below: pages of another one are refused, in words.
 */
export const WIRE_VERSION = 2;

/**
 * The length of a proof, in bytes: HMAC-SHA-256.
 */
export const PROOF_BYTES = 32;

/**
 * How long a topic may be, in characters; ours have 64.
 */
export const MAX_TOPIC_LENGTH = 128;

/**
 * What a frame is. The numbers are the wire's: never reuse one.
 */
enum Kind {
  Proof = 1,
  Open = 2,
  Close = 3,
  Message = 4,
  Begin = 5,
  Part = 6,
  Ping = 7,
  Pong = 8,
  Bye = 9,
  At = 10,
  Ack = 11,
  Again = 12
}

/**
 * What two pages send each other. Each page numbers the topics that it opens;
 * a number is never used for another topic.
 */
export type Frame =
  /** proves that the sender holds the room's key: 32 bytes */
  | { readonly kind: 'proof'; readonly proof: Uint8Array }
  /** the sender takes part in a topic, and calls it by a number from now on */
  | { readonly kind: 'open'; readonly channel: number; readonly topic: string }
  /** the sender takes part no more */
  | { readonly kind: 'close'; readonly channel: number }
  /** a whole message */
  | { readonly kind: 'message'; readonly channel: number; readonly data: Uint8Array }
  /** the first part of a message of `total` bytes */
  | {
      readonly kind: 'begin';
      readonly channel: number;
      readonly total: number;
      readonly data: Uint8Array;
    }
  /** another part of the message that was begun in this channel */
  | { readonly kind: 'part'; readonly channel: number; readonly data: Uint8Array }
  /** asks for a `pong` with the same number */
  | { readonly kind: 'ping'; readonly number: number }
  | { readonly kind: 'pong'; readonly number: number }
  /** the sender leaves on purpose */
  | { readonly kind: 'bye' }
  /** the next frame on this path has this number, see `Sequence` */
  | { readonly kind: 'at'; readonly number: number }
  /** all frames before this number have arrived */
  | { readonly kind: 'ack'; readonly number: number }
  /** … and those from this number on have not: send them again */
  | { readonly kind: 'again'; readonly number: number };

/**
 * Frames about the numbers of others. They have none themselves.
 */
export type NumberFrame = Extract<Frame, { kind: 'at' | 'ack' | 'again' }>;

/**
 * A frame that can't be what a page of ours sends.
 */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/**
 * Encode a frame: the version, the kind, and its fields as lib0 writes them.
 */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, WIRE_VERSION);
  switch (frame.kind) {
    case 'proof':
      encoding.writeUint8(encoder, Kind.Proof);
      encoding.writeUint8Array(encoder, frame.proof);
      break;
    case 'open':
      encoding.writeUint8(encoder, Kind.Open);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarString(encoder, frame.topic);
      break;
    case 'close':
      encoding.writeUint8(encoder, Kind.Close);
      encoding.writeVarUint(encoder, frame.channel);
      break;
    case 'message':
      encoding.writeUint8(encoder, Kind.Message);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeUint8Array(encoder, frame.data);
      break;
    case 'begin':
      encoding.writeUint8(encoder, Kind.Begin);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.total);
      encoding.writeUint8Array(encoder, frame.data);
      break;
    case 'part':
      encoding.writeUint8(encoder, Kind.Part);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeUint8Array(encoder, frame.data);
      break;
    case 'ping':
      encoding.writeUint8(encoder, Kind.Ping);
      encoding.writeVarUint(encoder, frame.number);
      break;
    case 'pong':
      encoding.writeUint8(encoder, Kind.Pong);
      encoding.writeVarUint(encoder, frame.number);
      break;
    case 'bye':
      encoding.writeUint8(encoder, Kind.Bye);
      break;
    case 'at':
      encoding.writeUint8(encoder, Kind.At);
      encoding.writeVarUint(encoder, frame.number);
      break;
    case 'ack':
      encoding.writeUint8(encoder, Kind.Ack);
      encoding.writeVarUint(encoder, frame.number);
      break;
    case 'again':
      encoding.writeUint8(encoder, Kind.Again);
      encoding.writeVarUint(encoder, frame.number);
  }
  return encoding.toUint8Array(encoder);
}

/**
 * Decode a frame, whatever somebody sent.
 *
 * @throws FrameError - If it is none.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  try {
    return decode(decoding.createDecoder(bytes));
  } catch (error) {
    throw error instanceof FrameError
      ? error
      : new FrameError(`A frame of ${bytes.length} bytes ends too early.`);
  }
}

/**
 * Whether an encoded frame is about the numbers of others.
 */
export function isNumberFrame(bytes: Uint8Array): boolean {
  const kinds: ReadonlyArray<number> = [Kind.At, Kind.Ack, Kind.Again];
  return bytes[0] === WIRE_VERSION && kinds.includes(bytes[1]);
}

function decode(decoder: decoding.Decoder): Frame {
  const version = decoding.readUint8(decoder);
  if (version !== WIRE_VERSION) {
    throw new FrameError(
      `The other page speaks version ${version} of our protocol, and this one ${WIRE_VERSION}: reload both.`
    );
  }
  const kind = decoding.readUint8(decoder) as Kind;
  const number = () => decoding.readVarUint(decoder);
  const rest = () => decoding.readTailAsUint8Array(decoder);
  const frame = ((): Frame => {
    switch (kind) {
      case Kind.Proof:
        return { kind: 'proof', proof: rest() };
      case Kind.Open:
        return {
          kind: 'open',
          channel: number(),
          topic: decoding.readVarString(decoder)
        };
      case Kind.Close:
        return { kind: 'close', channel: number() };
      case Kind.Message:
        return { kind: 'message', channel: number(), data: rest() };
      case Kind.Begin:
        return { kind: 'begin', channel: number(), total: number(), data: rest() };
      case Kind.Part:
        return { kind: 'part', channel: number(), data: rest() };
      case Kind.Ping:
        return { kind: 'ping', number: number() };
      case Kind.Pong:
        return { kind: 'pong', number: number() };
      case Kind.Bye:
        return { kind: 'bye' };
      case Kind.At:
        return { kind: 'at', number: number() };
      case Kind.Ack:
        return { kind: 'ack', number: number() };
      case Kind.Again:
        return { kind: 'again', number: number() };
      default:
        throw new FrameError(`There is no frame of kind ${String(kind)}.`);
    }
  })();
  if (decoding.hasContent(decoder)) {
    throw new FrameError(`A frame of kind ${frame.kind} is too long.`);
  }
  if (frame.kind === 'proof' && frame.proof.length !== PROOF_BYTES) {
    throw new FrameError(
      `A proof has ${PROOF_BYTES} bytes, not ${frame.proof.length}.`
    );
  }
  if (frame.kind === 'open' && frame.topic.length > MAX_TOPIC_LENGTH) {
    throw new FrameError(`A topic of ${frame.topic.length} characters is too long.`);
  }
  return frame;
}
