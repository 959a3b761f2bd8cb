// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { ILinkState } from '../src/room/status';
import { roomDetails, roomState } from '../src/room/status';
import { present } from '../src/ui/words';

const LINK: ILinkState = {
  signaling: 'open',
  announced: 0,
  connected: 0,
  synced: false
};

/** What people are told when the room's one connection is in a state. */
function words(link: Partial<ILinkState>, people: string[] = [], hasWebRtc = true) {
  const links = [{ ...LINK, ...link }];
  const room = { kind: 'named', name: 'demo' } as const;
  return present(
    { disabled: false, isNewcomer: false, room },
    {
      state: roomState(true, links, people.length),
      people,
      details: roomDetails(links)
    },
    nullTranslator.load(''),
    hasWebRtc
  );
}

describe('the status', () => {
  it('names each trouble and one remedy', () => {
    expect(words({ signaling: 'closed' }).help).toMatch(
      /No signaling server answers.*Check your connection/
    );
    expect(words({ signaling: 'closed', closeCode: 4403 }).help).toMatch(
      /does not accept this site.*Tell whoever/
    );
    expect(words({ signaling: 'closed', closeCode: 4503 }).help).toMatch(
      /is full.*Try again later/
    );
    expect(words({ announced: 1, unroutable: 1 }).label).toBe('No way through');
    expect(words({ announced: 1, unroutable: 1 }).help).toMatch(/TURN server/);
    expect(words({ wrongKey: true }).help).toMatch(/Ask for a new link/);
  });

  it('blames no network where the browser has no WebRTC', () => {
    const relayed = { connected: 1, relayed: 1, synced: true };
    for (const [link, people] of [
      [relayed, ['Ada']],
      [{ announced: 1, unroutable: 1 }, []]
    ] as const) {
      const { brief = '', help } = words(link, [...people], false);
      expect(help).toMatch(/no direct connection|has no WebRTC/);
      expect(help + brief).not.toMatch(/network|TURN|was found|yet/);
    }
  });

  it('says what to do before the browser allows no more connections', () => {
    expect(words({ connectionsMade: 399 }).notes).toEqual([]);
    expect(words({ connectionsMade: 400 }).notes).toEqual([
      expect.stringMatching(/has made 400 connections.*Reload it/)
    ]);
  });

  it('names an address that the browser refuses, whatever the state', () => {
    const insecure = { address: 'ws://a.org/', reason: 'insecure' } as const;
    const invalid = { address: 'stun:b:99999', reason: 'invalid' } as const;
    const refused = [insecure, invalid];
    const met = words({ connected: 1, synced: true, refused }, ['Ada']);
    expect(met.help).toMatch(/with Ada/);
    expect(met.notes).toEqual([
      expect.stringMatching(/ws:\/\/a\.org\/ is not used: .* needs wss:/),
      expect.stringMatching(/stun:b:99999 is not used: .*does not understand/)
    ]);
    const lost = words({ signaling: 'refused', refused: [insecure] });
    expect(lost.label).toBe('Can’t reach others');
    expect(lost.help).toMatch(/refuses the address .* safe in this browser/);
    expect(lost.brief).toMatch(/refuses the signaling server’s address/);
  });

  it('says how much has arrived', () => {
    expect(words({ connected: 1, progress: 0.429 }).label).toBe('Receiving… 42 %');
    expect(words({ connected: 1 }).label).toBe('Receiving…');
  });

  it('names the remedy to who was sent a link and meets nobody', () => {
    const room = {
      kind: 'link',
      link: { secret: new Uint8Array(32), document: null }
    } as const;
    const status = { state: 'alone', people: [], details: roomDetails([]) } as const;
    const [host, guest] = [false, true].map(isNewcomer =>
      present({ disabled: false, isNewcomer, room }, status, nullTranslator.load(''))
    );
    expect(host.brief).toBeUndefined();
    expect(guest.brief).toMatch(
      /Nobody else is here right now.*ask for the link again/
    );
  });

  it('is in words for each state', () => {
    expect(words({}).label).toBe('Only you');
    expect(words({ announced: 1 }).label).toBe('Connecting…');
    expect(words({ signaling: 'pending' }).label).toBe('Connecting…');
    expect(words({ connected: 1, synced: true }, ['Ada']).label).toBe('1 other');
    const relayed = words({ connected: 1, relayed: 1, synced: true }, ['Ada']);
    expect(relayed.label).toBe('1 other');
    expect(relayed.help).toMatch(/with Ada.*encrypted through the signaling server/);
  });
});
