// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';

/**
 * What Jupyter does with an open document.
 */
export interface IJupyterContext {
  /** Whether the user has it before them. */
  readonly isVisible: boolean;

  /**
   * Save the document as Jupyter does, which asks the user what to do if somebody else has
   * changed the file, and says what goes wrong.
   *
   * @returns Whether the document was saved, or is now what the drive holds.
   */
  readonly save: () => Promise<boolean>;

  /**
   * Tell Jupyter which version of the file the document comes from.
   */
  readonly told: (file: Contents.IModel) => void;
}
