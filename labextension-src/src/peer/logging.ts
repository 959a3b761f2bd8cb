// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Stands in for `lib0/logging` in the bundle: y-webrtc's log is for its authors, and
 * brings 3 kB along.
 */
export const createModuleLogger = (): (() => void) => () => undefined;

export const BOLD = '';
export const UNBOLD = '';
export const GREY = '';
export const UNCOLOR = '';
