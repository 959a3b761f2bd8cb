// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { decodedPath } from './path';

/**
 * How the addresses of pages name documents: on a static site in the query, on a
 * Jupyter server in the path.
 */
export interface IPlace {
  /**
   * Whether an address keeps the name of a room until the page is reloaded. Lab's router
   * takes the whole query away on a server.
   */
  readonly keepsRoom: boolean;

  /**
   * The documents that the address of a page names.
   */
  pathsOf(page: URL): string[];

  /**
   * Make the address of a page name a document instead, or none.
   *
   * @param page - Changed in place; its query and fragment are empty.
   * @param path - The document, or `null`.
   */
  lead(page: URL, path: string | null): void;

  /**
   * Follow a renamed file in the address of a page, if that names it.
   *
   * @param page - Changed in place.
   */
  follow(page: URL, oldPath: string, newPath: string): void;
}

/**
 * The pages of JupyterLite: `lab/index.html?path=…`.
 */
export const staticPlace: IPlace = {
  keepsRoom: true,
  pathsOf: page => searchedPaths(page.search),
  lead: (page, path) => {
    if (path !== null) {
      page.searchParams.set('path', encodeOnce(path));
    }
  },
  follow: (page, oldPath, newPath) => {
    const paths = searchedPaths(page.search);
    if (paths.includes(oldPath)) {
      page.searchParams.delete('path');
      for (const path of paths) {
        page.searchParams.append('path', encodeOnce(path === oldPath ? newPath : path));
      }
    }
  }
};

/**
 * The documents that the query string of a static page names: JupyterLite's opener decodes
 * `path` once more than a query string needs, and so do the links that Jupyter makes.
 *
 * @param search - The query string, with or without its `?`.
 */
export function searchedPaths(search: string): string[] {
  return new URLSearchParams(search).getAll('path').map(decodedPath);
}

/**
 * What opens a document on a server, and the document.
 */
const OPENER = /^((?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks|edit)\/(.+)$/;

/**
 * The pages of JupyterLab on a server, `lab/tree/…`, also of a workspace, or in
 * single-document mode; and those of Notebook 7, `notebooks/…` and `edit/…`.
 *
 * @param baseUrl - The server's base URL, absolute.
 */
export function serverPlace(baseUrl: string): IPlace {
  const base = new URL(baseUrl).pathname.replace(/\/*$/, '/');
  const rest = (page: URL) =>
    page.pathname.startsWith(base) ? page.pathname.slice(base.length) : '';
  const named = (page: URL) => {
    const [, opener, path] = OPENER.exec(rest(page)) ?? [];
    return path ? { opener, path: path.split('/').map(decodedPath).join('/') } : null;
  };
  return {
    keepsRoom: false,
    pathsOf: page => {
      const document = named(page);
      return document ? [document.path] : [];
    },
    follow: (page, oldPath, newPath) => {
      const document = named(page);
      if (document?.path === oldPath) {
        page.pathname = `${base}${document.opener}/${encoded(newPath)}`;
      }
    },
    lead: (page, path) => {
      const app = rest(page).split('/', 1)[0];
      if (app === 'lab' || app === 'doc') {
        page.pathname = `${base}${app}${path ? `/tree/${encoded(path)}` : ''}`;
      } else if (path) {
        const opener = path.endsWith('.ipynb') ? 'notebooks' : 'edit';
        page.pathname = `${base}${opener}/${encoded(path)}`;
      }
    }
  };
}

/**
 * A path as the static pages' opener reads it, which decodes once more.
 */
function encodeOnce(path: string): string {
  return path.replace(/%/g, '%25');
}

/**
 * A path as a part of an address.
 */
function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
