# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Decide what goes into a site's ``jupyter-config-data``.

Pure: several sources ask for something (`Request`), and one result comes out (`SiteConfig`).
Reading files and the environment, and writing the site, is the addon's business.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyterlite_core.constants import (
    DISABLED_EXTENSIONS,
    JUPYTER_CONFIG_DATA,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_METADATA,
)

from . import config_schema
from .config_schema import shown
from .constants import DISABLED_PLUGINS, SIGNALING_URLS_VARIABLE

#: the config key of the switch
COLLABORATIVE = "collaborative"

#: the config key of the signaling URLs
SIGNALING_URLS = "fullWebRtcSignalingUrls"

#: the config key of the STUN and TURN servers
ICE_SERVERS = "webRtcIceServers"

#: the config key that each trait of the addon is about
TRAIT_KEYS = {
    "collaborative": COLLABORATIVE,
    "signaling_urls": SIGNALING_URLS,
    "room_prefix": "webRtcRoomPrefix",
    "ice_servers": ICE_SERVERS,
    "ice_transport_policy": "webRtcIceTransportPolicy",
    "relay": "webRtcRelay",
}


@dataclass(frozen=True)
class Request:
    """What one source asks for, checked by nobody yet."""

    #: JSON values by config key; what isn't here wasn't asked for
    values: Mapping[str, Any] = field(default_factory=dict)

    #: what a user would have to change, by config key
    origins: Mapping[str, str] = field(default_factory=dict)

    #: what hindered us from understanding the source, in one sentence each
    mistakes: tuple[str, ...] = ()


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

    def merged_into(self, config_data: Mapping[str, Any]) -> dict[str, Any]:
        """Add our part to a site's configuration.

        Idempotent, and it doesn't matter what was merged before: the list of disabled plugins
        is a sorted union.

        Parameters
        ----------
        config_data
            The ``jupyter-config-data`` of a built site. Not changed.

        Returns
        -------
        dict
            A copy that has our values and disables the plugins that ours replace.
        """
        disabled = {*config_data.get(DISABLED_EXTENSIONS, ()), *DISABLED_PLUGINS}
        return {**config_data, **self.values, DISABLED_EXTENSIONS: sorted(disabled)}


def from_traits(class_name: str, traits: Mapping[str, Any]) -> Request:
    """Understand what the command line and ``jupyter_lite_config`` ask for.

    Parameters
    ----------
    class_name
        The name of the configurable class, to name a trait as its user would.
    traits
        Values by the names in `TRAIT_KEYS`; ``None`` where nothing is configured. A STUN URL
        stands for the ICE server at that URL.

    Returns
    -------
    Request
        What is configured.
    """
    configured = {name: value for name, value in traits.items() if value is not None}
    values = {TRAIT_KEYS[name]: _as_json(value) for name, value in configured.items()}
    if isinstance(values.get(ICE_SERVERS), list):
        values[ICE_SERVERS] = [
            {"urls": server} if isinstance(server, str) else server
            for server in values[ICE_SERVERS]
        ]
    return Request(values, {TRAIT_KEYS[name]: f"{class_name}.{name}" for name in configured})


def from_environment(environment: Mapping[str, str]) -> Request:
    """Understand what the environment asks for.

    Parameters
    ----------
    environment
        Environment variables. A blank one is as good as none.

    Returns
    -------
    Request
        The signaling URLs, if there are any.
    """
    urls = environment.get(SIGNALING_URLS_VARIABLE, "").split()
    if not urls:
        return Request()
    return Request({SIGNALING_URLS: urls}, {SIGNALING_URLS: SIGNALING_URLS_VARIABLE})


def from_site_file(name: str, content: str | bytes) -> Request:
    """Understand what a ``jupyter-lite.json`` or ``jupyter-lite.ipynb`` asks for.

    Parameters
    ----------
    name
        The file's name.
    content
        What it holds.

    Returns
    -------
    Request
        Those keys of its ``jupyter-config-data`` that are ours.
    """
    try:
        found: Any = json.loads(content)
    except ValueError as error:  # also of bytes that are no text
        return Request(mistakes=(f"{name}: not valid JSON ({error}): correct it.",))
    steps = [JUPYTER_CONFIG_DATA]
    if name == JUPYTERLITE_IPYNB:
        steps = ["metadata", JUPYTERLITE_METADATA, *steps]
    reached = []
    for step in steps:
        if isinstance(found, dict):
            found = found.get(step) or {}
            reached.append(step)
    if not isinstance(found, dict):
        where = ".".join(reached) or "the file"
        problem = f"{name}: {where} holds {shown(found)}: it must hold an object."
        return Request(mistakes=(problem,))
    ours = {key: found[key] for key in config_schema.config_keys() if key in found}
    return Request(ours, {key: f"{key} in {name}" for key in ours})


def resolve(requests: Sequence[Request]) -> SiteConfig:
    """Decide between several sources.

    Every source is checked, also where another one overrides it: a mistake that waits for the
    other one to go is found by somebody who has forgotten how it came there.

    Parameters
    ----------
    requests
        What each source asks for: the first one that has a key decides it.

    Returns
    -------
    SiteConfig
        The result, `DEFAULTS` included.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    warnings: list[str] = []
    mistakes: list[str] = []
    for request in requests:
        mistakes += [*request.mistakes, *config_schema.mistakes(request.values, request.origins)]
        for key, value in request.values.items():
            if key not in values:
                values[key], origins[key] = value, request.origins[key]
            elif values[key] != value:
                warnings.append(
                    f"{origins[key]}: {shown(values[key])} overrides "
                    f"{shown(value)} of {request.origins[key]}."
                )
    for key, value in DEFAULTS.values.items():
        if key not in values:
            values[key], origins[key] = value, DEFAULTS.origins[key]
    return SiteConfig(values, origins, (*warnings, *_advice(values)), tuple(mistakes))


def _advice(values: Mapping[str, Any]) -> Iterable[str]:
    """Say what is allowed, but hardly meant for a site that others use."""
    if values[COLLABORATIVE] and SIGNALING_URLS not in values:
        yield (
            "No signaling URL is configured: unless a user's settings name one, pages use a "
            "public demonstration server, which is not for production; "
            "give one with --webrtc-signaling-url."
        )


def _as_json(value: Any) -> Any:  # noqa: ANN401 (this is any JSON)
    """Turn the tuples that a ``jupyter_lite_config.py`` may hold into lists."""
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value
