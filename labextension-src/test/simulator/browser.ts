// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Drive, Locks, type Site, TalkOfVersions } from './drive';
import type { Network } from './network';
import { Page } from './page';

/**
 * A person's browser: a drive and a store that outlive pages, and tabs.
 */
export class Browser {
  /**
   * @param number - Tells browsers apart.
   * @param network - Connects them.
   * @param run - Names the run, so that stores of runs are apart.
   * @param shipped - What the site ships.
   * @param isKept - Whether it keeps histories: not where people have one drive.
   */
  constructor(
    readonly number: number,
    readonly network: Network,
    run: string,
    shipped: Site,
    readonly isKept = true
  ) {
    this.site = `${run}/${number}`;
    this.drive = new Drive(shipped);
  }

  readonly site: string;
  readonly drive: Drive;
  readonly locks = new Locks();
  readonly talk = new TalkOfVersions();
  readonly tabs: (Page | null)[] = [null, null];

  /** The tabs that are open. */
  get pages(): Page[] {
    return this.tabs.filter(page => page !== null);
  }

  /**
   * Open a document in a tab, if that is free.
   *
   * @param isOnPurpose - Whether the person shares it by hand.
   */
  open(tab: number, path: string, isOnPurpose = false): boolean {
    if (this.tabs[tab]) {
      return false;
    }
    this.tabs[tab] = new Page(this, path, isOnPurpose);
    return true;
  }

  /**
   * Close a tab, with or without a goodbye.
   */
  close(tab: number, how: 'close' | 'kill'): void {
    this.tabs[tab]?.[how]();
    this.tabs[tab] = null;
  }
}
