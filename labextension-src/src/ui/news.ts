// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';

import type { ToldNews } from '../document/places';

/**
 * What people are told.
 */
export interface INotice {
  readonly message: string;

  /** Whether it stays until they have closed it. */
  readonly isLasting: boolean;
}

/**
 * Say what has become of a document by what others have done, or by being opened.
 *
 * @param path - Where it is in one's own drive by now.
 */
export function newsNotice(
  path: string,
  news: ToldNews,
  trans: TranslationBundle
): INotice {
  if (news.what === 'shared') {
    const message = trans.__(
      '“%1” is shared in the room “%2”: whoever is there sees and changes it. So is all else that you open.',
      path,
      news.room
    );
    return { message, isLasting: false };
  }
  if (news.what === 'deleted') {
    const message = news.by
      ? trans.__(
          '%2 has deleted their “%1”. Yours stays, and is still shared with all others who have it.',
          path,
          news.by
        )
      : trans.__(
          'Somebody has deleted their “%1”. Yours stays, and is still shared with all others who have it.',
          path
        );
    return { message, isLasting: true };
  }
  const { from, name } = news;
  if (name === from) {
    const message = trans.__(
      '“%1” is called “%2” here: you have another “%1” already.',
      from,
      path
    );
    return { message, isLasting: true };
  }
  return path === name
    ? {
        message: trans.__(
          '“%1” is called “%2” now: somebody in this room has renamed it.',
          from,
          name
        ),
        isLasting: false
      }
    : {
        message: trans.__(
          // the start is what a short notification shows of it
          '“%1” is called “%3” now: somebody has renamed it to “%2”, which you have already.',
          from,
          name,
          path
        ),
        isLasting: true
      };
}

/**
 * Ask what to do with a document whose file is gone from the server.
 *
 * @param path - Where it was.
 * @param by - Who has deleted it; empty if nobody knows.
 */
export function goneQuestion(
  path: string,
  by: string,
  trans: TranslationBundle
): string {
  // JupyterLab cuts what is longer than 140 characters
  return by
    ? trans.__(
        '“%1” was deleted by %2: this server has no such file now. This page still shows it.',
        path,
        by
      )
    : trans.__(
        '“%1” was deleted or moved: this server has no such file now. This page still shows it.',
        path
      );
}
