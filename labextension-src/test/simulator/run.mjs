// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Tries many schedules of a simulator: `run.mjs FILE NUMBER [FIRST-SEED]`. Each portion
// has a process of its own, so that what memory one takes is given back.

import { spawnSync } from 'node:child_process';
import console from 'node:console';
import process from 'node:process';

/** How many schedules one process tries. */
const PORTION = 1000;

const [file, total, first] = process.argv.slice(2);
const given = first ?? process.env.TEST_SEED ?? 'new';
const seed = given === 'new' ? Date.now() % 2 ** 31 : Number(given);
console.log(`${total} schedules of ${file}, the first ones with seed ${seed}`);
for (let done = 0, number = 0; done < Number(total); number++) {
  const runs = Math.min(PORTION, Number(total) - done);
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', file], {
    env: {
      ...process.env,
      SIMULATOR_RUNS: String(runs),
      SIMULATOR_SEED: String(seed + number)
    },
    encoding: 'utf8'
  });
  if (status !== 0) {
    console.error(stdout + stderr);
    console.error(`A schedule of seed ${seed + number} fails, after ${done} others.`);
    process.exit(1);
  }
  done += runs;
  console.log(`${new Date().toISOString().slice(11, 19)} ${done}`);
}
