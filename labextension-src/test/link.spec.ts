// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { shareUrl, withoutRoom } from '../src/room/address';
import type { IShareLink } from '../src/room/link';
import {
  formatShareLink,
  newRoomSecret,
  parseShareLink,
  readFragment
} from '../src/room/link';
import { readPageRequest } from '../src/room/request';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const link: fc.Arbitrary<IShareLink> = fc.record({
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  document: fc
    .option(
      fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
    )
    .map(digits => digits && digits.join(''))
});

describe('a link to a room', () => {
  it('says what was written', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatShareLink(value);
        expect(text).toMatch(/^[\w-]+$/);
        expect(parseShareLink(text)).toEqual(value);
        expect(readFragment(`#room=${text}`)).toEqual(value);
      })
    );
  });

  it('is named as incomplete wherever it is cut', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatShareLink(value);
        for (let length = 0; length < text.length; length++) {
          expect(readFragment(`#room=${text.slice(0, length)}`)).toBe('invalid');
        }
      })
    );
  });

  it('is named as mistyped whichever character is another one', () => {
    fc.assert(
      fc.property(link, value => {
        const text = formatShareLink(value);
        for (let at = 0; at < text.length; at++) {
          const others = [...ALPHABET].filter(char => char !== text[at]);
          for (const other of others) {
            const mistyped = text.slice(0, at) + other + text.slice(at + 1);
            expect(parseShareLink(mistyped)).toBeNull();
          }
        }
      }),
      { numRuns: 10 } // each tries some 4,000 changes
    );
  });

  it('is named as mistyped with two characters swapped, more at its end, or any others in it', () => {
    fc.assert(
      fc.property(link, fc.nat(), fc.string({ minLength: 1 }), (value, at, more) => {
        const text = formatShareLink(value);
        const i = at % (text.length - 1);
        const swapped = text.slice(0, i) + text[i + 1] + text[i] + text.slice(i + 2);
        expect(parseShareLink(swapped) === null || swapped === text).toBe(true);
        expect(parseShareLink(text + more)).toBeNull();
        expect(parseShareLink(text.slice(0, i) + more + text.slice(i))).toBeNull();
      })
    );
  });

  it('never changes: links of two versions open the same room', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
    expect([
      formatShareLink({ secret, document: null }),
      formatShareLink({ secret, document: '0123456789abcdef'.repeat(4) })
    ]).toMatchInlineSnapshot(`
      [
        "AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tlsbcv7",
        "AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tkBI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN78aihug",
      ]
    `);
  });

  it('holds a new secret for each room', () => {
    const secrets = Array.from({ length: 100 }, () => newRoomSecret().join());
    expect(new Set(secrets).size).toBe(100);
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
  const link = { secret: new Uint8Array(32), document: null };
  const room = { kind: 'link', link } as const;

  it('is that of the page, and asks for nothing but the document and the room', () => {
    const page = 'https://site.org/p/lab/index.html?room=r&username=Ada&path=x#heading';
    expect(shareUrl(page, 'a b.ipynb', room)).toMatch(
      /^https:\/\/site\.org\/p\/lab\/index\.html\?path=a\+b\.ipynb#room=[\w-]{48}$/
    );
    expect(shareUrl(page, 'a.txt', { kind: 'named', name: 'my room' })).toBe(
      'https://site.org/p/lab/index.html?path=a.txt&room=my+room'
    );
    expect(shareUrl(page, 'a.txt', { kind: 'none' })).toBeNull();
  });

  it('names the document as a page reads it, whatever its name', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '%', '2', '5', ' ', '&', '#', 'é', '+', '/')
    });
    const id = 'ab'.repeat(32);
    fc.assert(
      fc.property(name, path => {
        const url = new URL(shareUrl('https://site.org/lab/', path, room, id)!);
        expect(readPageRequest(url.search, url.hash)).toMatchObject({
          link: { ...link, document: id },
          paths: [path]
        });
      })
    );
  });

  it('is taken out of the address bar, and nothing else is', () => {
    const page = 'https://site.org/lab/?path=a%2520b&username=Ada';
    const { hash } = new URL(shareUrl(page, null, room)!);
    expect(withoutRoom(`${page}&room=demo${hash}`)).toBe(page);
    expect(withoutRoom(`${page}#room=broken`)).toBe(page);
    expect(withoutRoom(`${page}#Some-heading`)).toBe(`${page}#Some-heading`);
  });
});
