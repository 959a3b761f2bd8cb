# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc check``."""

from __future__ import annotations

import asyncio
import json
from inspect import cleandoc
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from jupyter_core.application import base_aliases
from jupyterlite_core.constants import PACKAGE_JSON
from traitlets import Float

from jupyterlite_webrtc import signaling_urls, site_checks
from jupyterlite_webrtc.config_schema import shown
from jupyterlite_webrtc.config_sources import COLLABORATIVE, SIGNALING_URLS
from jupyterlite_webrtc.labextensions import LABEXTENSIONS
from jupyterlite_webrtc.signaling_probe import TIMEOUT, ProbeError, probe
from jupyterlite_webrtc.site_checks import Labextension
from jupyterlite_webrtc.site_fetch import FetchError, fetch, root_of

from .base import WebRtcApp

if TYPE_CHECKING:
    from collections.abc import Mapping

#: the apps of JupyterLite, each in the folder of its name
APPS = ("lab", "tree", "notebooks", "edit", "consoles", "repl")

#: where a site's labextensions are, unless it says otherwise
LABEXTENSIONS_URL = "./extensions"

#: milliseconds of a second
MILLISECONDS = 1000


class CheckApp(WebRtcApp):
    """Try signaling servers, and published sites, as a browser would use them."""

    name = "jupyter-lite-webrtc-check"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite-webrtc check wss://signaling.example.org
        jupyter lite-webrtc check https://user.github.io/course/
    """)

    aliases = {**base_aliases, "timeout": "CheckApp.timeout"}

    timeout = Float(
        TIMEOUT, min=0.1, help="Seconds to wait for each answer of a signaling server."
    ).tag(config=True)

    #: what was found not to work
    problems = 0

    def parse_command_line(self, argv: Any = None) -> None:  # noqa: ANN401 (upstream's)
        """Take what is no option for a URL.

        Parameters
        ----------
        argv
            The arguments, or those of the process.
        """
        super().parse_command_line(argv)
        self.urls, self.extra_args = list(self.extra_args), []

    def run(self) -> None:
        """Check one URL after the other, and fail if anything doesn't work."""
        if not self.urls:
            self.fail("What is to be checked? Give signaling URLs, or the address of a site.")
        for url in self.urls:
            scheme = urlsplit(url).scheme
            if scheme in signaling_urls.WEBSOCKET_SCHEMES.values():
                self._check_signaling(url)
            elif scheme in signaling_urls.WEBSOCKET_SCHEMES:
                self._check_site(url)
            else:
                self._problem(f"{shown(url)} starts with none of ws://, wss://, http://, https://.")
        if self.problems:
            raise SystemExit(1)

    def _problem(self, sentence: str) -> None:
        """Say what doesn't work."""
        self.problems += 1
        self.say(sentence)

    def _check_signaling(self, url: str, origin: str | None = None) -> None:
        """Try one signaling server."""
        try:
            found = asyncio.run(probe(url, origin, self.timeout))
        except ProbeError as error:
            self._problem(f"{url} doesn't work: {error}")
            return
        self.say(
            f"{url} works: connected in {found.connecting * MILLISECONDS:.0f} ms, a message was "
            f"back after {found.round_trip * MILLISECONDS:.0f} ms."
        )
        if not found.counts_clients:
            self.say(
                f"{url} doesn't say how many listen: documents open up to a second later than "
                "with `jupyter lite-webrtc signaling`."
            )

    def _check_site(self, url: str) -> None:
        """Fetch a site's configuration, and check all that a page would use."""
        try:
            site = root_of(url)
            contents = _fetch_contents(site)
            mistakes = [
                f"{site}: {mistake}"
                for name, content in contents.items()
                for mistake in site_checks.mistakes_in_file(name, content)
            ]
            pages = {app: site_checks.page_config(contents, app) for app in _apps_in(contents)}
            mistakes += [
                f"{site}: {mistake}"
                for config in pages.values()
                for mistake in _mistakes_in_labextensions(site, config)
            ]
        except FetchError as error:
            self._problem(str(error))
            return
        for mistake in dict.fromkeys(mistakes):
            self._problem(mistake)
        if mistakes:
            return
        self.say(f"{site} has a valid configuration.")
        sharing = [config for config in pages.values() if config.get(COLLABORATIVE) is True]
        if not sharing:
            self._problem(
                f"{site} shares nothing: {COLLABORATIVE} is not true in its configuration."
            )
        lists = dict.fromkeys(json.dumps(config.get(SIGNALING_URLS)) for config in sharing)
        for text in lists:
            self._check_list(site, json.loads(text))

    def _check_list(self, site: str, urls: list[str] | None) -> None:
        """Check the signaling servers of a site."""
        if urls is None:
            self.say(
                f"{site} names no signaling server: unless a user's settings do, pages use a "
                "public demonstration server, which is not for production."
            )
            urls = list(signaling_urls.PUBLIC_SIGNALING_URLS)
        elif not urls:
            self.say(f"{site} uses no signaling server: only tabs of one browser share documents.")
        parts = urlsplit(site)
        for url in urls:
            if parts.scheme == "https" and signaling_urls.is_for_plain_http_only(url):
                self._problem(
                    f"{url} doesn't work: browsers refuse it in a page that comes over https://; "
                    "use a wss:// URL."
                )
                continue
            absolute = signaling_urls.resolved(url, site)
            if signaling_urls.is_loopback(absolute) and not signaling_urls.is_loopback(site):
                self._problem(
                    f"{absolute} doesn't work for others: each would look for it on their own "
                    "machine; use the server's public name."
                )
                continue
            self._check_signaling(absolute, f"{parts.scheme}://{parts.netloc}")


def _fetch_contents(site: str) -> dict[str, bytes]:
    """Fetch all configuration files of a site, by their paths in it."""
    contents = {}
    for folder in ("", *(f"{app}/" for app in APPS)):
        for name in site_checks.FILES:
            content = fetch(f"{site}{folder}{name}")
            if content is not None:
                contents[f"{folder}{name}"] = content
    return contents


def _apps_in(contents: Mapping[str, bytes]) -> list[str]:
    """Name the apps of a site; one without any is checked as if it were one."""
    return site_checks.apps_of(contents) or [""]


def _mistakes_in_labextensions(site: str, config: Mapping[str, Any]) -> list[str]:
    """Look up the labextensions that ours needs; those of others are their business."""
    root = urljoin(site, str(config.get("fullLabextensionsUrl", LABEXTENSIONS_URL)))

    def look_up(name: str, entry: Mapping[str, Any]) -> Labextension:
        if name not in LABEXTENSIONS:
            return Labextension(None, has_entry_file=True)
        package = fetch(f"{root}/{name}/{PACKAGE_JSON}")
        version = json.loads(package)["version"] if package else None
        return Labextension(version, fetch(f"{root}/{name}/{entry.get('load')}") is not None)

    return site_checks.mistakes_in_labextensions(config, None, look_up)
