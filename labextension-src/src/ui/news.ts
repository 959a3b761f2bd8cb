// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';

import type { News } from '../document/places';

/**
 * What people are told.
 */
export interface INotice {
  readonly message: string;

  /** Whether it stays until they have closed it. */
  readonly isLasting: boolean;
}

/**
 * Say what others have done to a document.
 *
 * @param path - Where it is in one's own drive by now.
 */
export function newsNotice(
  path: string,
  news: News,
  trans: TranslationBundle
): INotice {
  if (news.what === 'deleted') {
    const message = news.by
      ? trans.__(
          '%2 has deleted their “%1”. Yours stays, and you still share it with everybody else who has it.',
          path,
          news.by
        )
      : trans.__(
          'Somebody has deleted their “%1”. Yours stays, and you still share it with everybody else who has it.',
          path
        );
    return { message, isLasting: true };
  }
  const { from, name } = news;
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
          'Somebody in this room has renamed “%1” to “%2”. You have something else of that name, so yours is called “%3”.',
          from,
          name,
          path
        ),
        isLasting: true
      };
}
