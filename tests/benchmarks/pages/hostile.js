// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Lets a page of Jupyter write what no page of Jupyter writes, into the document in front.

import fc from 'fast-check';

import { deeds, write } from '../../../labextension-src/test/support/hostile';

/**
 * Write.
 *
 * @param count - How many updates.
 * @returns How many were written, as which client, and how many threw in the page that writes
 *   them: it has no guard against itself.
 */
window.writeHostile = async count => {
  const { ydoc } = jupyterapp.shell.currentWidget.context.model.sharedModel;
  let written = 0;
  ydoc.on('update', (_update, _origin, _doc, { local }) => {
    written += local ? 1 : 0;
  });
  const acts = fc.sample(deeds, { numRuns: 10 * count, seed: 1 });
  let failed = 0;
  while (written < count) {
    const act = acts.pop();
    const before = written;
    try {
      // a notebook from which cells are taken away would be shown earlier
      write(ydoc, { ...act, isRemoval: act.isRemoval && act.where % 40 < 2 });
    } catch {
      failed++;
    }
    if (written > before) {
      await new Promise(resolve => setTimeout(resolve, 20)); // each is sent by itself
    }
  }
  return { client: ydoc.clientID, written, failed };
};
