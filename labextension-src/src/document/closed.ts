// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * A document was closed before it was open. Whoever has closed it asks for nothing more.
 */
export class DocumentClosed extends Error {
  constructor() {
    super('The document was closed before it was open.');
    this.name = 'DocumentClosed';
  }
}
