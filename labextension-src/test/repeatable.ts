// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

// Whether a commit passes should follow from the commit. TEST_SEED gives other random
// values to the properties, and `doit simulate` to the simulators.
fc.configureGlobal({ seed: Number(process.env.TEST_SEED ?? 1) });

// How long it takes to compress follows from the machine, and simulators count turns: a
// browser that can't, keeps the same uncompressed. See support/compression.ts.
Object.assign(globalThis, { CompressionStream: undefined });
