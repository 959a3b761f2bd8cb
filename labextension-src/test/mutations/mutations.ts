// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { CONTENT } from './content';
import { FILES } from './files';
import { HISTORIES } from './histories';
import { INTAKE } from './intake';
import { PLACES } from './places';
import { STORAGE } from './storage';
import type { IMutation } from './mutation';

/**
 * The rules of documents. Behind each there is a way to lose or to double text.
 */
export const MUTATIONS: ReadonlyArray<IMutation> = [
  ...HISTORIES,
  ...FILES,
  ...STORAGE,
  ...PLACES,
  ...CONTENT,
  ...INTAKE
];
