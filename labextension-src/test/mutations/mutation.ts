// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * One rule, and how to switch it off.
 */
export interface IMutation {
  /** The rule, as the tests must hold it. */
  readonly rule: string;

  /** Where it is: a module, by its path from `src/document`. */
  readonly module: string;

  /** What it says there, once. */
  readonly find: string;

  /** What it says instead. */
  readonly replace: string;

  /** The tests that must fail then; the simulator, if absent. */
  readonly tests?: string;
}
