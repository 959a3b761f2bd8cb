// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';

// Whether a commit passes should follow from the commit. TEST_SEED gives other random
// values to the properties, and `doit simulate` to the simulators.
fc.configureGlobal({ seed: Number(process.env.TEST_SEED ?? 1) });
