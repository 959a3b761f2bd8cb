// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

declare module '*.svg' {
  const source: string;
  export default source;
}
