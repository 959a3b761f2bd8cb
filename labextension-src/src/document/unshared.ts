// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { haveSameEssence } from './essence';
import type { IDocumentDrive } from './file';
import type { IDocumentFormat } from './format';

/**
 * Write the file of a document that was in no room, on the way into one, where nobody can
 * be asked. What somebody else has written meanwhile is kept beside it.
 *
 * @param drive - The file.
 * @param format - The format of the document.
 * @param content - What the document holds; asked for once more when it is written.
 * @param before - What the file held when this page read or wrote it last, in canonical
 * form.
 */
export async function saveUnshared(
  drive: IDocumentDrive,
  format: IDocumentFormat,
  content: () => unknown,
  before: string
): Promise<void> {
  const own = () => format.canonical(content());
  const isSame = (one: string, other: string) => haveSameEssence(format, one, other);
  if (isSame(before, own())) {
    return; // there is nothing to write
  }
  const found = await drive.read();
  const theirs = found === null ? before : format.canonical(found);
  if (!isSame(before, theirs) && !isSame(own(), theirs) && !format.isEmpty(theirs)) {
    await drive.keepCopy(found, null, true);
  }
  await drive.write(content());
}
