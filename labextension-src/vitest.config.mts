// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { defineConfig } from 'vitest/config';

import { mutate } from './test/mutations/mutate';

export default defineConfig({
  plugins: [mutate(process.env.MUTATION)],
  test: {
    // JupyterLab's modules look at the page when they are loaded
    environment: 'jsdom',
    include: ['test/**/*.spec.ts'],
    // @jupyter/ydoc reads each new cell before it is in a document, and Yjs says so
    onConsoleLog: log => !log.includes('Invalid access: Add Yjs type'),
    server: {
      // these import subpaths without extensions, as bundlers allow
      deps: { inline: [/@jupyter/, /@jupyterlab/, /@lumino/] }
    }
  }
});
