// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate
} from 'y-protocols/awareness';
import { expect, test } from 'vitest';
import * as Y from 'yjs';

import { Sightings } from '../src/document/sightings';

const VERSION = 'ab'.repeat(32);

function pair() {
  const [ada, grace] = [new Awareness(new Y.Doc()), new Awareness(new Y.Doc())];
  ada.setLocalStateField('user', {}); // as every page does
  const send = (from: Awareness, to: Awareness) =>
    applyAwarenessUpdate(to, encodeAwarenessUpdate(from, [from.clientID]), 'network');
  return { ada, grace, send };
}

test('what somebody in the room has told is known, also when it comes a little later', async () => {
  const { ada, grace, send } = pair();
  const hers = new Sightings(ada);
  const mine = new Sightings(grace);
  send(ada, grace);
  hers.tell(VERSION);
  const answer = mine.has(VERSION);
  send(ada, grace);
  expect(await answer).toBe(true);
  hers.dispose();
  expect(await mine.has(VERSION)).toBe(true); // who leaves has said it all the same
  mine.dispose();
});

test('what nobody has told is unknown, and who is alone does not wait', async () => {
  const { ada, grace, send } = pair();
  const mine = new Sightings(grace);
  expect(await mine.has(VERSION, undefined, 1e9)).toBe(false);
  send(ada, grace);
  expect(await mine.has(VERSION, undefined, 1)).toBe(false);
  mine.dispose();
});

test('who was sent a document waits for the word of those who have not said who they are', async () => {
  const { ada, grace, send } = pair();
  const hers = new Sightings(ada);
  const mine = new Sightings(grace);
  hers.tell(VERSION);
  const answer = mine.has(VERSION, true);
  send(ada, grace);
  expect(await answer).toBe(true);
  hers.dispose();
  mine.dispose();
});

test('what a peer writes in its place is ignored', async () => {
  const { ada, grace, send } = pair();
  const mine = new Sightings(grace);
  let count = 0;
  mine.told.connect(() => count++);
  for (const junk of ['text', [1, null, 'short'], [{}], null, ['x'.repeat(1e5)]]) {
    ada.setLocalStateField('sightings', junk);
    send(ada, grace);
  }
  expect(count).toBe(0);
  mine.dispose();
});

test('nobody waits for others’ word once the document is closed', async () => {
  const { ada, grace, send } = pair();
  const mine = new Sightings(grace);
  send(ada, grace);
  const answer = mine.has(VERSION, undefined, 1e9);
  mine.dispose();
  expect(await answer).toBe(false);
  expect(await mine.has(VERSION, undefined, 1e9)).toBe(false);
});
