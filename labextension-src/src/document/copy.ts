// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { copyPath } from './opening';

/**
 * What is needed to keep a copy.
 */
export interface ICopyDrive {
  /** Whether there is a file; throws if that is not known. */
  readonly exists: (path: string) => Promise<boolean>;

  /** Read a file in canonical form. */
  readonly read: (path: string) => Promise<string>;

  /** Write the copy. */
  readonly write: (path: string) => Promise<void>;

  /** The copy, in canonical form. */
  readonly canonical: string;

  /** Where an earlier version of the copy is, which nobody has changed. */
  readonly earlier: string | null;
}

/**
 * Keep a copy beside a file, without replacing anything.
 *
 * @param path - The path of the file.
 * @returns The path of the copy; an equal copy that is there already is enough, and
 * an earlier version of it is replaced.
 * @throws What the drive throws if it is not known whether something is there.
 */
export async function saveCopy(path: string, drive: ICopyDrive): Promise<string> {
  if (drive.earlier !== null) {
    await drive.write(drive.earlier);
    return drive.earlier;
  }
  for (let number = 1; ; number++) {
    const copy = copyPath(path, number);
    if (!(await drive.exists(copy))) {
      await drive.write(copy);
      return copy;
    }
    // what can't be read is somebody's, too
    const existing = await drive.read(copy).catch(() => null);
    if (existing === drive.canonical) {
      return copy;
    }
  }
}
