// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Bundle a module for a page: node bundle.mjs ENTRY OUTPUT NODE_MODULES [NAME=OTHER…]
// Where NAME is imported, OTHER is bundled, which is another package or a file. --minify makes it
// small; --external=NAME leaves a package out.
// The packages, and the bundler itself, are those that the labextension is built and tested with.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [input, file, modules, ...options] = process.argv.slice(2);
const external = options
  .filter(option => option.startsWith('--external='))
  .map(option => option.slice('--external='.length));
const aliases = options.filter(option => !option.startsWith('--'));
const path = createRequire(join(modules, 'x.js')).resolve('rolldown');
const { build } = await import(pathToFileURL(path).href);
await build({
  input,
  platform: 'browser',
  resolve: {
    modules: [modules],
    alias: Object.fromEntries(aliases.map(alias => alias.split('=')))
  },
  external,
  output: {
    file,
    format: 'iife',
    // one file, whatever is loaded later in a site
    codeSplitting: false,
    minify: options.includes('--minify'),
    globals: Object.fromEntries(external.map(name => [name, 'window']))
  },
  logLevel: 'warn'
});
