// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * How much of a server's own sentence is told, in letters: JupyterLab cuts what is longer
 * than 140.
 */
const SENTENCE = 50;

/**
 * What servers say where there is no space: the system's words, or its number of that.
 */
const FULL = /no space left|quota exceeded|errno (28|122)\b/i;

/**
 * Say why a file can't be saved, and what helps.
 *
 * @param error - What the drive has thrown.
 * @param isStatic - Whether it is this browser's storage, and no server.
 */
export function refusalNotice(
  path: string,
  error: unknown,
  isStatic: boolean,
  trans: TranslationBundle
): string {
  const { message, response } = (error ?? {}) as {
    message?: unknown;
    response?: { status?: unknown };
  };
  const sentence = typeof message === 'string' ? message.trim() : '';
  if (isStatic) {
    return trans.__(
      '“%1” can’t be saved: the storage of this browser is full, or refuses. Free some space, or download the file.',
      path
    );
  }
  if (!response) {
    return trans.__(
      '“%1” can’t be saved: the server does not answer. It is tried again. Keep this page open, or download the file.',
      path
    );
  }
  if (response.status === 507 || FULL.test(sentence)) {
    return trans.__(
      '“%1” can’t be saved: the disk of the server is full. Free some space there, or download the file.',
      path
    );
  }
  if (response.status === 401 || response.status === 403) {
    return trans.__(
      '“%1” can’t be saved: the server does not let you write it. Save it under another name, or download it.',
      path
    );
  }
  return trans.__(
    '“%1” can’t be saved. The server says: “%2” Download the file to keep it.',
    path,
    sentence.length > SENTENCE ? `${sentence.slice(0, SENTENCE - 1)}…` : sentence
  );
}
