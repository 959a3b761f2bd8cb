// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YNotebook } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type * as Y from 'yjs';

/**
 * Do something once somebody else is in a notebook: before anything that they do there.
 *
 * @param come - Is called once, or never.
 * @returns Dispose of it to wait no more.
 */
export function whenOthersCome(
  { awareness, ydoc }: Pick<YNotebook, 'awareness' | 'ydoc'>,
  come: () => void
): IDisposable {
  const waiting = new DisposableDelegate(() => {
    awareness.off('change', look);
    ydoc.off('beforeTransaction', onTransaction);
  });
  const act = () => {
    waiting.dispose();
    come();
  };
  const look = () => {
    if ([...awareness.getStates().keys()].some(client => client !== ydoc.clientID)) {
      act();
    }
  };
  const onTransaction = ({ local }: Y.Transaction) => {
    if (!local) {
      act();
    }
  };
  awareness.on('change', look);
  ydoc.on('beforeTransaction', onTransaction);
  look();
  return waiting;
}
