# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A JupyterLite addon that makes the documents of a site collaborative."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

from doit.exceptions import TaskFailed
from jupyterlite_core.addons.base import BaseAddon
from jupyterlite_core.constants import (
    JSON_FMT,
    JUPYTER_CONFIG_DATA,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_JSON,
    UTF8,
)
from jupyterlite_core.manager import LiteManager

from . import labextensions, site_config
from .config_schema import config_keys
from .constants import LABEXTENSION
from .labextensions import LABEXTENSIONS
from .site_config import SiteConfig
from .trait_types import Bool, List, Unicode

#: what `doit` runs
Task = dict[str, Any]


class WebRtcAddon(BaseAddon):
    """Put our labextension, those it needs, and its configuration into a site."""

    __all__: ClassVar = ["build", "post_build", "status"]

    aliases: ClassVar = {
        "webrtc-collaborative": "WebRtcAddon.collaborative",
        "webrtc-ice-server": "WebRtcAddon.ice_servers",
        "webrtc-ice-transport-policy": "WebRtcAddon.ice_transport_policy",
        "webrtc-relay": "WebRtcAddon.relay",
        "webrtc-room-prefix": "WebRtcAddon.room_prefix",
        "webrtc-signaling-url": "WebRtcAddon.signaling_urls",
    }

    collaborative = Bool(
        default_value=None,
        allow_none=True,
        help="Whether documents can be shared at all. True unless said otherwise.",
    ).tag(config=True)

    signaling_urls = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help=(
            "The servers through which people find each other: ws:// or wss:// URLs, or paths "
            "that start with ./ and are relative to the site. An empty list shares between the "
            "tabs of one browser only. env: JUPYTERLITE_WEBRTC_SIGNALING_URLS"
        ),
    ).tag(config=True)

    room_prefix = Unicode(
        default_value=None,
        allow_none=True,
        help=(
            "Part of the secret of a named room: keeps rooms of the same name on other sites "
            "apart. The site's address unless said otherwise."
        ),
    ).tag(config=True)

    ice_servers = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help=(
            "STUN and TURN servers: stun: URLs or, in a config file, objects with urls, "
            "username and credential. An empty list contacts none; one public STUN server is "
            "used unless said otherwise."
        ),
    ).tag(config=True)

    ice_transport_policy = Unicode(
        default_value=None,
        allow_none=True,
        help="`all`, or `relay` to use TURN servers only, which hides people's IP addresses.",
    ).tag(config=True)

    relay = Unicode(
        default_value=None,
        allow_none=True,
        help=(
            "Whether encrypted frames may go through signaling servers: `auto` where there is "
            "no direct route, `never` or `always`."
        ),
    ).tag(config=True)

    def status(self, manager: LiteManager) -> Iterator[Task]:
        """Yield tasks that tell what a build would use, and refuse what would fail in the page.

        Every hook runs this one first, so that mistakes are refused before a file is touched.
        """
        config = self._site_config(manager)
        sources = {name: labextensions.find(name, manager) for name in LABEXTENSIONS}
        yield self.task(name="config", actions=[(self._report, [config, sources])])
        mistakes = list(config.mistakes)
        if sources[LABEXTENSION] is None:
            mistakes.append(labextensions.missing(LABEXTENSION))
        yield self._refuse("config", mistakes)

    def build(self, manager: LiteManager) -> Iterator[Task]:
        """Yield tasks that copy the labextensions that aren't in the site yet.

        These have no ``targets``: core may have the same ones, and two tasks may not share
        any. They have no ``file_dep`` either: what counts is that the trees are equal, also
        after something else removed or replaced the one in the site.
        """
        for name in LABEXTENSIONS:
            source = labextensions.find(name, manager)
            target = labextensions.in_site(name, manager.output_dir)
            if source is None:
                yield self._refuse(f"ext:{name}", [labextensions.missing(name)])
                continue
            yield self.task(
                name=f"copy:ext:{name}",
                doc=f"copy {name} from {source}",
                uptodate=[(self._is_copied, [source, target])],
                actions=[(self.copy_one, [source, target])],
            )

    def post_build(self, manager: LiteManager) -> Iterator[Task]:
        """Yield a task that adds our part to the site's configuration.

        That is resolved from the sources, never from the site, and what is already there is
        left alone: the addons that come after this one edit the same file.
        """
        path = manager.output_dir / JUPYTERLITE_JSON
        config = self._site_config(manager)
        yield self.task(
            name=f"patch:{JUPYTERLITE_JSON}",
            doc=f"ensure {JUPYTERLITE_JSON} has the configuration for WebRTC",
            uptodate=[(self._is_patched, [path, config])],
            actions=[(self._patch, [path, config])],
        )

    def _site_config(self, manager: LiteManager) -> SiteConfig:
        """Resolve the configuration from all its sources, the one that prevails first."""
        traits = {name: getattr(self, name) for name in site_config.TRAIT_KEYS}
        files = [manager.lite_dir / name for name in (JUPYTERLITE_JSON, JUPYTERLITE_IPYNB)]
        return site_config.resolve(
            [
                site_config.from_traits(type(self).__name__, traits),
                site_config.from_environment(os.environ),
                *(
                    site_config.from_site_file(path.name, path.read_bytes())
                    for path in files
                    if path.is_file()
                ),
            ]
        )

    def _refuse(self, what: str, mistakes: Sequence[str]) -> Task:
        """Make a task that stops the build, if there are mistakes, without a traceback."""
        task: Task = self.task(
            name=f"validate:{what}",
            doc="refuse what would fail in the page",
            uptodate=[not mistakes],
            actions=[lambda: TaskFailed("\n".join(mistakes))],
        )
        return task

    def _report(self, config: SiteConfig, sources: Mapping[str, Path | None]) -> None:
        """Print the effective configuration and where each part of it comes from."""
        for key in config_keys():
            if key in config.values:
                value = json.dumps(config.values[key], default=repr)
                self._print(f"{key}: {value} ({config.origins[key]})")
            else:
                self._print(f"{key}: not configured")
        for name, source in sources.items():
            if source is None:
                self._print(f"{name}: not found")
            else:
                self._print(f"{name}: {labextensions.version(source)} ({source})")
        for warning in config.warnings:
            self.log.warning("[lite] [webrtc] %s", warning)

    def _print(self, line: str) -> None:
        """Print a line as the status of core's addons does."""
        print(f"    {line}")  # noqa: T201 (it belongs to what `jupyter lite status` prints)

    def _is_copied(self, source: Path, target: Path) -> bool:
        """Tell whether a labextension is in the site as it should be."""
        expected = labextensions.digest(source, self.is_ignored_sourcemap)
        return labextensions.digest(target) == expected

    def _is_patched(self, path: Path, config: SiteConfig) -> bool:
        """Tell whether the site's configuration has our part."""
        before = json.loads(path.read_text(**UTF8)).get(JUPYTER_CONFIG_DATA, {})
        return bool(config.merged_into(before) == before)

    def _patch(self, path: Path, config: SiteConfig) -> None:
        """Write our part into the site's configuration."""
        whole = json.loads(path.read_text(**UTF8))
        whole[JUPYTER_CONFIG_DATA] = config.merged_into(whole.get(JUPYTER_CONFIG_DATA, {}))
        path.write_text(json.dumps(whole, **cast("Any", JSON_FMT)), **UTF8)
        self.maybe_timestamp(path)
