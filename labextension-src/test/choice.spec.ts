// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import type { RoomChoice } from '../src/room/choice';
import { TabRoom } from '../src/room/choice';
import type { IShareLink } from '../src/room/link';
import type { IPageRequest } from '../src/room/request';
import { readPageRequest } from '../src/room/request';

const SITE = 'https://site.org/p/';

const link = (byte: number): IShareLink => ({
  secret: new Uint8Array(32).fill(byte),
  document: null
});

const asks = (wishes: Partial<IPageRequest>): IPageRequest => ({
  ...readPageRequest(''),
  ...wishes
});

/** Load a page whose address loses the name of a room, as on a server. */
const arrive = (wishes: Partial<IPageRequest> = {}, site = SITE) =>
  new TabRoom(asks(wishes), sessionStorage, site, false);

describe('the room of a tab', () => {
  beforeEach(() => sessionStorage.clear());

  it('is none, unless somebody chooses one', () => {
    expect(arrive().choose(null)).toEqual({ kind: 'none' });
  });

  it('is the link, before the name in the address, before the name in the settings', () => {
    const named = (name: string) => ({ kind: 'named', name });
    expect(arrive().choose('setting')).toEqual(named('setting'));
    expect(arrive({ room: 'address' }).choose('setting')).toEqual(named('address'));
    expect(arrive({ room: 'address', link: link(1) }).choose('setting')).toEqual({
      kind: 'link',
      link: link(1)
    });
  });

  it('is the one of the link after a reload, on this site only', () => {
    arrive({ link: link(1) });
    expect(arrive().choose('setting')).toEqual({ kind: 'link', link: link(1) });
    expect(arrive({}, `${SITE}other/`).choose(null)).toEqual({ kind: 'none' });
    expect(localStorage.length).toBe(0);
  });

  it('is another one when somebody follows another link, or goes to a named room', () => {
    arrive({ link: link(1) });
    expect(arrive({ link: link(2) }).choose(null)).toMatchObject({ link: link(2) });
    expect(arrive({ room: 'r' }).choose(null)).toEqual({ kind: 'named', name: 'r' });
    expect(arrive({ room: 's' }).choose(null)).toEqual({ kind: 'named', name: 's' });
    expect(arrive({ link: link(1) }).choose(null)).toMatchObject({ link: link(1) });
  });

  it('is the one that the address named after a reload without it, on this site only', () => {
    arrive({ room: 'left' }); // a name may be any
    expect(arrive().choose('setting')).toEqual({ kind: 'named', name: 'left' });
    expect(arrive({}, `${SITE}other/`).choose(null)).toEqual({ kind: 'none' });
    expect(localStorage.length).toBe(0);
    sessionStorage.clear(); // another tab
    expect(arrive().choose(null)).toEqual({ kind: 'none' });
  });

  it('is none after a broken link, whatever address, tab and settings say', () => {
    arrive({ link: link(1) });
    expect(arrive({ link: 'invalid', room: 'r' }).choose('setting')).toEqual({
      kind: 'invalid'
    });
    expect(arrive().choose(null)).toEqual({ kind: 'none' });
  });

  it('is none once somebody left, also after a reload, until they share or come again', () => {
    const tab = arrive({ link: link(1) });
    tab.leave();
    expect(tab.choose('setting')).toEqual({ kind: 'none' });
    const reloaded = arrive();
    expect(reloaded.choose('setting')).toEqual({ kind: 'none' });
    reloaded.enter(link(3));
    expect(arrive().choose('setting')).toMatchObject({ link: link(3) });
  });

  it('is none where an address that would keep its name asks for none', () => {
    const come = (wishes: Partial<IPageRequest>) =>
      new TabRoom(asks(wishes), sessionStorage, SITE, true).choose(null);
    come({ link: link(1) });
    expect(come({ room: 'r' })).toEqual({ kind: 'named', name: 'r' });
    expect(come({})).toEqual({ kind: 'none' });
  });

  it('is chosen without a storage, and with nonsense in it', () => {
    const tab = new TabRoom(asks({ link: link(1) }), null, SITE, true);
    expect(tab.choose(null)).toMatchObject({ kind: 'link' });
    sessionStorage.setItem(`@jupyterlite/webrtc-docprovider:room:${SITE}`, 'nonsense');
    expect(arrive().choose(null)).toEqual({ kind: 'none' });
  });

  it('is after any reload the one that it was in before, or that of the address', () => {
    const room = fc.string({ minLength: 1 });
    const step = fc.oneof(
      fc.constant({ does: 'reload' } as const),
      fc.record({ does: fc.constant('follow' as const), byte: fc.nat(255) }),
      fc.record({ does: fc.constant('name' as const), room }),
      fc.constant({ does: 'mistype' } as const),
      fc.record({ does: fc.constant('share' as const), byte: fc.nat(255) }),
      fc.constant({ does: 'leave' } as const)
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        fc.option(room),
        (steps, setting) => {
          sessionStorage.clear();
          let tab = arrive();
          // `null`: the settings decide
          let expected = null as RoomChoice | null;
          for (const one of steps) {
            switch (one.does) {
              case 'reload':
                tab = arrive();
                expected = expected?.kind === 'invalid' ? null : expected;
                break;
              case 'follow':
                tab = arrive({ link: link(one.byte), room: 'beside the link' });
                expected = { kind: 'link', link: link(one.byte) };
                break;
              case 'name':
                tab = arrive({ room: one.room });
                expected = { kind: 'named', name: one.room };
                break;
              case 'mistype':
                tab = arrive({ link: 'invalid' });
                expected = { kind: 'invalid' };
                break;
              case 'share':
                tab.enter(link(one.byte));
                expected = { kind: 'link', link: link(one.byte) };
                break;
              case 'leave':
                tab.leave();
                expected = { kind: 'none' };
            }
            const otherwise: RoomChoice =
              setting === null ? { kind: 'none' } : { kind: 'named', name: setting };
            expect(tab.choose(setting)).toEqual(expected ?? otherwise);
          }
        }
      )
    );
  });
});
