import 'fake-indexeddb/auto';
import './simulator/luck';
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { World } from './simulator/world';
it('replays', async () => {
  const all = JSON.parse(readFileSync('/tmp/durability/failed.json', 'utf8'));
  for (const { f, why, one } of all) {
    if (process.env.ONLY && process.env.ONLY !== f) continue;
    try { await new World(one).live(); console.log('OK', f, why); }
    catch (e) { console.log('FAILS', f, process.env.ONLY ? String((e as Error).stack) : String(e).split('\n')[0]); }
  }
}, 600000);
