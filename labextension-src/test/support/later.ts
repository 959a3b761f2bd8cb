// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

const open: { dispose(): void }[] = [];

/**
 * Close something after the test: what was opened last is closed first.
 *
 * @returns The same.
 */
export function later<T extends { dispose(): void }>(one: T): T {
  open.unshift(one);
  return one;
}

/**
 * Close what was opened.
 */
export function closeAll(): void {
  open.splice(0).forEach(one => one.dispose());
}
