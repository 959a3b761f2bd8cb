// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { refusalNotice } from '../src/ui/refusal';

const trans = nullTranslator.load('');

/** What JupyterLab makes of a server's answer. */
const answer = (status: number, message: string) =>
  new ServerConnection.ResponseError(new Response(null, { status }), message);

const said = (error: unknown, isStatic = false) =>
  refusalNotice('notes/hello.txt', error, isStatic, trans);

describe('what is said of a file that can’t be saved', () => {
  it.each([
    [
      'a server that is stopped',
      new ServerConnection.NetworkError(new TypeError('Failed to fetch')),
      /server does not answer.*tried again/
    ],
    [
      'a file that is read-only',
      answer(403, 'Permission denied: notes/hello.txt'),
      /does not let you write it.*another name/
    ],
    [
      'a disk that is full',
      answer(500, 'Unexpected error … [Errno 28] No space left on device'),
      /disk of the server is full.*Free some space/
    ],
    [
      'a quota',
      answer(500, 'Unexpected error … [Errno 122] Disk quota exceeded'),
      /disk of the server is full/
    ],
    [
      'anything else',
      answer(500, 'The hook of this server wants a title in each notebook.'),
      /The server says: “The hook of this server wants a title/
    ]
  ])('%s', (_, error, words) => {
    expect(said(error)).toMatch(words);
    expect(said(error)).toContain('notes/hello.txt');
    expect(said(error)).toMatch(/download/i);
    expect(said(error)).not.toMatch(/browser/);
  });

  it('a browser that is full', () => {
    expect(said(new DOMException('', 'QuotaExceededError'), true)).toMatch(
      /storage of this browser is full/
    );
  });

  it('is not longer than JupyterLab shows, whatever a server says', () => {
    for (const error of [
      answer(500, 'x'.repeat(1000)),
      answer(403, 'x'.repeat(1000)),
      new TypeError('Failed to fetch'),
      null
    ]) {
      expect(said(error).length).toBeLessThanOrEqual(140);
    }
  });
});
