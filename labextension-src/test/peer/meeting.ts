// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { afterEach, beforeEach, expect, vi } from 'vitest';

import type { IPage } from './browsers';
import {
  betweenTabs,
  blocked,
  deliveries,
  openPage,
  published,
  sent
} from './browsers';

/** How long what is soon is waited for. */
export const WAIT = { timeout: 10_000, interval: 5 };

/** The pages of the test. */
export const pages: IPage[] = [];

/** Open a page, which is closed after the test. */
export async function open(...args: Parameters<typeof openPage>): Promise<IPage> {
  const page = await openPage(...args);
  pages.push(page);
  return page;
}

/** Wait until each page is connected to so many others. */
export const connected = (count: number) =>
  vi.waitFor(() => {
    expect(pages.map(page => page.link.state.connected)).toEqual(
      pages.map(() => count)
    );
    expect(pages.map(page => page.link.state.synced)).toEqual(pages.map(() => true));
  }, WAIT);

/** Wait until each page shows a text. */
export const everybodyHas = (text: string) =>
  vi.waitFor(
    () => expect(pages.map(page => page.text)).toEqual(pages.map(() => text)),
    WAIT
  );

/** Wait until nothing is said any more. */
export async function quiet(): Promise<void> {
  for (let before = -1; before !== sent.length + deliveries.length;) {
    before = sent.length + deliveries.length;
    await new Promise(resolve => setTimeout(resolve, 150)); // longer than y-webrtc waits
  }
}

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error');
});

afterEach(() => {
  pages.splice(0).forEach(page => page.link.dispose());
  blocked.clear();
  betweenTabs.delay = 0;
  sent.length = deliveries.length = published.length = 0;
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
