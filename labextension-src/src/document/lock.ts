// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * Runs one piece of work at a time, of those that go by one name.
 *
 * @param name - What is worked on.
 * @param work - Must not ask for the same name again.
 * @returns What the work returns, or throws.
 */
export type Exclusively = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/**
 * The last piece of work of this page for each name.
 */
const queues = new Map<string, Promise<unknown>>();

/**
 * Let one tab of this browser at a time write a file, keep a copy, or remember what
 * the drive holds. A tab that ends lets go.
 *
 * Where the browser has no locks, as on plain HTTP, tabs are not told apart from
 * each other; what they write there is the same in nearly all cases, since they are
 * in step.
 */
export const exclusively: Exclusively = (name, work) => {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (locks) {
    return locks.request(name, work) as ReturnType<typeof work>;
  }
  const before = queues.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.then(
    () => undefined,
    () => undefined
  );
  queues.set(name, settled);
  void settled.then(() => {
    if (queues.get(name) === settled) {
      queues.delete(name);
    }
  });
  return mine;
};

/**
 * Hold something: with other tabs, so that nobody is alone with it, or once no other tab
 * does.
 *
 * @returns What lets it go. A tab that ends does so, too.
 */
export function hold(name: string, mode: LockMode = 'shared'): Promise<() => void> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (!locks) {
    return Promise.resolve(() => undefined);
  }
  return new Promise((resolve, reject) => {
    locks
      .request(name, { mode }, () => new Promise<void>(letGo => resolve(letGo)))
      .catch(reject);
  });
}

/**
 * Do something with what no tab holds.
 *
 * @returns What the work returns; `null` if some tab holds it, or that can't be known.
 */
export async function alone<T>(
  name: string,
  work: () => Promise<T>
): Promise<T | null> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (!locks) {
    return null;
  }
  return locks.request(name, { ifAvailable: true }, lock => (lock ? work() : null));
}
