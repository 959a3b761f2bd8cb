// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import './support/jupyter';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { troublePlugin } from '../src/plugins/trouble';
import type { RoomState } from '../src/room/status';
import { roomDetails } from '../src/room/status';

describe('who leaves a room that has trouble', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Notification.manager.dismiss();
    return () => vi.useRealTimers();
  });

  it.each(['in trouble', 'as it ends'])(
    'has no notification and no timer of it at once: %s',
    async when => {
      const owner = {};
      const stateChanged = new Signal<typeof owner, void>(owner);
      const enter = (state: RoomState) => {
        Object.assign(manager, {
          status: { state, people: [], details: roomDetails([]) }
        });
        stateChanged.emit();
      };
      const manager = {
        disabled: false,
        isNewcomer: false,
        room: { kind: 'named', name: 'demo' },
        stateChanged
      };
      enter('unreachable');
      const app = { restored: Promise.resolve() } as unknown as JupyterFrontEnd;
      void troublePlugin.activate(app, manager, null);
      await vi.advanceTimersByTimeAsync(3000);
      expect(Notification.manager.count).toBe(1);
      if (when === 'as it ends') {
        enter('connected'); // a server that comes back may go again soon
        expect(vi.getTimerCount()).toBe(1);
      }
      enter('off');
      await vi.advanceTimersByTimeAsync(0);
      expect(Notification.manager.count).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    }
  );
});
