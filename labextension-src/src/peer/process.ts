// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Stands in for Node.js' `process` in the bundle: lib0 looks there for settings, and
 * JupyterLab's builder would add the `process` package for it.
 */
export const argv: ReadonlyArray<string> = [];
export const env: Readonly<Record<string, string>> = {};
