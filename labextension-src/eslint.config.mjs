// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import eslint from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { remoteCasts } from './scripts/remote-casts.mjs';

const FRONT_WIDGET = {
  selector:
    'MemberExpression[property.name="currentWidget"], ObjectPattern > Property[key.name="currentWidget"]',
  message: 'It may be behind another tab: take `frontWidget` of plugins/current.'
};

/**
 * The files that decide what of that which others write stands.
 */
const DECIDING = [
  ...['allowed', 'directory', 'intake', 'plain', 'state'].map(
    name => `src/document/${name}.ts`
  ),
  'src/document/cells/meta.ts',
  'src/room/ids.ts'
];

const LOADING = {
  selector:
    'ImportExpression:not(CallExpression[callee.name=/^(untilLoaded|loaded|loadedNow)$/] > ArrowFunctionExpression > ImportExpression)',
  message: 'It may not come: let room/loading ask for it.'
};

const MENDING = {
  selector: 'MemberExpression[object.name="Y"][property.name=/^applyUpdate(V2)?$/]',
  message:
    'The site’s Yjs may have to be mended first: take `applyUpdate` of peer/integrate.'
};

export default defineConfig([
  { ignores: ['lib', 'node_modules', 'coverage'] },
  eslint.configs.recommended,
  { plugins: { jupyter } },
  jupyter.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      // JupyterLab's own conventions
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'separate-type-imports' }
      ],
      // Lumino's signals take a method and its `this` apart
      '@typescript-eslint/unbound-method': 'off',
      // interfaces ask for promises also where there is nothing to wait for
      '@typescript-eslint/require-await': 'off',
      // what is loaded later is chosen by size: `doit sizes`
      'jupyter/prefer-lazy-imports': 'off',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error',
      'no-restricted-syntax': ['error', FRONT_WIDGET]
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', FRONT_WIDGET, LOADING, MENDING] }
  },
  {
    files: ['src/peer/integrate.ts'],
    rules: { 'no-restricted-syntax': ['error', FRONT_WIDGET, LOADING] }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: DECIDING,
    plugins: { local: { rules: { 'remote-casts': remoteCasts } } },
    rules: { 'local/remote-casts': 'error' }
  },
  {
    // an ambient module can't import what is beside it
    files: ['**/*.d.ts'],
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { disallowTypeAnnotations: false }
      ]
    }
  },
  {
    // the builder requires it
    files: ['webpack.config.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', module: 'writable', require: 'readonly' }
    }
  },
  prettier
]);
