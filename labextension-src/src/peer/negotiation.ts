// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How long candidates are collected before they are sent, in milliseconds: those
 * of one machine come within one, and each message costs the server a delivery.
 */
const CANDIDATE_DELAY = 5;

/**
 * What two ends tell each other by way of a signaling server to find a route.
 */
export interface INegotiation {
  readonly description?: RTCSessionDescriptionInit;
  readonly candidates?: ReadonlyArray<RTCIceCandidateInit>;
}

/**
 * Negotiates one RTCPeerConnection, from either end, as often as needed.
 *
 * This is "perfect negotiation" (W3C WebRTC 1.0, section 10.7): where both ends
 * offer at once, the polite one takes its offer back.
 */
export class Negotiation {
  /**
   * @param connection - The connection.
   * @param isPolite - Whether this end gives way; the other one must not.
   * @param send - Sends something to the other end.
   */
  constructor(
    connection: RTCPeerConnection,
    isPolite: boolean,
    send: (negotiation: INegotiation) => void
  ) {
    this._connection = connection;
    this._isPolite = isPolite;
    this._send = send;
    connection.onnegotiationneeded = () => this.offer();
    connection.onicecandidate = ({ candidate }) => this._onCandidate(candidate);
  }

  /**
   * Take what the other end sent. It is applied in the order in which it came.
   *
   * @returns Resolves once it is applied.
   * @throws If it can't be.
   */
  receive(negotiation: INegotiation): Promise<void> {
    this._queue = this._queue.then(() => this._apply(negotiation));
    return this._queue;
  }

  /**
   * Resolves once everything that came so far is applied, or could not be.
   */
  async settled(): Promise<void> {
    await this._queue.catch(() => undefined);
  }

  /**
   * Say again what may have been lost while signaling was away.
   */
  repeat(): void {
    const { localDescription, signalingState } = this._connection;
    if (localDescription && signalingState === 'have-local-offer') {
      this._send({ description: localDescription });
    }
  }

  /**
   * Say and hear no more.
   */
  stop(): void {
    this._isStopped = true;
    clearTimeout(this._timer);
    this._connection.onnegotiationneeded = null;
    this._connection.onicecandidate = null;
  }

  /**
   * Offer what there is.
   */
  offer(): void {
    this._isOffering = true;
    this._connection
      .setLocalDescription()
      .then(() => this._sendDescription())
      .catch((error: unknown) => {
        // the other end's offer came first, or the connection is closed
        if (!this._isStopped && this._connection.signalingState === 'stable') {
          console.warn('Could not describe a connection.', error);
        }
      })
      .finally(() => {
        this._isOffering = false;
      });
  }

  private async _apply({ description, candidates }: INegotiation): Promise<void> {
    const connection = this._connection;
    if (this._isStopped) {
      return;
    }
    if (description) {
      const collides =
        description.type === 'offer' &&
        (this._isOffering || connection.signalingState !== 'stable');
      this._ignores = collides && !this._isPolite;
      const isLate =
        description.type === 'answer' &&
        connection.signalingState !== 'have-local-offer';
      if (!this._ignores && !isLate) {
        await connection.setRemoteDescription(description);
        if (description.type === 'offer' && !this._isStopped) {
          await connection.setLocalDescription();
          this._sendDescription();
        }
      }
    }
    for (const candidate of candidates ?? []) {
      if (this._isStopped || this._ignores) {
        return;
      }
      await connection.addIceCandidate(candidate);
    }
  }

  private _sendDescription(): void {
    const { localDescription } = this._connection;
    if (localDescription && !this._isStopped) {
      this._send({ description: localDescription });
    }
  }

  private _onCandidate(candidate: RTCIceCandidate | null): void {
    if (!candidate) {
      return; // the end of candidates: nobody waits for it
    }
    this._candidates.push(candidate.toJSON());
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      const candidates = this._candidates;
      this._candidates = [];
      this._send({ candidates });
    }, CANDIDATE_DELAY);
  }

  private readonly _connection: RTCPeerConnection;
  private readonly _isPolite: boolean;
  private readonly _send: (negotiation: INegotiation) => void;
  private _queue: Promise<void> = Promise.resolve();
  private _candidates: RTCIceCandidateInit[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isOffering = false;
  private _ignores = false;
  private _isStopped = false;
}
