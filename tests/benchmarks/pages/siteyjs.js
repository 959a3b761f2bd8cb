// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// The Yjs of a site, as far as its document in front shows it: stands for the package.

const { ydoc, cells } = jupyterapp.shell.currentWidget.context.model.sharedModel;

export const Map = ydoc.getMap('state').constructor;
export const Array = ydoc.getArray('cells').constructor;
export const Text = cells[0].ysource.constructor;
export const AbstractType = Object.getPrototypeOf(Map);
