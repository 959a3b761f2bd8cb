// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { IWebRtcManager } from '../src/tokens';
import type { RoomState } from '../src/room/status';
import { publicPart } from '../src/room/refused';
import { roomDetails } from '../src/room/status';
import { browserNeeds, report } from '../src/ui/diagnosis';
import { present } from '../src/ui/words';

const trans = nullTranslator.load('');

describe('the details of the connection', () => {
  it('name what a browser lacks, with a remedy for each', () => {
    const missing = browserNeeds(trans, {}).filter(({ isThere }) => !isThere);
    expect(missing.length).toBe(4);
    expect(missing.every(({ remedy }) => remedy.length > 20)).toBe(true);
    // it need not be anybody's fault: Debian's WebKit is built without
    expect(missing[0].remedy).toMatch(/has no WebRTC, or something blocks it/);
    const nothing = class {} as never;
    const all = browserNeeds(trans, {
      RTCPeerConnection: nothing,
      indexedDB: nothing,
      BroadcastChannel: nothing,
      isSecureContext: true
    });
    expect(all.every(({ isThere }) => isThere)).toBe(true);
  });

  it('show a server without its token', () => {
    expect(publicPart('wss://user:word@x.org:1/s?token=abc#d')).toBe('wss://x.org:1/s');
  });

  it('can be copied without any name or link', () => {
    const manager = {
      disabled: false,
      room: { kind: 'named', name: 'secret room' },
      status: { state: 'connected', people: ['Ada'], details: roomDetails([]) },
      sharedPaths: ['private/plan.ipynb']
    } as unknown as IWebRtcManager;
    const text = report(
      manager,
      [{ name: publicPart('ws://x.org/?token=abc'), latency: null }],
      browserNeeds(trans, {})
    );
    expect(text).toMatch(/named, connected\nother people: 1\nshared documents: 1\n/);
    expect(text).toMatch(/server: ws:\/\/x\.org\/ no answer\nLACKS/);
    expect(text).not.toMatch(/secret|Ada|plan|abc/);
  });
});

describe('the words for a state', () => {
  const states: RoomState[] = [
    ...(['off', 'wrong-key', 'syncing', 'unreachable'] as const),
    ...(['connecting', 'alone', 'relayed', 'connected'] as const)
  ];
  const link = { secret: new Uint8Array(32), document: null };

  it.each(states)('are there for %s, in each kind of room', state => {
    for (const room of [
      { kind: 'none' },
      { kind: 'invalid' },
      { kind: 'link', link },
      { kind: 'named', name: 'demo' }
    ] as const) {
      for (const [disabled, isNewcomer] of [
        [false, false],
        [false, true],
        [true, false]
      ]) {
        const { brief, help, icon, label } = present(
          { disabled, isNewcomer, room },
          { state, people: ['Ada'], details: roomDetails([]) },
          trans
        );
        expect(label.length).toBeGreaterThan(3);
        // JupyterLab cuts what is longer off its notifications
        expect(brief?.length ?? 0).toBeLessThanOrEqual(140);
        const isLost = state === 'alone' && isNewcomer && room.kind !== 'named';
        expect(brief !== undefined).toBe(icon === 'trouble' || isLost);
        expect(help).toMatch(/^[A-Z].*\.$/);
        expect(help).not.toMatch(/%|undefined|“”/);
      }
    }
  });
});
