// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How long to leave a search for a route alone, in milliseconds; longer each time that
 * it fails, without a limit.
 */
const FIRST_PAUSE = 3000;

/**
 * How much longer each time: who had a route finds one again, as a rule; who never had
 * one has a firewall.
 */
const GROWTH_LOST = 2;
const GROWTH_NEVER = 4;

/**
 * How many searches in vain one connection is worth. Each takes UDP sockets, which
 * Chromium gives back only once a route is found or the connection is closed, and of
 * which it has some 6,000 for all its pages: then it finds nobody any more.
 */
const MAX_SEARCHES = 12;

/**
 * When a connection without a route looks for one, at either end.
 */
export class Searches {
  /**
   * A description was made or is sent once more: a search has begun where it has another
   * name for the route ("ice-ufrag", RFC 8839, section 5.4), whichever end wanted that.
   *
   * @param sdp - This end's description.
   * @param now - The time, in milliseconds.
   */
  described(sdp: string, now: number): void {
    const name = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
    if (name !== this._name) {
      this._name = name;
      this._latest = now;
      this._failures++;
      this._inVain++;
    }
  }

  /** This end is about to begin one. */
  wanted(now: number): void {
    this._latest = now;
  }

  /** A route was found. */
  found(): void {
    this._failures = this._inVain = 0;
  }

  /** The network may be another one: what failed before says little. */
  renewed(): void {
    this._failures = Math.min(this._failures, 1);
  }

  /**
   * Whether it is time for another one.
   *
   * @param now - The time, in milliseconds.
   * @param isLost - Whether there was a route before.
   */
  isDue(now: number, isLost: boolean): boolean {
    const growth = isLost ? GROWTH_LOST : GROWTH_NEVER;
    const pause = this._failures && FIRST_PAUSE * growth ** (this._failures - 1);
    return now - this._latest > pause;
  }

  /**
   * Whether one may be begun only because the page is looked at: half of them are kept for
   * an interruption that is long.
   */
  get areToSpare(): boolean {
    return this._inVain < MAX_SEARCHES / 2;
  }

  /** Whether the connection has to be closed, so that it gives back what it took. */
  get areTooMany(): boolean {
    return this._inVain > MAX_SEARCHES;
  }

  private _name: string | undefined;
  private _latest = -Infinity;
  private _failures = 0;
  private _inVain = 0;
}
