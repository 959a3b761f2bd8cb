# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc check``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from jupyter_core.application import base_aliases
from jupyterlite_core.constants import JUPYTERLITE_JSON, PACKAGE_JSON
from traitlets import Unicode

from jupyterlite_webrtc import (
    ice_checks,
    ice_urls,
    page_config,
    server_page,
    signaling_urls,
    site_checks,
    site_pages,
)
from jupyterlite_webrtc.config_schema import shown
from jupyterlite_webrtc.config_sources import COLLABORATIVE, ICE_SERVERS, RELAY, SIGNALING_URLS
from jupyterlite_webrtc.constants import LABEXTENSIONS
from jupyterlite_webrtc.extras import MissingExtraError
from jupyterlite_webrtc.ice_checks import Source
from jupyterlite_webrtc.masking import masked_sentence
from jupyterlite_webrtc.signaling.numbers import Finite
from jupyterlite_webrtc.signaling.turn import TurnMint
from jupyterlite_webrtc.signaling_probe import TIMEOUT, ProbeError, probe
from jupyterlite_webrtc.site_checks import Labextension
from jupyterlite_webrtc.site_fetch import Fetcher, FetchError, NoSiteError, address, origin

from .base import WebRtcApp

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping, Sequence

#: the key that says where a site's labextensions are, and what it says unless somebody changes it
LABEXTENSIONS_KEY, LABEXTENSIONS_URL = "fullLabextensionsUrl", "./extensions"

#: seconds that all may take together
LIMIT = 120.0

#: characters of a sentence: what a site says in it may be of any length
MAX_SENTENCE = 2000

#: seconds for which a name for a TURN server is minted: as long as the check may last
MINTED_SECONDS = 600

#: the use of the relay that does without any other connection
RELAY_ALWAYS = "always"

#: milliseconds of a second
MILLISECONDS = 1000

_Result = TypeVar("_Result")


class OutOfTimeError(Exception):
    """All of it takes too long."""


class CheckApp(WebRtcApp):
    """Try signaling, STUN and TURN servers, and sites, as a browser would use them."""

    name = "jupyter-lite-webrtc-check"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite-webrtc check wss://signaling.example.org
        jupyter lite-webrtc check https://user.github.io/course/
        jupyter lite-webrtc check _output
        jupyter lite-webrtc check 'http://127.0.0.1:8888/lab?token=SECRET'
        jupyter lite-webrtc check stun:stun.example.org
        jupyter lite-webrtc check turns:turn.example.org:443 --turn-secret CHANGE-ME
    """)

    aliases = {
        **base_aliases,
        "timeout": "CheckApp.timeout",
        "limit": "CheckApp.limit",
        "turn-username": "CheckApp.turn_username",
        "turn-credential": "CheckApp.turn_credential",
        "turn-secret": "CheckApp.turn_secret",
    }

    timeout = Finite(TIMEOUT, min=0.1, help="Seconds to wait for each answer of a server.").tag(
        config=True
    )

    limit = Finite(LIMIT, min=0.1, help="Seconds for all of it.").tag(config=True)

    turn_username = Unicode(help="The name for turn: and turns: URLs that are to be checked.").tag(
        config=True
    )

    turn_credential = Unicode(help="The password for them.").tag(config=True)

    turn_secret = Unicode(
        help=(
            "What TURN servers have as static-auth-secret: a name and a password are minted from "
            "it, as the signaling server does."
        )
    ).tag(config=True)

    #: what was found not to work
    problems = 0

    def parse_command_line(self, argv: Any = None) -> None:  # noqa: ANN401 (upstream's)
        """Take what is no option for something to check.

        Parameters
        ----------
        argv
            The arguments, or those of the process.
        """
        super().parse_command_line(argv)
        self.urls, self.extra_args = list(self.extra_args), []

    def run(self) -> None:
        """Check one after the other, and fail if anything doesn't work."""
        if not self.urls:
            self.fail(
                "What is to be checked? Give signaling URLs, URLs of STUN and TURN servers, the "
                "address of a site, or the folder of a built one."
            )
        self._end = time.monotonic() + self.limit
        try:
            for url in self.urls:
                self._check(url)
        except OutOfTimeError:
            self._problem(
                f"Not all was checked within {self.limit:g} s: say --limit to give more time."
            )
        if self.problems:
            raise SystemExit(1)

    def say(self, line: str) -> None:
        """Print a sentence, in which a site may have a say: as one line of some length.

        Secrets in its addresses are left out.

        Parameters
        ----------
        line
            The sentence.
        """
        line = masked_sentence(line)
        if len(line) > MAX_SENTENCE:
            line = f"{line[: MAX_SENTENCE // 2]} … {line[-MAX_SENTENCE // 2 :]}"
        line = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        super().say(line.encode(encoding, "backslashreplace").decode(encoding))

    def _check(self, url: str) -> None:
        """Check something, by what it looks like."""
        scheme = url.partition(":")[0].lower()
        if _is_folder(url):
            self._check_folder(Path(url))
        elif scheme in signaling_urls.WEBSOCKET_SCHEMES.values():
            self._check_signaling(url)
        elif scheme in signaling_urls.WEBSOCKET_SCHEMES:
            self._check_site(url)
        elif scheme in ice_urls.SCHEMES:
            self._check_ice_url(url)
        else:
            self._problem(
                f"{shown(url)} is no folder, and starts with none of ws://, wss://, http://, "
                "https://, stun:, turn:, turns:."
            )

    def _seconds(self) -> float:
        """Say how long the next answer may take."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return min(self.timeout, left)

    def _finish(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do something as long as there is time."""
        try:
            return asyncio.run(asyncio.wait_for(work, self._end - time.monotonic()))
        except asyncio.TimeoutError as error:
            raise OutOfTimeError from error

    def _problem(self, sentence: str) -> None:
        """Say what doesn't work."""
        self.problems += 1
        self.say(sentence)

    def _check_signaling(
        self, url: str, page_origin: str | None = None, *, uses_ice: bool = True
    ) -> None:
        """Try one signaling server, and the TURN servers that it names."""
        try:
            found = self._finish(probe(url, page_origin, self.timeout))
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
        if uses_ice:
            self._check_ice(found.ice_servers, Source.SIGNALING, url)

    def _check_ice_url(self, url: str) -> None:
        """Try a STUN or TURN server of the command line."""
        try:
            is_turn = ice_urls.parse(url).is_turn
        except ValueError as error:
            self._problem(f"{shown(url)} {error}.")
            return
        server: dict[str, object] = {"urls": url}
        source = Source.COMMAND_LINE
        if is_turn:
            if self.turn_secret:
                server |= TurnMint([url], self.turn_secret, MINTED_SECONDS).server()
                source = Source.SECRET
            elif self.turn_username and self.turn_credential:
                server |= {"username": self.turn_username, "credential": self.turn_credential}
            else:
                self._problem(
                    f"{url} doesn't work without a name and a password: add "
                    "--turn-username and --turn-credential, or --turn-secret."
                )
                return
        self._check_ice([server], source, "the command line")

    def _check_ice(self, servers: Sequence[Any], source: Source, where: str) -> None:
        """Try STUN and TURN servers."""
        for verdict in self._finish(ice_checks.check(servers, source, where, self.timeout)):
            (self.say if verdict.works else self._problem)(verdict.sentence)

    def _check_site(self, url: str) -> None:
        """Fetch a site's configuration, and check all that a page would use."""
        fetcher = Fetcher(self._seconds)
        try:
            try:
                site = fetcher.root_of(url)
            except NoSiteError:
                config = server_page.config_in(fetcher.page(url))
                if config is None:
                    raise
                self._check_server(address(url).partition("?")[0], config)
                return
            contents = fetcher.contents(site)
            pages = site_checks.page_configs(contents)
            mistakes = [
                mistake
                for config in pages
                for mistake in _mistakes_in_labextensions(site, config, fetcher)
            ]
        except FetchError as error:
            self._problem(str(error))
            return
        for root in dict.fromkeys(_labextensions_url(site, config) for config in pages):
            if root is not None and origin(root) != origin(site):
                self.say(f"{site} has labextensions at {root}, which is not asked for them.")
        self._check_contents(site, contents, mistakes)

    def _check_server(self, page: str, config: Mapping[str, Any]) -> None:
        """Check a page of a Jupyter server, and the servers that it names."""
        mistakes = page_config.mistakes(config)
        for mistake in mistakes:
            self._problem(f"{page}: {mistake}")
        if not mistakes:
            self.say(f"{page} is a page of a Jupyter server, with a valid configuration.")
            self._check_servers(f"{origin(page)}/", [config])

    def _check_folder(self, folder: Path) -> None:
        """Check the servers of a site that was built, but need not be published."""
        try:
            contents = site_pages.read(site_pages.in_folder(folder))
        except OSError as error:
            self._problem(f"{folder} can't be read ({error}): see whether you may.")
            return
        if contents:
            try:
                self._check_contents(str(folder), contents, [])
            except MissingExtraError as error:
                # its files are fine, and that is what whoever has installed no more can ask for
                self.say(f"The servers that {folder} names are not tried. {error}")
        else:
            self._problem(f"{folder} is no built site: there is no {JUPYTERLITE_JSON} in it.")

    def _check_contents(
        self, site: str, contents: Mapping[str, bytes], mistakes: Sequence[str]
    ) -> None:
        """Check a site's configuration, and the servers that it names."""
        mistakes = [
            *(
                mistake
                for name, content in contents.items()
                for mistake in site_checks.mistakes_in_file(name, content)
            ),
            *mistakes,
        ]
        for mistake in dict.fromkeys(mistakes):
            self._problem(f"{site}: {mistake}")
        if mistakes:
            return
        self.say(f"{site} has a valid configuration.")
        self._check_servers(site, site_checks.page_configs(contents))

    def _check_servers(self, site: str, pages: Iterable[Mapping[str, Any]]) -> None:
        """Check the servers that pages name, if they share."""
        sharing = [config for config in pages if config.get(COLLABORATIVE) is True]
        if not sharing:
            self._problem(
                f"{site} shares nothing: {COLLABORATIVE} is not true in its configuration."
            )
        for urls in _different(config.get(SIGNALING_URLS) for config in sharing):
            users = [config for config in sharing if config.get(SIGNALING_URLS) == urls]
            self._check_list(site, urls, uses_ice=any(_uses_ice(config) for config in users))
        for servers in _different(
            config.get(ICE_SERVERS) for config in sharing if config.get(RELAY) != RELAY_ALWAYS
        ):
            self._check_ice_list(site, servers)

    def _check_list(self, site: str, urls: list[str] | None, *, uses_ice: bool) -> None:
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
        is_published = parts.scheme in signaling_urls.WEBSOCKET_SCHEMES
        for url in urls:
            if not is_published:
                if url.startswith("./"):
                    self.say(f"{url} is beside the site: give the site's address to check it, too.")
                else:
                    self._check_signaling(url, uses_ice=uses_ice)
                continue
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
            self._check_signaling(absolute, origin(site), uses_ice=uses_ice)

    def _check_ice_list(self, site: str, servers: list[Any] | None) -> None:
        """Check the STUN and TURN servers of a site."""
        if servers is None:
            self.say(f"{site} names no STUN or TURN server: pages use a public STUN server.")
            servers = list(ice_urls.PUBLIC_ICE_SERVERS)
        elif not servers:
            self.say(
                f"{site} uses no STUN or TURN server: only people in one network are connected "
                "directly."
            )
        self._check_ice(servers, Source.SITE, ICE_SERVERS)


def _different(values: Iterable[Any]) -> list[Any]:
    """Leave each JSON value once."""
    return [json.loads(text) for text in dict.fromkeys(json.dumps(value) for value in values)]


def _uses_ice(config: Mapping[str, Any]) -> bool:
    """Tell whether a page asks signaling servers for TURN servers."""
    return config.get(ICE_SERVERS) != [] and config.get(RELAY) != RELAY_ALWAYS


def _is_folder(text: str) -> bool:
    """Tell whether something is a folder; a text of any kind may be none."""
    try:
        return Path(text).is_dir()
    except (OSError, ValueError):
        # such as one that is too long
        return False


def _labextensions_url(site: str, config: Mapping[str, Any]) -> str | None:
    """Say from where a page loads labextensions; None if it can't."""
    where = config.get(LABEXTENSIONS_KEY, LABEXTENSIONS_URL)
    try:
        return address(where, site) if isinstance(where, str) else None
    except FetchError:
        return None


def _mistakes_in_labextensions(site: str, config: Mapping[str, Any], fetcher: Fetcher) -> list[str]:
    """Look up the labextensions that ours needs; those of others are their business."""
    root = _labextensions_url(site, config)
    if root is None:
        where = shown(config[LABEXTENSIONS_KEY])
        return [f"{LABEXTENSIONS_KEY}: pages load no labextensions from {where}: leave it out."]

    def look_up(name: str, load: str) -> Labextension:
        if name not in LABEXTENSIONS or origin(root) != origin(site):
            return Labextension(None, has_entry_file=True)
        package = fetcher.fetch(address(f"{root}/{name}/{PACKAGE_JSON}"))
        entry_file = fetcher.fetch(address(f"{root}/{name}/{load}"))
        return Labextension(site_checks.version_in(package), entry_file is not None)

    return site_checks.mistakes_in_labextensions(config, None, look_up)
