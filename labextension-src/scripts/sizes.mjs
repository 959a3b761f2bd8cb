// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Prints what takes the space in the labextension: builds it once more, elsewhere and
// with source maps, and shares out the gzipped bytes of each chunk among its modules.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync
} from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

/** Modules that are smaller are left out, in bytes. */
const MIN_SHOWN = 100;

const source = path.resolve(import.meta.dirname, '..');
const copy = mkdtempSync(path.join(tmpdir(), 'labextension-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
const root = path.join(copy, 'labextension-src');
const files = [
  'package.json',
  'webpack.config.js',
  'yarn.lock',
  'lib',
  'schema',
  'scripts',
  'style'
];
files.forEach(file =>
  cpSync(path.join(source, file), path.join(root, file), { recursive: true })
);
symlinkSync(path.join(source, 'node_modules'), path.join(root, 'node_modules'));
execFileSync('jupyter-builder', ['build', '--source-map=True', root], {
  stdio: ['ignore', 'ignore', 'inherit']
});

const built = path.join(copy, 'jupyterlite_webrtc', 'labextension', 'static');
const print = line => process.stdout.write(`${line}\n`);
let sum = 0;
for (const chunk of readdirSync(built)
  .filter(name => name.endsWith('.js.map'))
  .sort()) {
  const text = readFileSync(path.join(built, chunk.slice(0, -4)), 'utf8').replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    ''
  );
  const map = new SourceMap(JSON.parse(readFileSync(path.join(built, chunk), 'utf8')));
  const lengths = new Map();
  text.split('\n').forEach((line, row) => {
    for (let column = 0; column < line.length; column++) {
      const name = map.findEntry(row, column).originalSource ?? '(bundler)';
      lengths.set(name, (lengths.get(name) ?? 0) + 1);
    }
  });
  const gzipped = gzipSync(text, { level: 9 }).length;
  sum += gzipped;
  print(`\n${chunk.slice(0, -4)}: ${text.length} bytes, ${gzipped} gzipped`);
  for (const [name, length] of [...lengths].sort((a, b) => b[1] - a[1])) {
    const bytes = Math.round((length / text.length) * gzipped);
    if (bytes >= MIN_SHOWN) {
      const shown = name.replace(/^.*node_modules\//, '').replace(/^.*?\/\.\//, './');
      print(`${String(bytes).padStart(8)} ${shown}`);
    }
  }
}
print(`\nall: ${sum} gzipped`);
