// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How many entries may be looked at for one transaction, and how many more for each
 * question: an honest one needs a few for each time that a cell was moved. Peers might
 * write of millions, or of copies that are copies of each other.
 */
const MAX_LOOKS = 20_000;
const LOOKS_PER_QUESTION = 50;

/**
 * What was asked takes too long to answer: nothing is decided then.
 */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
}

/**
 * Bounds how much is looked at to answer questions about what peers have written.
 */
export class Effort {
  /** Begin with another transaction. */
  renew(): void {
    this._looks = MAX_LOOKS;
  }

  /**
   * Answer a question, or give up: then it is `null`.
   */
  ask<T>(question: () => T): T | null {
    this._looks = Math.max(this._looks, 0) + LOOKS_PER_QUESTION;
    try {
      return question();
    } catch (error) {
      if (!(error instanceof TooLongError)) {
        throw error;
      }
      return null;
    }
  }

  /**
   * Say that entries are looked at, to answer a question.
   *
   * @throws TooLongError - If they are too many.
   */
  readonly look = (count: number): void => {
    this._looks -= count;
    if (this._looks < 0) {
      throw new TooLongError();
    }
  };

  private _looks = MAX_LOOKS;
}
