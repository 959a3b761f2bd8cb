// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { goneQuestion, newsNotice } from '../src/ui/news';

const notice = (path: string, from: string, name: string) =>
  newsNotice(path, { what: 'renamed', from, name }, nullTranslator.load(''));

describe('who is told where a document is', () => {
  it('learns its new name, for a moment', () => {
    const { isLasting, message } = notice('plan.txt', 'idea.txt', 'plan.txt');
    expect(message).toMatch(/^“idea.txt” is called “plan.txt” now/);
    expect(isLasting).toBe(false);
  });

  it('learns that it has another name here than in the room, until that was read', () => {
    const { isLasting, message } = notice('plan (shared).txt', 'idea.txt', 'plan.txt');
    expect(message).toMatch(/^“idea.txt” is called “plan \(shared\).txt” now/);
    expect(message).toContain('renamed it to “plan.txt”, which you have already');
    expect(isLasting).toBe(true);
  });

  it('learns that it had to get a name of its own, though nobody renamed it', () => {
    const { isLasting, message } = notice('idea (shared).txt', 'idea.txt', 'idea.txt');
    expect(message).toBe(
      '“idea.txt” is called “idea (shared).txt” here: you have another “idea.txt” already.'
    );
    expect(isLasting).toBe(true);
  });
});

describe('who opens a document in a named room', () => {
  it('learns that others there see and change it, in what a notification shows', () => {
    const news = { what: 'shared', room: 'physics-11b-kestrel' } as const;
    const notice = newsNotice('lesson/waves.ipynb', news, nullTranslator.load(''));
    expect(notice.message).toMatch(
      /^“lesson\/waves.ipynb” is shared in the room “physics-11b-kestrel”/
    );
    expect(notice.message.length).toBeLessThanOrEqual(140);
  });
});

describe('who is asked about a file that is gone from the server', () => {
  it.each(['Ada Lovelace', ''])('reads all of the question (by “%s”)', by => {
    const question = goneQuestion('lesson/waves.ipynb', by, nullTranslator.load(''));
    expect(question).toMatch(/^“lesson\/waves.ipynb” was deleted/);
    expect(question).toContain('this server has no such file now');
    expect(question).toContain(by);
    expect(question.length).toBeLessThanOrEqual(140);
  });
});
