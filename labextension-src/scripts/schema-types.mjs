// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Write the TypeScript types of our configuration, from the schema that the build validates with.
 *
 * With `--check` nothing is written, and the exit code is 1 if the types in the sources are others.
 */

import console from 'node:console';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

import { compile } from 'json-schema-to-typescript';
import * as prettier from 'prettier';

const SCHEMA = fileURLToPath(
  new URL('../../jupyterlite_webrtc/schema/webrtc.v0.schema.json', import.meta.url)
);

const TYPES = fileURLToPath(
  new URL('../src/room/schema.generated.ts', import.meta.url)
);

const HEADER = `// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Generated from jupyterlite_webrtc/schema/webrtc.v0.schema.json by \`jlpm schema\`: edit that.

/* eslint-disable @typescript-eslint/naming-convention */
`;

const schema = JSON.parse(await readFile(SCHEMA, 'utf-8'));
// others' keys are allowed, but an index signature would allow our own to be misspelt, too
delete schema.additionalProperties;
const types = await compile(schema, schema.title, {
  additionalProperties: false,
  bannerComment: HEADER,
  format: false
});
const expected = await prettier.format(types, {
  ...(await prettier.resolveConfig(TYPES)),
  filepath: TYPES
});

if (process.argv.includes('--check')) {
  const found = await readFile(TYPES, 'utf-8').catch(() => '');
  if (found !== expected) {
    console.error(`${TYPES} is not what ${SCHEMA} says: run \`jlpm schema\`.`);
    process.exitCode = 1;
  }
} else {
  await writeFile(TYPES, expected);
}
