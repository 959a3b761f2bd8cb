// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * The HTTP status of what is not there.
 */
const NOT_FOUND = 404;

/**
 * What JupyterLite's drive says of a file that it does not have where it gives no status.
 */
const NO_FILE = /^Could not find (content|file) with path /;

/**
 * Whether a drive's error says that there is no such file. Whatever else goes wrong says
 * nothing about that: who takes it for “there is none” writes over somebody's file.
 *
 * @param error - What a drive has thrown.
 */
export function isAbsence(error: unknown): boolean {
  const { message, response } = (error ?? {}) as {
    message?: unknown;
    response?: { status?: unknown };
  };
  return (
    response?.status === NOT_FOUND ||
    (typeof message === 'string' && NO_FILE.test(message))
  );
}

/**
 * Thrown by a save that brings no file back which somebody has taken away.
 */
export class FileGone extends Error {
  constructor() {
    super('The file is not there any more.');
  }
}

/**
 * What a drive answers, or `null` if it has no such file.
 *
 * @throws Whatever else the drive throws.
 */
export async function ifThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsence(error)) {
      return null;
    }
    throw error;
  }
}
