// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Frame } from './frames';
import { decodeFrame, FrameError } from './frames';
import { Heartbeat } from './heartbeat';
import type { ISink } from './outbox';
import { Outbox } from './outbox';
import { Rate } from './rate';
import { MAX_MESSAGE_BYTES, Reassembler } from './reassembly';

/**
 * How many topics a page may open at once: two per document, and some.
 */
const MAX_TOPICS = 1024;

/**
 * How many frames of the other page are handled, per second and at once, those
 * of large messages not counted. Sixteen people who type make 50 per second.
 */
const FRAMES_PER_SECOND = 1000;
const FRAMES_AT_ONCE = 20_000;

/**
 * What is told of a conversation.
 */
export interface IConversationEvents {
  /** The other page takes part in a topic. */
  joined(topic: string): void;

  /** The other page takes part in a topic no more. */
  left(topic: string): void;

  /** A message arrived. */
  message(topic: string, data: Uint8Array): void;

  /** A part of a large message arrived. */
  progress(topic: string, progress: { received: number; total: number }): void;

  /** A message in a topic is too large to be sent; its size is in bytes. */
  oversized(topic: string, size: number): void;

  /** The other page leaves on purpose. */
  bye(): void;
}

/**
 * What two pages say to each other once their browsers are connected.
 *
 * Each says which topics it takes part in, and messages pass in those that both do.
 * It does no input or output: bytes go out through a sink and come in through
 * `receive`, in order, and the time is given. Whoever sends them has proven to hold
 * the room's key before.
 */
export class Conversation {
  constructor(options: Conversation.IOptions) {
    this._options = options;
    const { sink, maxMessage = MAX_MESSAGE_BYTES, now } = options;
    this._maxMessage = maxMessage;
    this._outbox = new Outbox(sink);
    this._reassembler = new Reassembler(maxMessage);
    this._heartbeat = new Heartbeat(now);
  }

  /** The time from the last ping to its answer, in milliseconds; `null` before. */
  get roundTrip(): number | null {
    return this._roundTrip;
  }

  /** Whether the other page takes part in a topic. */
  hears(topic: string): boolean {
    return this._remoteTopics.has(topic);
  }

  /**
   * Take part in a topic.
   */
  open(topic: string): void {
    if (!this._channels.has(topic)) {
      const channel = this._channelCount++;
      this._channels.set(topic, channel);
      this._outbox.urgent({ kind: 'open', channel, topic });
    }
  }

  /**
   * Take part in a topic no more.
   */
  close(topic: string): void {
    const channel = this._channels.get(topic);
    if (channel !== undefined) {
      this._channels.delete(topic);
      this._outbox.forget(channel);
      this._outbox.urgent({ kind: 'close', channel });
    }
  }

  /**
   * Send a message in a topic that both take part in.
   *
   * @param ordered - Whether it waits for the large messages of this topic.
   * @throws Error - If the other page does not read.
   */
  send(topic: string, data: Uint8Array, ordered = false): void {
    const channel = this._channels.get(topic);
    if (channel === undefined || !this.hears(topic)) {
      return;
    }
    if (this._fits(topic, data)) {
      this._outbox.message(channel, data, ordered);
    }
  }

  /**
   * Send messages in a topic that both take part in, each when there is room for it.
   */
  stream(topic: string, messages: Iterator<Uint8Array>): void {
    const channel = this._channels.get(topic);
    if (channel !== undefined && this.hears(topic)) {
      this._outbox.stream(channel, this._fitting(topic, messages));
    }
  }

  /**
   * Say that this page leaves.
   */
  bye(): void {
    this._outbox.urgent({ kind: 'bye' });
  }

  /**
   * Go on sending: there is room again.
   */
  pump(): void {
    this._outbox.pump();
  }

  /**
   * Do what is due.
   *
   * @param now - The time, in milliseconds.
   * @returns Whether the other page is still there.
   * @throws FrameError - If a message does not go on.
   */
  tick(now: number): boolean {
    if (this._reassembler.isStalled(now)) {
      throw new FrameError('A message was begun and never ended.');
    }
    const action = this._heartbeat.tick(now);
    if (action === 'ping') {
      this._ping(now);
    }
    return action !== 'dead';
  }

  /**
   * Ask the other page at once whether it is there.
   *
   * @param now - The time, in milliseconds.
   */
  wake(now: number): void {
    this._heartbeat.wake(now);
    this._ping(now);
  }

  /**
   * Ask for an answer, to see how long it takes.
   *
   * @param now - The time, in milliseconds.
   */
  measure(now: number): void {
    this._ping(now);
  }

  /**
   * Take what arrived, whatever it is.
   *
   * @param now - The time, in milliseconds.
   * @throws FrameError - If the other page is to be cut off.
   */
  receive(bytes: Uint8Array, now: number): void {
    const frame = decodeFrame(bytes);
    this.heard(now);
    if (frame.kind !== 'part' && !this._rate.take(now)) {
      throw new FrameError('The other page sends too much at once.');
    }
    this._onFrame(frame, now);
  }

  /**
   * There was a sign of life.
   *
   * @param now - The time, in milliseconds.
   */
  heard(now: number): void {
    this._heartbeat.received(now);
  }

  /**
   * Leave out what the other page would cut this one off for.
   */
  private *_fitting(
    topic: string,
    messages: Iterator<Uint8Array>
  ): Generator<Uint8Array, void> {
    for (let next = messages.next(); !next.done; next = messages.next()) {
      if (this._fits(topic, next.value)) {
        yield next.value;
      }
    }
  }

  private _fits(topic: string, data: Uint8Array): boolean {
    const doesFit = data.length <= this._maxMessage;
    if (!doesFit) {
      this._options.events.oversized(topic, data.length);
    }
    return doesFit;
  }

  private _onFrame(frame: Frame, now: number): void {
    const { events } = this._options;
    switch (frame.kind) {
      case 'open':
        this._onOpen(frame.channel, frame.topic);
        break;
      case 'close': {
        const topic = this._find(frame.channel);
        this._remoteChannels.delete(frame.channel);
        this._remoteTopics.delete(topic);
        this._reassembler.forget(frame.channel);
        events.left(topic);
        break;
      }
      case 'message':
        events.message(this._find(frame.channel), frame.data);
        break;
      case 'begin':
      case 'part': {
        const topic = this._find(frame.channel);
        const result = this._reassembler.receive(frame, now);
        if (result instanceof Uint8Array) {
          events.message(topic, result);
        } else {
          events.progress(topic, result);
        }
        break;
      }
      case 'ping':
        this._outbox.urgent({ kind: 'pong', number: frame.number });
        break;
      case 'pong':
        if (frame.number === this._pings) {
          this._roundTrip = now - this._pinged;
        }
        break;
      case 'bye':
        events.bye();
        break;
      default:
        throw new FrameError(`A frame of kind ${frame.kind} has no place here.`);
    }
  }

  private _onOpen(channel: number, topic: string): void {
    if (this._remoteChannels.has(channel) || this._remoteTopics.has(topic)) {
      throw new FrameError('A topic is opened twice.');
    }
    if (this._remoteChannels.size >= MAX_TOPICS) {
      throw new FrameError(`More than ${MAX_TOPICS} topics are open.`);
    }
    this._remoteChannels.set(channel, topic);
    this._remoteTopics.add(topic);
    this._options.events.joined(topic);
  }

  private _find(channel: number): string {
    const topic = this._remoteChannels.get(channel);
    if (topic === undefined) {
      throw new FrameError('A frame belongs to a topic that is not open.');
    }
    return topic;
  }

  private _ping(now: number): void {
    this._pinged = now;
    this._outbox.urgent({ kind: 'ping', number: ++this._pings });
  }

  private readonly _options: Conversation.IOptions;
  private readonly _maxMessage: number;
  private readonly _outbox: Outbox;
  private readonly _reassembler: Reassembler;
  private readonly _heartbeat: Heartbeat;
  private readonly _rate = new Rate(FRAMES_PER_SECOND, FRAMES_AT_ONCE);
  private readonly _channels = new Map<string, number>();
  private readonly _remoteChannels = new Map<number, string>();
  private readonly _remoteTopics = new Set<string>();
  private _channelCount = 0;
  private _pings = 0;
  private _pinged = 0;
  private _roundTrip: number | null = null;
}

/**
 * A namespace for `Conversation` statics.
 */
export namespace Conversation {
  /**
   * What a conversation is made from.
   */
  export interface IOptions {
    /** Where frames go; it can send at once. */
    readonly sink: ISink;
    /** How large a message may be, in bytes. */
    readonly maxMessage?: number;
    /** The time, in milliseconds. */
    readonly now: number;
    /** Is told what happens. */
    readonly events: IConversationEvents;
  }
}
