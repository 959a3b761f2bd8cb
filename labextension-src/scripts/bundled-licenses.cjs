// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

const fs = require('node:fs');
const path = require('node:path');

/** The list of licenses in a labextension, which JupyterLab shows in its help. */
const FILE = 'third-party-licenses.json';

/** The folder of a package, in the path of one of its modules. */
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

/** The file of a license, as packages name it. */
const LICENSE = /^licen[cs]e(\.|$)/i;

/**
 * Adds packages to the list of licenses that the builder's plugin misses: it doesn't see
 * modules that the bundler has merged into others.
 */
class BundledLicenses {
  apply(compiler) {
    compiler.hooks.thisCompilation.tap('BundledLicenses', compilation => {
      compilation.hooks.processAssets.tap(
        // after the builder's
        {
          name: 'BundledLicenses',
          stage: compilation.constructor.PROCESS_ASSETS_STAGE_REPORT + 2
        },
        () => this._complete(compiler, compilation)
      );
    });
  }

  _complete(compiler, compilation) {
    // only a production build has it
    const asset = compilation.getAsset(FILE);
    if (!asset) {
      return;
    }
    const { packages } = JSON.parse(asset.source.source().toString());
    const listed = new Set(packages.map(({ name }) => name));
    for (const folder of bundled(compilation)) {
      const entry = describe(folder);
      if (!listed.has(entry.name)) {
        listed.add(entry.name);
        packages.push(entry);
      }
    }
    packages.sort((a, b) => (a.name < b.name ? -1 : 1));
    const { RawSource } = compiler.webpack.sources;
    compilation.updateAsset(FILE, new RawSource(JSON.stringify({ packages }, null, 2)));
  }
}

/** The folders of all packages of which there is a module. */
function bundled(compilation) {
  const folders = new Set();
  for (const module of compilation.modules) {
    for (const { resource } of [module, ...(module.modules ?? [])]) {
      const folder = PACKAGE.exec(resource ?? '')?.[0];
      if (folder) {
        folders.add(folder);
      }
    }
  }
  return folders;
}

/** A package, as the list has it. */
function describe(folder) {
  const { name, version, license } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
  );
  const file = fs.readdirSync(folder).find(each => LICENSE.test(each));
  return {
    name,
    versionInfo: version,
    licenseId: license ?? '',
    extractedText: file ? fs.readFileSync(path.join(folder, file), 'utf8') : ''
  };
}

module.exports = { BundledLicenses };
