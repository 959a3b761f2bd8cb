// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { DirtyState } from '../src/document/dirty';

function open() {
  const model = new YFile();
  const state = new DirtyState(model);
  const seen: boolean[] = [];
  model.changed.connect((_, { stateChange }) => {
    stateChange?.forEach(change => seen.push(change.newValue as boolean));
  });
  return { model, state, seen };
}

describe('the dirty state of a document', () => {
  it('follows edits and saves', () => {
    const { model, state, seen } = open();
    model.updateSource(0, 0, 'a');
    expect(model.dirty).toBe(true);
    state.markSaved(state.version);
    expect(model.dirty).toBe(false);
    expect(seen).toEqual([true, false]);
  });

  it('stays when something was typed while it was saved', () => {
    const { model, state } = open();
    model.updateSource(0, 0, 'a');
    const { version } = state;
    model.updateSource(0, 0, 'b');
    state.markSaved(version);
    model.dirty = false; // as Jupyter's context does after each save
    expect(model.dirty).toBe(true);
  });

  it('is set by what arrives from others, and not cleared by their saves', () => {
    const mine = open();
    const theirs = open();
    theirs.model.updateSource(0, 0, 'a');
    theirs.state.markSaved(theirs.state.version);
    Y.applyUpdate(mine.model.ydoc, Y.encodeStateAsUpdate(theirs.model.ydoc));
    expect(theirs.model.dirty).toBe(false);
    expect(mine.model.dirty).toBe(true);
  });

  it('is no part of what is shared', () => {
    const { model } = open();
    model.updateSource(0, 0, 'a');
    expect(model.ystate.has('dirty')).toBe(false);
  });

  it('is not written beside each letter that an editor writes', () => {
    const { model } = open();
    for (let letter = 0; letter < 1000; letter++) {
      // as JupyterLab's `ybinding` does
      model.ydoc.transact(() => {
        model.ysource.insert(letter, 'a');
        model.ydoc.getMap('state').set('dirty', true);
      });
    }
    expect(model.dirty).toBe(true);
    expect(Y.encodeStateAsUpdate(model.ydoc).length).toBeLessThan(1100);
  });
});
