// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { roomDetails } from '../src/room/status';
import { access, privacy, shareQuestion } from '../src/ui/sharewords';
import { present } from '../src/ui/words';

const trans = nullTranslator.load('');
const named = { kind: 'named', name: 'demo' } as const;
const link = {
  kind: 'link',
  link: { secret: new Uint8Array(32), document: null }
} as const;

/** What the status says of a room: alone there, and then with somebody. */
const said = (room: typeof named | typeof link) =>
  (['alone', 'connected'] as const).map(state => {
    const people = state === 'alone' ? [] : ['Ada'];
    const status = { state, people, details: roomDetails([]) };
    return present({ disabled: false, isNewcomer: false, room }, status, trans).help;
  });

describe('in the room of a link', () => {
  it('documents are private until they are shared, as the page says', () => {
    expect(privacy(link, trans)).toBe('Your other documents stay private.');
    expect(access(link, trans)).toMatch(/^Anybody who has this link/);
    expect(said(link).join(' ')).not.toMatch(/What you open/);
  });

  it('a question names what is to be shared', () => {
    const { body, title } = shareQuestion('lesson/waves.ipynb', trans);
    expect(title).toBe('Share “lesson/waves.ipynb”?');
    expect(body).toMatch(/Anybody who gets the link.*other documents stay private/);
  });
});

describe('in a named room', () => {
  it('what is opened is shared, as the page says wherever it speaks of the room', () => {
    expect(privacy(named, trans)).toMatch(/^Whatever you open.*is shared, too/);
    expect(access(named, trans)).toContain('“demo”');
    for (const help of said(named)) {
      expect(help).toMatch(/What you open is shared there/);
    }
  });
});
