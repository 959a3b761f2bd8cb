// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * What the database of earlier versions of files is called: one for all sites of an origin.
 */
export const EARLIER = 'jupyterlite-webrtc/earlier';

/**
 * Whether this browser has any, as far as it tells: nothing is made only by looking.
 */
export async function mayHaveEarlier(): Promise<boolean> {
  const databases = await indexedDB.databases?.();
  return !databases || databases.some(({ name }) => name === EARLIER);
}
