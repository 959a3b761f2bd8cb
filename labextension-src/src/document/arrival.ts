// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { PromiseDelegate } from '@lumino/coreutils';

import type { DocumentId, Lineage } from '../room/ids';
import { Fetching } from './fetching';

/**
 * What has come from others: a whole state of a history.
 */
export interface IArrival {
  readonly lineage: Lineage;

  /** The state, as a Yjs update. */
  readonly state: Uint8Array;
}

/**
 * What is fetched, and from where.
 */
export type IFetch = Omit<Fetching.IOptions, 'lineage' | 'isKept' | 'arrived'>;

/**
 * Fetch a history, as long as somebody may have it.
 *
 * @param fetch - From where.
 * @param lineage - The history.
 * @param signal - Aborted once nobody wants it any more: nothing of it is left then.
 * @returns Its state, or `null` if it is not to be had now, or not wanted.
 */
export async function fetchIfThere(
  fetch: IFetch,
  lineage: Lineage,
  signal: AbortSignal
): Promise<IArrival | null> {
  if (signal.aborted) {
    return null;
  }
  const arrived = new PromiseDelegate<boolean>();
  const fetching = new Fetching({
    ...fetch,
    lineage,
    isKept: false,
    arrived: () => arrived.resolve(true)
  });
  const giveUp = () => {
    fetching.dispose(); // now: the document may be opened again at once
    arrived.resolve(false);
  };
  signal.addEventListener('abort', giveUp);
  try {
    const isWhole = await Promise.race([arrived.promise, fetching.settled()]);
    const { state } = fetching;
    // a part would be taken for what the room has, and written to the drive
    return isWhole && state ? { lineage, state } : null;
  } finally {
    signal.removeEventListener('abort', giveUp);
    fetching.dispose();
  }
}

/**
 * Fetch the history that the room has chosen, or will choose, however long it takes.
 *
 * @param fetch - From where.
 * @param documentId - The document's id in the room.
 * @param signal - Aborted once nobody wants it any more: nothing of it is left then.
 * @throws What the signal was aborted with.
 */
export async function waitForIt(
  fetch: IFetch,
  documentId: DocumentId,
  signal: AbortSignal
): Promise<IArrival> {
  const { directory } = fetch.room;
  const arrival = new PromiseDelegate<IArrival>();
  let fetching: Fetching | null = null;
  const choose = () => {
    const lineage = directory.chosen(documentId);
    if (lineage !== null && lineage !== fetching?.lineage) {
      fetching?.dispose();
      // eslint-disable-next-line jupyter/require-disposable-ownership -- see `finally`
      const begun: Fetching = new Fetching({
        ...fetch,
        lineage,
        isKept: false,
        arrived: () => arrival.resolve({ lineage, state: begun.state! })
      });
      fetching = begun;
    }
  };
  const giveUp = () => {
    fetching?.dispose(); // now: the document may be opened again at once
    arrival.reject(signal.reason);
  };
  directory.changed.connect(choose);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    choose();
    return await arrival.promise;
  } finally {
    directory.changed.disconnect(choose);
    signal.removeEventListener('abort', giveUp);
    (fetching as Fetching | null)?.dispose();
  }
}
