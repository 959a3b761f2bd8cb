// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * How the addresses of pages name documents: on a static site in the query, on a
 * Jupyter server in the path.
 */
export interface IPlace {
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
}

/**
 * The pages of JupyterLite: `lab/index.html?path=…`.
 */
export const staticPlace: IPlace = {
  pathsOf: page => searchedPaths(page.search),
  lead: (page, path) => {
    if (path !== null) {
      // JupyterLite's opener decodes `path` once more than a query string needs
      page.searchParams.set('path', path.replace(/%/g, '%25'));
    }
  }
};

/**
 * The documents that the query string of a static page names.
 *
 * @param search - The query string, with or without its `?`.
 */
export function searchedPaths(search: string): string[] {
  return new URLSearchParams(search).getAll('path').map(decoded);
}

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
  return {
    pathsOf: page => {
      const match =
        /^(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks|edit)\/(.+)$/.exec(
          rest(page)
        );
      return match ? [match[1].split('/').map(decoded).join('/')] : [];
    },
    lead: (page, path) => {
      const app = rest(page).split('/', 1)[0];
      const encoded = path?.split('/').map(encodeURIComponent).join('/');
      if (app === 'lab' || app === 'doc') {
        page.pathname = `${base}${app}${encoded ? `/tree/${encoded}` : ''}`;
      } else if (encoded) {
        const opener = path?.endsWith('.ipynb') ? 'notebooks' : 'edit';
        page.pathname = `${base}${opener}/${encoded}`;
      }
    }
  };
}

/**
 * JupyterLite's opener decodes `path` once more than a query string needs, and
 * so do the links that Jupyter makes.
 */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a file whose name has a % in it
  }
}
