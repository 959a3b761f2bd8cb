// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// @vitest-environment node

import { resolve } from 'node:path';
import process from 'node:process';

import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** A file in which anything is believed of what others write. */
const BELIEVING = `
import * as Y from 'yjs';
interface IThing { readonly name: string }
export const one = new Y.Map<unknown>().get('thing') as IThing;
export const two = (new Y.Map<unknown>().get('thing') as unknown as IThing).name;
export const three = new Y.Array<unknown>().toJSON() as IThing[];
export const four = new Y.Array<Y.Map<unknown>>().get(0)!.get('thing')! as IThing;
export const five = new Y.Doc().getMap<IThing>('things');
`;

/** A file in which nothing is. */
const LOOKING = `
import * as Y from 'yjs';
export const one = new Map<string, unknown>().get('thing') as string;
export const two = new Y.Map<unknown>().get('thing') as unknown;
export const three = new Y.Doc().getArray<Y.Map<unknown>>('things');
const thing = new Y.Map<unknown>().get('thing');
export const four = typeof thing === 'string' ? thing : null;
`;

describe('what others have written into a shared type', () => {
  const ruleFilter = ({ ruleId }: { ruleId: string }) =>
    ruleId === 'local/remote-casts';
  // the text that is given counts, and not what the file holds, which typescript-eslint takes
  // where `CI` is set
  process.env.TSESTREE_SINGLE_RUN = 'false';
  const eslint = new ESLint({ ruleFilter });

  /** The lines in which a source file believes it. */
  const believed = async (text: string, file: string) => {
    const filePath = resolve('src', file);
    const [{ messages }] = await eslint.lintText(text, { filePath });
    return messages.map(({ line }) => line);
  };

  it('is believed in no source but those that decide what stands', async () => {
    expect(await believed(BELIEVING, 'people/others.ts')).toEqual([4, 5, 6, 7, 8]);
    expect(await believed(BELIEVING, 'document/intake.ts')).toEqual([]);
    expect(await believed(LOOKING, 'people/others.ts')).toEqual([]);
  });
});
