// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { IPage } from './browsers';
import { openPage, sent } from './browsers';

const WAIT = { timeout: 10_000, interval: 5 };

/** What messages of y-webrtc begin with. */
const MESSAGE_AWARENESS = 1;
const MESSAGE_TAB = 4;
const MESSAGE_FORWARDED = 5;
const MESSAGE_NEIGHBOURS = 6;

let pages: IPage[] = [];

async function open(name: string): Promise<IPage> {
  const page = await openPage(name);
  pages.push(page);
  return page;
}

/** A message of y-webrtc. */
function message(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** What a tab says that comes. */
const tab = (id: string) =>
  message(MESSAGE_TAB, encoder => {
    encoding.writeUint8(encoder, 1);
    encoding.writeVarString(encoder, id);
  });

/** What somebody says who is connected to others. */
const neighbours = (ids: ReadonlyArray<string>) =>
  message(MESSAGE_NEIGHBOURS, encoder => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, ids.length);
    ids.forEach(id => encoding.writeVarString(encoder, id));
  });

/** What somebody passes on that an author wrote: presence of nobody. */
const forwarded = (author: string) =>
  message(MESSAGE_FORWARDED, encoder => {
    encoding.writeVarString(encoder, author);
    encoding.writeUint8Array(encoder, presence(1, 0));
  });

/** Presence of many, of whom there is nothing to say. */
function presence(first: number, count: number, clock = 1): Uint8Array {
  const states = encoding.createEncoder();
  encoding.writeVarUint(states, count);
  for (let client = first; client < first + count; client++) {
    encoding.writeVarUint(states, client);
    encoding.writeVarUint(states, clock);
    encoding.writeVarString(states, '{}');
  }
  return message(MESSAGE_AWARENESS, encoder =>
    encoding.writeVarUint8Array(encoder, encoding.toUint8Array(states))
  );
}

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  pages.forEach(page => page.link.dispose());
  pages = [];
  sent.length = 0;
  vi.restoreAllMocks();
});

describe('a page of another browser', () => {
  /** Ada is connected to Eve. */
  async function met() {
    const [ada, eve] = [await open('Ada'), await open('Eve')];
    await vi.waitFor(() => expect(ada.link.state.connected).toBe(1), WAIT);
    return { ada, eve };
  }

  /** Wait until all that Eve has sent was heard. */
  async function heard(ada: IPage, eve: IPage): Promise<void> {
    eve.type('!');
    await vi.waitFor(() => expect(ada.text).toContain('!'), WAIT);
  }

  it('says of nobody that they are a tab of mine, and keeps nobody away from me', async () => {
    const { ada, eve } = await met();
    const grace = await open('Grace');
    eve.say(tab(grace.id));
    await heard(ada, eve);
    ada.type('for Grace');
    await vi.waitFor(() => expect(grace.text).toContain('for Grace'), WAIT);
    // Grace has what Ada typed before she has said so
    const state = { tabs: 0, connected: 2, synced: true };
    await vi.waitFor(() => expect(ada.link.state).toMatchObject(state), WAIT);
  });

  it('says nothing of me, and of nobody who is connected to me', async () => {
    const { ada, eve } = await met();
    const grace = await open('Grace');
    const known = () => ada.awareness.getStates().get(grace.awareness.clientID);
    await vi.waitFor(() => expect(known()).toHaveProperty('user.name', 'Grace'), WAIT);
    await vi.waitFor(() => expect(ada.link.state.connected).toBe(2), WAIT);
    const told = vi.fn();
    ada.awareness.on('change', told);
    for (const { awareness } of [ada, grace]) {
      eve.say(presence(awareness.clientID, 1, 1000));
    }
    await heard(ada, eve);
    expect(told).not.toHaveBeenCalled();
    expect(known()).toHaveProperty('user.name', 'Grace');
    expect(ada.awareness.getLocalState()).toHaveProperty('user.name', 'Ada');
  });

  it('has nobody answer, and remembers nobody, for tabs that it makes up', async () => {
    const { ada, eve } = await met();
    sent.length = 0;
    for (let i = 0; i < 300; i++) {
      eve.say(tab(`${i}`.padStart(60, 'x')));
    }
    await heard(ada, eve);
    await new Promise(resolve => setTimeout(resolve, 100)); // longer than y-webrtc waits
    const bytes = sent
      .filter(({ page }) => page === 'Ada')
      .reduce((sum, each) => sum + each.bytes, 0);
    expect(bytes).toBeLessThan(10_000);
    expect(ada.link.state.tabs).toBe(0);
  });

  it.each([
    ['long', [neighbours(['x'.repeat(65)])]],
    ['many', [neighbours(Array.from({ length: 1025 }, (_, i) => `${i}`))]],
    ['long, as authors', [forwarded('x'.repeat(65))]]
  ])('is cut off for names that are too %s', async (_, messages) => {
    const { ada, eve } = await met();
    messages.forEach(eve.say);
    await vi.waitFor(() => expect(ada.link.state.connected).toBe(0), WAIT);
  });

  it('fills no memory with people that it makes up, and hides nobody by that', async () => {
    const { ada, eve } = await met();
    for (let i = 0; i < 7; i++) {
      eve.say(presence(1000 * (i + 1), 1000));
    }
    await heard(ada, eve);
    expect(ada.awareness.meta.size).toBeLessThan(6100);
    eve.awareness.setLocalStateField('here', true);
    await vi.waitFor(
      () =>
        expect(ada.awareness.getStates().get(eve.awareness.clientID)).toMatchObject({
          here: true
        }),
      WAIT
    );
  });
});
