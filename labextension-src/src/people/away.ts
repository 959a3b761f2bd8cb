// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How long a page may be hidden before its user counts as away, in milliseconds:
 * looking something up in another tab is no absence.
 */
export const AWAY_AFTER = 60_000;

/**
 * Tell when the user of a page is away, and when they are back.
 *
 * @param tell - Called with each change.
 * @param page - The page.
 */
export function watchAbsence(tell: (isAway: boolean) => void, page = document): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAway = false;
  const set = (value: boolean) => {
    if (value !== isAway) {
      isAway = value;
      tell(value);
    }
  };
  const look = () => {
    clearTimeout(timer);
    if (page.visibilityState === 'hidden') {
      timer = setTimeout(() => set(true), AWAY_AFTER);
    } else {
      set(false);
    }
  };
  page.addEventListener('visibilitychange', look);
  look();
}
