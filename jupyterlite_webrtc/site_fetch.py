# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Fetch the configuration of a published site, as a page of it does.

Whoever wrote the site must not choose what this machine opens: only ``http://`` and ``https://``,
and only the origin that was asked for.
"""

import http.client
import string
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent import futures
from http import HTTPStatus
from urllib.parse import quote, urljoin, urlsplit

from jupyterlite_core.constants import JUPYTERLITE_JSON, PACKAGE_JSON

from . import site_pages
from .config_schema import shown

#: bytes of a file that are read: a configuration is a few hundred kilobytes at most
MAX_BYTES = 4 * 1024 * 1024

#: how often a file may be somewhere else
MAX_REDIRECTS = 5

#: how the name of a page ends
PAGE_SUFFIX = ".html"

#: the schemes that are opened, and their ports
PORTS = {"http": 80, "https": 443}

#: what hosts answer where there is no such file
ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

#: what may be before the first character of a text
_BLANK = b"\xef\xbb\xbf \t\r\n"

#: some hosts refuse Python's own name
_HEADERS = {"User-Agent": "Mozilla/5.0"}


class FetchError(Exception):
    """A site can't be fetched; the message says why and what to do."""


class NoSiteError(FetchError):
    """What is there is no site of JupyterLite."""


def address(text: str, base: str = "") -> str:
    """Write an address as browsers send it, however somebody typed or copied it.

    Parameters
    ----------
    text
        Any text.
    base
        The URL that it may be relative to.

    Returns
    -------
    str
        A URL in ASCII, without a fragment.

    Raises
    ------
    FetchError
        If it is no ``http://`` or ``https://`` URL.
    """
    try:
        parts = urlsplit(urljoin(base, text))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise FetchError(f"{shown(text)} is no http:// or https:// address: correct it.") from error
    if not host or " " in host:
        raise FetchError(f"{shown(text)} names no host: correct it.")
    host = f"[{host}]" if ":" in host else host
    where = host if port == PORTS[parts.scheme] else f"{host}:{port}"
    path = quote(parts.path or "/", safe=string.punctuation, errors="replace")
    query = quote(parts.query, safe=string.punctuation, errors="replace")
    return f"{parts.scheme}://{where}{path}{'?' if query else ''}{query}"


def origin(url: str) -> str:
    """Name the origin of a URL, in which a site is at home.

    Parameters
    ----------
    url
        As of `address`.

    Returns
    -------
    str
        Scheme, host and port.
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Fetcher:
    """Fetch files, each once.

    Parameters
    ----------
    seconds
        Called before each answer is waited for, says how long.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._fetched: dict[str, bytes | None] = {}
        # none for files, FTP and redirects, which the usual one has
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def fetch(self, url: str) -> bytes | None:
        """Fetch a file.

        Parameters
        ----------
        url
            As of `address`.

        Returns
        -------
        bytes or None
            ``None`` if there is no such file. Some hosts say so with a page, and the status of
            success: pages of the site can't do anything with that, either.

        Raises
        ------
        FetchError
            If that can't be told.
        """
        if url not in self._fetched:
            content = self._follow(url)
            is_page = content is not None and content.lstrip(_BLANK).startswith(b"<")
            self._fetched[url] = None if is_page else content
        return self._fetched[url]

    def root_of(self, text: str) -> str:
        """Find the root of a site by the address of any of its pages.

        Parameters
        ----------
        text
            As somebody copied it from a browser.

        Returns
        -------
        str
            The address of the folder that has a ``jupyter-lite.json`` and isn't that of an app; it
            ends with a slash.

        Raises
        ------
        NoSiteError
            If there is none.
        FetchError
            If that can't be told.
        """
        here = address(text).partition("?")[0]
        folders = [urljoin(here, ".")]
        if not here.endswith(("/", PAGE_SUFFIX)):
            # the address of a folder, as people write it
            folders.insert(0, f"{here}/")
        for folder in folders:
            if self.fetch(f"{folder}{JUPYTERLITE_JSON}") is not None:
                return self._above(folder) or folder
        raise NoSiteError(
            f"{shown(text)} is no JupyterLite site: there is no {JUPYTERLITE_JSON}; give the "
            "address of its root. Of a Jupyter server, give that of a page of JupyterLab, with its "
            "token."
        )

    def page(self, text: str) -> bytes:
        """Fetch a page.

        Parameters
        ----------
        text
            Its address, as somebody copied it from a browser.

        Returns
        -------
        bytes
            Nothing if it is not there.

        Raises
        ------
        FetchError
            If that can't be told.
        """
        return self._follow(address(text)) or b""

    def contents(self, site: str) -> dict[str, bytes]:
        """Fetch all configuration files that pages of a site read.

        Parameters
        ----------
        site
            As of `root_of`.

        Returns
        -------
        dict
            As of `site_pages.read`.

        Raises
        ------
        FetchError
            If one can't be fetched that may be there.
        """
        return site_pages.read(lambda name: self.fetch(address(f"{site}{name}")))

    def _above(self, folder: str) -> str | None:
        """Find the site of an app; None if the folder is that of none."""
        above = urljoin(folder, "..")
        app = folder.removeprefix(above).rstrip("/")
        if not app or app not in site_pages.apps_of(self.fetch(f"{above}{PACKAGE_JSON}")):
            return None
        return above if self.fetch(f"{above}{JUPYTERLITE_JSON}") is not None else None

    def _follow(self, url: str) -> bytes | None:
        """Fetch a file that may be somewhere else in its origin."""
        here = url
        for _ in range(MAX_REDIRECTS):
            answer = self._answer(here)
            if not isinstance(answer, str):
                return answer
            there = address(answer, here)
            if origin(there) != origin(url):
                raise FetchError(f"{url} sends pages on to {shown(there)}: give that address.")
            here = there
        raise FetchError(f"{url} sends pages on and on: see to the configuration of the host.")

    def _answer(self, url: str) -> bytes | str | None:
        """Ask once: a file, None if there is none, or where it is."""
        seconds = self._seconds()
        answer: futures.Future[bytes | str | None] = futures.Future()

        def ask() -> None:
            try:
                answer.set_result(self._open(url, seconds))
            except Exception as error:  # noqa: BLE001 (it is raised below)
                answer.set_exception(error)

        # an answer may come byte by byte, each in time
        threading.Thread(target=ask, daemon=True).start()
        try:
            return answer.result(seconds)
        except (futures.TimeoutError, TimeoutError) as error:
            raise FetchError(
                f"{url} can't be fetched: no answer within {seconds:g} s; see whether it is right."
            ) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            raise FetchError(f"{url} can't be fetched ({why}): see whether it is right.") from error

    def _open(self, url: str, seconds: float) -> bytes | str | None:
        request = urllib.request.Request(url, headers=_HEADERS)  # noqa: S310 (see `address`)
        try:
            with self._opener.open(request, timeout=seconds) as response:
                content: bytes = response.read(MAX_BYTES)
                return content
        except urllib.error.HTTPError as error:
            with error:
                if error.code in ABSENT:
                    return None
                location = error.headers.get("Location")
                if error.code // 100 == 3 and location is not None:  # noqa: PLR2004 (redirection)
                    # bytes, in fact
                    return quote(location, safe=string.punctuation, encoding="latin-1")
            raise FetchError(f"{url} answers with HTTP status {error.code}.") from error
