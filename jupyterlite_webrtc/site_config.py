# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Decide what goes into a site's ``jupyter-config-data``.

Pure: several sources ask for something (`Request`), and one result comes out (`SiteConfig`).
Reading files and the environment, and writing the site, is the addon's business.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import config_schema, ice_urls
from .config_files import OurPart
from .config_schema import shown
from .config_sources import (
    COLLABORATIVE,
    ICE_SERVERS,
    ICE_TRANSPORT_POLICY,
    RELAY,
    SIGNALING_URLS,
    Request,
    overrides,
)
from .constants import DISABLED_PLUGINS, NEEDED_LABEXTENSIONS
from .signaling_urls import is_for_plain_http_only

#: what holds where nobody asks for anything else: who installs the addon wants to collaborate
DEFAULTS = Request({COLLABORATIVE: True}, {COLLABORATIVE: "default"})


@dataclass(frozen=True)
class SiteConfig:
    """What a site is to say, and what its author should know about it."""

    #: JSON values by config key; what isn't here is left to users' settings and the page's defaults
    values: Mapping[str, Any]

    #: where each value came from, by config key
    origins: Mapping[str, str]

    #: what the author may not have meant, in one sentence each
    warnings: tuple[str, ...]

    #: why the site can't be built, in one sentence each
    mistakes: tuple[str, ...]

    #: whether a site is to have anything of ours
    enabled: bool = True

    def part(self, own: OurPart, found: OurPart, labextensions: Collection[str]) -> OurPart:
        """Decide what is to be ours in the configuration of a site's root.

        Parameters
        ----------
        own
            What is in the user's file that it came from.
        found
            What is there, where JupyterLite has entered the labextensions that are in the site.
        labextensions
            Their names.

        Returns
        -------
        OurPart
            Our values, and the plugins that ours replace; or, if we are switched off, no trace of
            us except what the user wrote. Pages don't load then what ours needs, either, also if
            JupyterLite itself has copied it: without ours it waits for a server, and no document
            opens.
        """
        loadable = {*labextensions} - ({*NEEDED_LABEXTENSIONS} if not self.enabled else set())
        entries = {name: entry for name, entry in found.entries.items() if name in loadable}
        return OurPart(
            {**own.values, **self.values},
            DISABLED_PLUGINS if self.enabled else own.disabled,
            {**own.entries, **entries},
        )


def switched_off(requests: Iterable[Request] = ()) -> SiteConfig:
    """Decide that a site is to have nothing of ours.

    Parameters
    ----------
    requests
        Sources of which only the mistakes count: values that aren't used can't do harm.

    Returns
    -------
    SiteConfig
        One without values, which leaves the user's own alone.
    """
    mistakes = tuple(mistake for request in requests for mistake in request.mistakes)
    return SiteConfig({}, {}, (), mistakes, enabled=False)


def kept(part: OurPart, enabled: bool, options: Sequence[str]) -> SiteConfig:
    """Decide that a site is to stay as it was built, whatever the sources say by now.

    Parameters
    ----------
    part
        What is ours in the configuration of its root.
    enabled
        Whether it was built with us.
    options
        What the command line asks for, which can't be had.

    Returns
    -------
    SiteConfig
        What the site says.
    """
    mistakes = []
    if options:
        mistakes.append(
            f"{', '.join(options)}: only a build changes a site that is there: "
            "run `jupyter lite build` with them."
        )
    origins = dict.fromkeys(part.values, "as built")
    return SiteConfig(part.values, origins, (), tuple(mistakes), enabled)


def resolve(requests: Sequence[Request], apps: Sequence[Request] = ()) -> SiteConfig:
    """Decide between several sources.

    Every source is checked, also where another one overrides it: a mistake that waits for the
    other one to go is found by somebody who has forgotten how it came there.

    Parameters
    ----------
    requests
        What each source asks for: the first one that has a key decides it.
    apps
        What the files of single apps ask for. A page prefers them, so they are only checked.

    Returns
    -------
    SiteConfig
        The result, `DEFAULTS` included.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    warnings: list[str] = []
    mistakes: list[str] = []
    for request in (*requests, *apps):
        mistakes += [*request.mistakes, *config_schema.mistakes(request.values, request.origins)]
        warnings += request.warnings
    for request in requests:
        for key, value in request.values.items():
            if key not in values:
                values[key], origins[key] = value, request.origins[key]
            elif values[key] != value:
                higher, lower = (values[key], origins[key]), (value, request.origins[key])
                warnings.append(overrides(key, higher, lower))
    for key, value in DEFAULTS.values.items():
        if key not in values:
            values[key], origins[key] = value, DEFAULTS.origins[key]
    for request in apps:
        warnings += [
            overrides(key, (value, request.origins[key]), (values[key], origins[key]))
            for key, value in request.values.items()
            if key in values and values[key] != value
        ]
    if not mistakes:
        warnings += advice(values, "give one with --webrtc-signaling-url")
    return SiteConfig(values, origins, tuple(warnings), tuple(mistakes))


def advice(values: Mapping[str, Any], remedy: str) -> Iterable[str]:
    """Say what is allowed, but hardly meant for pages that others use.

    Parameters
    ----------
    values
        The values of our keys, without a mistake.
    remedy
        How to name a signaling server.

    Yields
    ------
    str
        A sentence.
    """
    if not values.get(COLLABORATIVE):
        return
    if SIGNALING_URLS not in values:
        yield (
            "No signaling URL is configured: unless a user's settings name one, pages use a "
            f"public demonstration server, which is not for production; {remedy}."
        )
    for url in values.get(SIGNALING_URLS, ()):
        if is_for_plain_http_only(url):
            yield (
                f"The signaling URL {shown(url)} is not encrypted: browsers refuse it in pages "
                "that come over https://; use a wss:// URL unless the site is served over "
                "http:// only."
            )
    is_hidden = values.get(ICE_TRANSPORT_POLICY) == "relay" and values.get(RELAY) == "never"
    if is_hidden and not _has_turn_server(values):
        yield (
            f"{ICE_TRANSPORT_POLICY} is relay and {RELAY} is never, but no TURN server is "
            "configured: people in different browsers can't connect, unless the signaling server "
            f"names one; name one in {ICE_SERVERS}."
        )


def _has_turn_server(values: Mapping[str, Any]) -> bool:
    """Tell whether a route that hides IP addresses is configured."""
    return any(
        ice_urls.parse(url).is_turn
        for server in values.get(ICE_SERVERS, ())
        for url in ([server["urls"]] if isinstance(server["urls"], str) else server["urls"])
    )
