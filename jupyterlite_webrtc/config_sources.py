# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What each source asks a site's ``jupyter-config-data`` to say: traits, environment, files.

Pure: a source becomes a `Request`, checked by nobody yet. `site_config` decides between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from jupyterlite_core.constants import (
    DISABLED_EXTENSIONS,
    FEDERATED_EXTENSIONS,
    JUPYTER_CONFIG_DATA,
)

from . import config_files, config_schema
from .config_schema import shown
from .constants import SIGNALING_URLS_VARIABLE

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


def from_switch(class_name: str, value: object) -> Request:
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
        Its path in the site.
    content
        What it holds.

    Returns
    -------
    Request
        Those keys of its ``jupyter-config-data`` that are ours.
    """
    try:
        document: Any = config_files.parse(content)
    except ValueError as error:  # also of bytes that are no text
        return Request(mistakes=(f"{name}: not valid JSON ({error}): correct it.",))
    found, reached = document, []
    for step in [*config_files.steps(name), JUPYTER_CONFIG_DATA]:
        if isinstance(found, dict):
            found = found.get(step) or {}
            reached.append(step)
    if not isinstance(found, dict):
        where = ".".join(reached) or "the file"
        problem = f"{name}: {where} holds {shown(found)}: it must hold an object."
        return Request(mistakes=(problem,))
    request = _from_config_data(found, f" in {name}")
    part = config_files.part_of(name, document)
    misplaced = [key for key in config_schema.all_keys() if key in part]
    return replace(
        request,
        mistakes=(
            *(
                f"{name}: {key} is not used there: move it into {JUPYTER_CONFIG_DATA}."
                for key in misplaced
            ),
            *request.mistakes,
            *_mistakes_in_lists(found, name),
        ),
    )


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


def overrides(key: str, higher: tuple[object, str], lower: tuple[object, str]) -> str:
    """Say that one of two values has no effect.

    Parameters
    ----------
    key
        The config key that both are about.
    higher
        The value that prevails, and where it comes from.
    lower
        The value that doesn't, and where that comes from.

    Returns
    -------
    str
        One sentence.
    """
    (value, origin), (other, other_origin) = higher, lower
    return f"{origin}: {shown(value, key)} overrides {shown(other, key)} of {other_origin}."


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
            warnings.append(overrides(key, (values[key], origins[key]), (data[other], origin)))
    for key in data:
        meant = config_schema.similar_key(key)
        if meant is not None:
            warnings.append(f"{key}{where}: there is no such key: did you mean {meant}?")
    return Request(values, origins, tuple(mistakes), tuple(warnings))


def _mistakes_in_lists(data: Mapping[str, Any], name: str) -> Iterable[str]:
    """Say what is wrong with the lists that have something of ours, and break a whole page."""
    for key, kind in {DISABLED_EXTENSIONS: str, FEDERATED_EXTENSIONS: dict}.items():
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, kind) for each in value):
            items = "names" if kind is str else "objects"
            yield f"{key} in {name}: {shown(value)} is not a list of {items}: correct it."


def _as_json(value: Any) -> Any:  # noqa: ANN401 (this is any JSON)
    """Turn the tuples that a ``jupyter_lite_config.py`` may hold into lists."""
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value
