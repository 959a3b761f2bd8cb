// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * The origin of the transactions that repair a notebook.
 */
export const REPAIR = Symbol('repair');
