# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Fetch the configuration of a published site, as a page of it does."""

import urllib.error
import urllib.request
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit, urlunsplit

from jupyterlite_core.constants import JUPYTERLITE_JSON

from .site_checks import FILES

#: seconds for each file
TIMEOUT = 20.0

#: bytes of a file that are read: a configuration is a few hundred kilobytes at most
MAX_BYTES = 16 * 1024 * 1024

#: the apps of JupyterLite, each in the folder of its name
APPS = ("lab", "tree", "notebooks", "edit", "consoles", "repl")

#: how the name of a page ends
PAGE_SUFFIX = ".html"


class FetchError(Exception):
    """A site can't be fetched; the message says why and what to do."""


def fetch(url: str) -> bytes | None:
    """Fetch a file.

    Parameters
    ----------
    url
        An ``http://`` or ``https://`` URL.

    Returns
    -------
    bytes or None
        ``None`` if there is no such file.

    Raises
    ------
    FetchError
        If that can't be told.
    """
    # some hosts refuse Python's own name
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0"})  # noqa: S310 (checked)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 (checked)
            content: bytes = response.read(MAX_BYTES)
            return content
    except urllib.error.HTTPError as error:
        with error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise FetchError(f"{url} answers with HTTP status {error.code}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"{url} can't be fetched ({reason}): see whether it is right.") from error


def root_of(url: str) -> str:
    """Find the root of a site by the address of any of its pages.

    Parameters
    ----------
    url
        As somebody copied it from a browser.

    Returns
    -------
    str
        The address of the folder that has a ``jupyter-lite.json`` and is highest up; it ends with
        a slash.

    Raises
    ------
    FetchError
        If there is none.
    """
    here = urlsplit(url)._replace(query="", fragment="")
    parent, _, last = here.path.rpartition("/")
    folders = [f"{parent}/"]
    if last and not last.endswith(PAGE_SUFFIX):
        # the address of a folder, as people write it
        folders.insert(0, f"{here.path}/")
    for folder in folders:
        found = urlunsplit(here._replace(path=folder))
        if fetch(f"{found}{JUPYTERLITE_JSON}") is not None:
            # a page of an app is in a folder of the site, which has such a file, too
            above = urljoin(found, "..")
            return above if fetch(f"{above}{JUPYTERLITE_JSON}") is not None else found
    raise FetchError(
        f"{url} is no JupyterLite site: there is no {JUPYTERLITE_JSON}; give the address of its "
        "root."
    )


def fetch_contents(site: str) -> dict[str, bytes]:
    """Fetch all configuration files of a site.

    Parameters
    ----------
    site
        As of `root_of`.

    Returns
    -------
    dict
        What they hold, by their paths in the site.

    Raises
    ------
    FetchError
        If one can't be fetched that may be there.
    """
    contents = {}
    for folder in ("", *(f"{app}/" for app in APPS)):
        for name in FILES:
            content = fetch(f"{site}{folder}{name}")
            if content is not None:
                contents[f"{folder}{name}"] = content
    return contents
