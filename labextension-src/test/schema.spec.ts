// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { execFileSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { readSiteConfig } from '../src/room/config';

it('has types that are those of the schema', () => {
  execFileSync(process.execPath, ['scripts/schema-types.mjs', '--check']);
});

it('accepts another name of the signaling list, which the usual one prevails over', () => {
  const page = (options: Record<string, string>) =>
    readSiteConfig(name => options[name] ?? '', 'https://example.org/lab/')
      .signalingUrls;
  const signalingServers = '["wss://other.example.org"]';
  expect(page({ signalingServers })).toEqual(['wss://other.example.org']);
  expect(page({ signalingServers, fullWebRtcSignalingUrls: '[]' })).toEqual([]);
});
