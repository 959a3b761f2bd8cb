# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Decide what goes into a site's ``jupyter-config-data``.

Pure: several sources ask for something (`Request`), and one result comes out (`SiteConfig`).
Reading files and the environment, and writing the site, is the addon's business.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from jupyterlite_core.constants import (
    DISABLED_EXTENSIONS,
    FEDERATED_EXTENSIONS,
    JUPYTER_CONFIG_DATA,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_METADATA,
)

from . import config_schema
from .config_files import entry_names
from .config_schema import shown
from .constants import (
    DISABLED_PLUGINS,
    LABEXTENSION,
    NEEDED_LABEXTENSIONS,
    SIGNALING_URLS_VARIABLE,
)
from .signaling_urls import is_for_plain_http_only

#: the config key of the switch
COLLABORATIVE = "collaborative"

#: the config key of the signaling URLs
SIGNALING_URLS = "fullWebRtcSignalingUrls"

#: the config key of the STUN and TURN servers
ICE_SERVERS = "webRtcIceServers"

#: the config key of the routes that are allowed
ICE_TRANSPORT_POLICY = "webRtcIceTransportPolicy"

#: the config key of what passes through signaling servers
RELAY = "webRtcRelay"

#: the name of the trait that switches all of it off
ENABLED = "enabled"

#: how similar the name of a class is to ours if it is taken for a slip of the pen, from 0 to 1
SIMILAR_CLASS = 0.85

#: the config key that each trait of the addon is about
TRAIT_KEYS = {
    "collaborative": COLLABORATIVE,
    "signaling_urls": SIGNALING_URLS,
    "room_prefix": "webRtcRoomPrefix",
    "ice_servers": ICE_SERVERS,
    "ice_transport_policy": ICE_TRANSPORT_POLICY,
    "relay": RELAY,
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

    #: what may not have been meant, in one sentence each
    warnings: tuple[str, ...] = ()


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

    def merged_into(
        self,
        config_data: Mapping[str, Any],
        own: Mapping[str, Any],
        labextensions: Collection[str],
    ) -> dict[str, Any]:
        """Put our part into the configuration of a site's root, and take out what is stale.

        Idempotent, and it doesn't matter what was there before: each of our keys gets the value
        that is configured now, else the one that the user's file has, else none.

        Parameters
        ----------
        config_data
            The ``jupyter-config-data`` of a built site. Not changed.
        own
            The same of the user's file that it came from.
        labextensions
            The names of those that are in the site.

        Returns
        -------
        dict
            A copy that has our values and disables the plugins that ours replace; or, if we are
            switched off, one without a trace of us except what the user wrote.
        """
        ours = {*config_schema.config_keys(), *config_schema.other_names()}
        merged = {key: value for key, value in config_data.items() if key not in ours}
        merged |= {key: value for key, value in own.items() if key in ours} | dict(self.values)
        self._disable_plugins(merged, own)
        entries = merged.get(FEDERATED_EXTENSIONS)
        if isinstance(entries, list):
            gone = {LABEXTENSION, *NEEDED_LABEXTENSIONS} - {
                *labextensions,
                *entry_names(own.get(FEDERATED_EXTENSIONS, ())),
            }
            merged[FEDERATED_EXTENSIONS] = [e for e in entries if not gone & {*entry_names([e])}]
        return merged

    def _disable_plugins(self, merged: dict[str, Any], own: Mapping[str, Any]) -> None:
        """Change a site's list of disabled plugins in place."""
        disabled = merged.get(DISABLED_EXTENSIONS, [])
        if self.enabled:
            merged[DISABLED_EXTENSIONS] = sorted({*disabled, *DISABLED_PLUGINS})
            return
        users = own.get(DISABLED_EXTENSIONS, [])
        kept = [name for name in disabled if name in users or name not in DISABLED_PLUGINS]
        if kept or DISABLED_EXTENSIONS in own:
            # what isn't the user's was sorted by us, or will be
            merged[DISABLED_EXTENSIONS] = [
                *users,
                *sorted({name for name in kept if name not in users}),
            ]
        else:
            merged.pop(DISABLED_EXTENSIONS, None)


def from_switch(class_name: str, value: Any) -> Request:  # noqa: ANN401 (this is any JSON)
    """Understand the switch for all of it.

    Parameters
    ----------
    class_name
        The name of the configurable class.
    value
        The value of its trait `ENABLED`.

    Returns
    -------
    Request
        Nothing but a mistake, if the value is none.
    """
    if isinstance(value, bool):
        return Request()
    problem = f"{class_name}.{ENABLED}: {shown(value)} is neither true nor false: write one."
    return Request(mistakes=(problem,))


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
    return _from_config_data(found, f" in {name}")


def from_archive(part: Mapping[str, Any]) -> Request:
    """Understand what the app archive says, which may be an archive of a site of ours.

    Parameters
    ----------
    part
        What is in the ``jupyter-lite.json`` of its root.

    Returns
    -------
    Request
        Those keys of its ``jupyter-config-data`` that are ours.
    """
    return _from_config_data(part.get(JUPYTER_CONFIG_DATA, {}), " in the app archive")


def misspelt(
    class_name: str, traits: Iterable[str], config: Mapping[str, Mapping[str, Any]]
) -> Request:
    """Find what looks meant for us in a configuration, but means nothing.

    Parameters
    ----------
    class_name
        The name of the configurable class.
    traits
        The names of its traits.
    config
        Values by the names of class and trait, of all classes.

    Returns
    -------
    Request
        Nothing but mistakes.
    """
    mistakes = []
    names = list(traits)
    for section, values in config.items():
        if section == class_name:
            for name in values:
                if name not in names:
                    close = get_close_matches(name, names, n=1)
                    hint = f"did you mean {close[0]}?" if close else f"choose {', '.join(names)}."
                    mistakes.append(f"{class_name}.{name}: there is no such trait: {hint}")
        elif get_close_matches(section.casefold(), [class_name.casefold()], cutoff=SIMILAR_CLASS):
            mistakes.append(f"{section}: there is no such class: did you mean {class_name}?")
    return Request(mistakes=tuple(mistakes))


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


def resolve(
    requests: Sequence[Request],
    apps: Sequence[Request] = (),
    check: Callable[[Mapping[str, Any], Mapping[str, str]], list[str]] = config_schema.mistakes,
) -> SiteConfig:
    """Decide between several sources.

    Every source is checked, also where another one overrides it: a mistake that waits for the
    other one to go is found by somebody who has forgotten how it came there.

    Parameters
    ----------
    requests
        What each source asks for: the first one that has a key decides it.
    apps
        What the files of single apps ask for. A page prefers them, so they are only checked.
    check
        What says what is wrong with values; for those who know the answer already.

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
        mistakes += [*request.mistakes, *check(request.values, request.origins)]
        warnings += request.warnings
    for request in requests:
        for key, value in request.values.items():
            if key not in values:
                values[key], origins[key] = value, request.origins[key]
            elif values[key] != value:
                warnings.append(_overrides(values[key], origins[key], value, request.origins[key]))
    for key, value in DEFAULTS.values.items():
        if key not in values:
            values[key], origins[key] = value, DEFAULTS.origins[key]
    for request in apps:
        warnings += [
            _overrides(value, request.origins[key], values[key], origins[key])
            for key, value in request.values.items()
            if key in values and values[key] != value
        ]
    if not mistakes:
        warnings += _advice(values)
    return SiteConfig(values, origins, tuple(warnings), tuple(mistakes))


def _overrides(higher: Any, its_origin: str, lower: Any, other_origin: str) -> str:  # noqa: ANN401
    """Say that one of two values has no effect."""
    return f"{its_origin}: {shown(higher)} overrides {shown(lower)} of {other_origin}."


def _from_config_data(data: Mapping[str, Any], where: str) -> Request:
    """Pick our keys, and note those that are spelt in a way that nobody understands."""
    values = {key: data[key] for key in config_schema.config_keys() if key in data}
    origins = {key: f"{key}{where}" for key in values}
    mistakes: list[str] = []
    warnings: list[str] = []
    for other, key in config_schema.other_names().items():
        if other not in data:
            continue
        origin = f"{other}{where}"
        if key not in values:
            values[key], origins[key] = data[other], origin
        elif values[key] != data[other]:
            mistakes += config_schema.mistakes({other: data[other]}, {other: origin})
            warnings.append(_overrides(values[key], origins[key], data[other], origin))
    for key in data:
        meant = config_schema.similar_key(key)
        if meant is not None:
            warnings.append(f"{key}{where}: there is no such key: did you mean {meant}?")
    return Request(values, origins, tuple(mistakes), tuple(warnings))


def _advice(values: Mapping[str, Any]) -> Iterable[str]:
    """Say what is allowed, but hardly meant for a site that others use."""
    if not values[COLLABORATIVE]:
        return
    if SIGNALING_URLS not in values:
        yield (
            "No signaling URL is configured: unless a user's settings name one, pages use a "
            "public demonstration server, which is not for production; "
            "give one with --webrtc-signaling-url."
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
            f"configured: people in different browsers can't connect; name one in {ICE_SERVERS}."
        )


def _has_turn_server(values: Mapping[str, Any]) -> bool:
    """Tell whether a route that hides IP addresses is configured."""
    return any(
        url.startswith(("turn:", "turns:"))
        for server in values.get(ICE_SERVERS, ())
        for url in ([server["urls"]] if isinstance(server["urls"], str) else server["urls"])
    )


def _as_json(value: Any) -> Any:  # noqa: ANN401 (this is any JSON)
    """Turn the tuples that a ``jupyter_lite_config.py`` may hold into lists."""
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value
