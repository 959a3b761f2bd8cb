// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { IRoomLink } from '../src/room/link';
import {
  documentInLink,
  formatRoomLink,
  newRoomSecret,
  parseRoomLink,
  readFragment,
  shareUrl
} from '../src/room/link';
import { readPageRequest } from '../src/room/request';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const link: fc.Arbitrary<IRoomLink> = fc.record({
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  document: fc
    .option(
      fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 })
    )
    .map(digits => digits && digits.join(''))
});

describe('a link to a room', () => {
  it('says what was written', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatRoomLink(value);
        expect(text).toMatch(/^[\w-]+$/);
        expect(parseRoomLink(text)).toEqual(value);
        expect(readFragment(`#room=${text}`)).toEqual(value);
      })
    );
  });

  it('is named as incomplete wherever it is cut', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatRoomLink(value);
        for (let length = 0; length < text.length; length++) {
          expect(readFragment(`#room=${text.slice(0, length)}`)).toBe('invalid');
        }
      })
    );
  });

  it('is named as mistyped whichever character is another one', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatRoomLink(value);
        for (let at = 0; at < text.length; at++) {
          const others = [...ALPHABET].filter(char => char !== text[at]);
          for (const other of others) {
            const mistyped = text.slice(0, at) + other + text.slice(at + 1);
            expect(parseRoomLink(mistyped)).toBeNull();
          }
        }
      }),
      { numRuns: 10 } // each tries some 4,000 changes
    );
  });

  it('is named as mistyped with two characters swapped, more at its end, or any others in it', () => {
    fc.assert(
      fc.property(link, fc.nat(), fc.string({ minLength: 1 }), (value, at, more) => {
        const text = formatRoomLink(value);
        const i = at % (text.length - 1);
        const swapped = text.slice(0, i) + text[i + 1] + text[i] + text.slice(i + 2);
        expect(parseRoomLink(swapped) === null || swapped === text).toBe(true);
        expect(parseRoomLink(text + more)).toBeNull();
        expect(parseRoomLink(text.slice(0, i) + more + text.slice(i))).toBeNull();
      })
    );
  });

  it('never changes: links of two versions open the same room', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
    expect([
      formatRoomLink({ secret, document: null }),
      formatRoomLink({ secret, document: '0123456789abcdef0123456789abcdef' })
    ]).toMatchInlineSnapshot(`
      [
        "AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tlsbcv7",
        "AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tkBI0VniavN7wEjRWeJq83vDhtT7Q",
      ]
    `);
  });

  it('holds a new secret for each room', () => {
    const secrets = Array.from({ length: 100 }, () => newRoomSecret().join());
    expect(new Set(secrets).size).toBe(100);
  });

  it('carries the beginning of an id', () => {
    const document = documentInLink('ab'.repeat(32));
    const text = formatRoomLink({ secret: newRoomSecret(), document });
    expect(parseRoomLink(text)?.document).toBe('ab'.repeat(16));
  });
});

describe('a fragment of others', () => {
  it.each(['', '#', '#Some-heading', '#room', '#rooms=5', '#x&room=5', '#Room=5'])(
    'is left alone: %j',
    fragment => {
      expect(readFragment(fragment)).toBeNull();
    }
  );
});

describe('the address that people share', () => {
  const room = { secret: new Uint8Array(32), document: null };

  it('is that of the page, and asks for nothing but the document and the room', () => {
    const url = shareUrl(
      'https://site.org/p/lab/index.html?room=demo&username=Ada&path=x#heading',
      'a b.ipynb',
      room
    );
    expect(url).toMatch(
      /^https:\/\/site\.org\/p\/lab\/index\.html\?path=a\+b\.ipynb#room=[\w-]{48}$/
    );
  });

  it('names the document as a page reads it, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '%', '2', '5', ' ', '&', '#', 'é', '+', '/')
        }),
        path => {
          const { search, hash } = new URL(
            shareUrl('https://site.org/lab/', path, room)
          );
          expect(readPageRequest(search).paths).toEqual([path]);
          expect(readFragment(hash)).toEqual(room);
        }
      )
    );
  });
});
