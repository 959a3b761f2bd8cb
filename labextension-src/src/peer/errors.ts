// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * There is no route to the other page, or it is gone.
 */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/**
 * The other page does not hold the room's key, or somebody sits in the middle.
 */
export class StrangerError extends Error {
  override readonly name = 'StrangerError';
}
