// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';

/**
 * Do something once somebody else is in a notebook: before anything that they do there.
 *
 * @param come - Is called once, or never.
 * @returns Call it to wait no more.
 */
export function whenOthersCome(
  { awareness, ydoc }: Pick<YNotebook, 'awareness' | 'ydoc'>,
  come: () => void
): () => void {
  const stop = () => {
    awareness.off('change', look);
    ydoc.off('beforeTransaction', look);
  };
  // a change of who is here, or a transaction
  const look = ({ local }: { local?: boolean }) => {
    if (local === false || awareness.getStates().size > 1) {
      stop();
      come();
    }
  };
  awareness.on('change', look);
  ydoc.on('beforeTransaction', look);
  look({});
  return stop;
}
