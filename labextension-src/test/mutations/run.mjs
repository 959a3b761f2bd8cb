// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Switches off each rule of documents in turn, and shows that a test fails then. A
// mutation that survives is a rule that nothing holds.

import { spawnSync } from 'node:child_process';
import console from 'node:console';
import process from 'node:process';

import { createServer } from 'vite';

/** How many schedules the simulator may take to find a mutation. */
const RUNS = '8000';

/** The simulator always tries the same schedules, so that the table can be repeated. */
const SEED = '1';

const server = await createServer({
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, ws: false }
});
const { MUTATIONS } = await server.ssrLoadModule('/test/mutations/mutations.ts');
await server.close();

/** Which are tried: all, those with the numbers given, or one part of them, as `2/3`. */
const chosen = process.argv.slice(2);
const [part, parts] = chosen[0]?.includes('/') ? chosen[0].split('/') : [];
const isChosen = number =>
  parts
    ? number % Number(parts) === Number(part) - 1
    : !chosen.length || chosen.includes(String(number));

let survivors = 0;
console.log(
  '| rule switched off | where | found by | after |\n| --- | --- | --- | --- |'
);
for (const [number, { rule, module, tests }] of MUTATIONS.entries()) {
  if (!isChosen(number)) {
    continue;
  }
  const file = tests ?? 'test/simulator.spec.ts';
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', file], {
    env: {
      ...process.env,
      MUTATION: String(number),
      SIMULATOR_RUNS: RUNS,
      SIMULATOR_SEED: SEED
    },
    encoding: 'utf8'
  });
  const [, after] = (stdout + stderr).match(/Property failed after (\d+) tests/) ?? [];
  const isFound = status !== 0 && /Tests .*failed/.test(stdout);
  survivors += isFound ? 0 : 1;
  const how = isFound ? file.replace('test/', '') : '**nothing**';
  const schedules = after && !tests ? `${after} schedules` : '';
  console.log(`| ${number}. ${rule} | \`${module}.ts\` | ${how} | ${schedules} |`);
}
if (survivors) {
  console.error(`${survivors} mutations survive.`);
  process.exitCode = 1;
}
