// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { posix } from 'node:path';

import type { Plugin } from 'vitest/config';

import { MUTATIONS } from './mutations';

/**
 * Switch off one rule in what is tested, for the time of a run: the sources stay as
 * they are, and nothing of it is ever built.
 *
 * @param number - Which of `MUTATIONS`; none if absent.
 */
export function mutate(number: string | undefined): Plugin {
  const mutation = number === undefined ? null : MUTATIONS[Number(number)];
  const file = posix.join('/src/document', `${mutation?.module}.ts`);
  return {
    name: 'mutate',
    enforce: 'pre',
    transform: (code, id) => {
      if (!mutation || !id.endsWith(file)) {
        return null;
      }
      if (code.split(mutation.find).length !== 2) {
        throw new Error(
          `${mutation.module}.ts does not hold ${JSON.stringify(mutation.find)} once.`
        );
      }
      return code.replace(mutation.find, () => mutation.replace);
    }
  };
}
