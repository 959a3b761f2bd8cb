// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// what JupyterLab's views look for when they are loaded, and jsdom has not
Object.assign(globalThis, {
  DragEvent: class extends Event {},
  matchMedia: () => ({ matches: false, addListener: () => undefined })
});
