# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A JupyterLite addon that makes the documents of a site collaborative."""

import importlib.metadata
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

from doit.exceptions import TaskFailed
from jupyterlite_core.addons.base import BaseAddon
from jupyterlite_core.addons.lite import LiteAddon
from jupyterlite_core.constants import JUPYTERLITE_JSON, PACKAGE_JSON, UTF8
from jupyterlite_core.manager import LiteManager

from . import (
    advice,
    app_archive,
    build_config,
    built_site,
    config_files,
    config_sources,
    labextensions,
    lite_command,
    site_checks,
    site_config,
    site_pages,
)
from .built_site import BuiltSite
from .config_files import OurPart
from .config_schema import config_keys, shown
from .config_sources import ENABLED, SIGNALING_URLS, Request
from .constants import BUILT_LABEXTENSION, LABEXTENSION, LABEXTENSIONS, SERVER_DISTRIBUTIONS
from .masking import masked, masked_address
from .site_checks import Labextension
from .site_config import SiteConfig
from .trait_types import Bool, List, Unicode, configured

#: what `doit` runs
Task = dict[str, Any]


class WebRtcAddon(BaseAddon):
    """Put our labextension, those it needs, and its configuration into a site."""

    __all__: ClassVar = ["build", "check", "post_build", "pre_serve", "status"]

    aliases: ClassVar = {
        "webrtc-collaborative": "WebRtcAddon.collaborative",
        "webrtc-ice-server": "WebRtcAddon.ice_servers",
        "webrtc-ice-transport-policy": "WebRtcAddon.ice_transport_policy",
        "webrtc-relay": "WebRtcAddon.relay",
        "webrtc-room-prefix": "WebRtcAddon.room_prefix",
        "webrtc-signaling-url": "WebRtcAddon.signaling_urls",
    }

    flags: ClassVar = {
        "no-webrtc": (
            {"WebRtcAddon": {"enabled": False}},
            "Build the site without WebRTC, and take out what earlier builds put into it",
        ),
    }

    enabled = Bool(
        default_value=True,
        help=(
            "Whether the site gets anything of jupyterlite-webrtc. False takes out what earlier "
            "builds put in, and leaves what the site's own files say."
        ),
    ).tag(config=True)

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
            "tabs of one browser only. env: JUPYTERLITE_WEBRTC_SIGNALING_URLS, separated by blanks"
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
            "username and credential. An empty list contacts none; unless said otherwise, pages in "
            "a room ask Google's, stun:stun.l.google.com:19302."
        ),
    ).tag(config=True)

    ice_transport_policy = Unicode(
        default_value=None,
        allow_none=True,
        help=(
            "`all`, or `relay` to use TURN servers only, and the signaling server where there is "
            "none, which hides people's IP addresses."
        ),
    ).tag(config=True)

    relay = Unicode(
        default_value=None,
        allow_none=True,
        help=(
            "Whether encrypted data goes by way of the signaling server: `auto` where no direct "
            "connection is found, `never`, or `always`. `auto` unless said otherwise."
        ),
    ).tag(config=True)

    #: the site that this command is to leave as it is, if it is one that does not build
    _kept: BuiltSite | None = None

    def status(self, manager: LiteManager) -> Iterator[Task]:
        """Yield tasks that tell what a build would use, and refuse what would fail in the page.

        Every hook runs this one first, so that mistakes are refused before a file is touched.
        """
        for name in ("_archive", "_lite_files", "_requests", "_site_config"):
            # a manager can run more than once, from Python
            self.__dict__.pop(name, None)
        # core builds again before it checks, serves or archives a site
        is_kept = lite_command.user_of_a_site(manager) is not None
        self._kept = BuiltSite.read(manager.output_dir) if is_kept else None
        yield self.task(name="config", actions=[self._report])
        yield self._refuse("config", self._mistakes)

    def build(self, manager: LiteManager) -> Iterator[Task]:
        """Yield tasks that copy the labextensions that aren't in the site as they should be.

        These have no ``targets``: core may have the same ones, and two tasks may not share
        any. They have no ``file_dep`` either: what counts is that the trees are equal, also
        after something else removed or replaced the one in the site.
        """
        for name in LABEXTENSIONS:
            source = self._source_of(name)
            target = labextensions.in_site(name, manager.output_dir)
            if self._kept is not None:
                tree = self._kept.trees[name]
                yield self.task(
                    name=f"keep:ext:{name}",
                    doc=f"leave {name} as it was built",
                    uptodate=[(self._is_kept, [tree, target])],
                    actions=[(self._keep, [tree, target])],
                )
                yield self._gather_settings(name, target)
            elif source is not None:
                yield self.task(
                    name=f"copy:ext:{name}",
                    doc=f"copy {name} from {source}",
                    uptodate=[(self._is_copied, [source, target])],
                    actions=[(self.copy_one, [source, target])],
                )
                yield self._gather_settings(name, source)
            elif self._site_config.enabled:
                yield self._refuse(f"ext:{name}", partial(_missing, name))
            else:
                yield self.task(
                    name=f"remove:ext:{name}",
                    doc=f"remove {name}, which only we brought",
                    uptodate=[(self._is_absent, [target])],
                    actions=[(self._remove, [target])],
                )

    def post_build(self, manager: LiteManager) -> Iterator[Task]:  # noqa: ARG002 (core passes it)
        """Yield a task that makes our part of the site's configuration files what it should be.

        The addons that come after this one edit the same files.
        """
        yield self.task(
            name="patch",
            doc="ensure the configuration files have the configuration for WebRTC, and none stale",
            uptodate=[self._is_patched],
            actions=[self._patch],
        )

    def check(self, manager: LiteManager) -> Iterator[Task]:
        """Yield tasks that check the built site as a page would use it."""
        if not self._site_config.enabled:
            return
        contents = site_pages.read(site_pages.in_folder(manager.output_dir))
        for name, content in contents.items():
            yield self._refuse(
                f"file:{name}",
                partial(site_checks.mistakes_in_file, name, content),
            )
        for app in ["", *site_pages.present(contents)]:
            yield self._refuse(
                f"labextensions:{app or 'root'}",
                partial(self._mistakes_in_page, contents, app),
            )

    def pre_serve(self, manager: LiteManager) -> Iterator[Task]:
        """Yield a task that tells who serves signaling, which `jupyter lite serve` can't.

        Core's server blocks its task, and leaves no place for WebSockets on its port.
        """
        yield self.task(name="signaling", actions=[(self._tell_who_serves_signaling, [manager])])

    @cached_property
    def _lite_files(self) -> dict[str, bytes]:
        """What the user's files hold that pages will read as configuration, by path in the site."""
        lite_dir = self.manager.lite_dir
        apps = site_pages.apps_of(self._archive.get(PACKAGE_JSON))
        wanted = self.manager.apps or apps
        names = site_pages.files_of(app for app in apps if app in wanted)
        paths = {lite_dir / name: name for name in names}
        found = sorted(LiteAddon(self.manager).lite_files)
        return {paths[path]: path.read_bytes() for path in found if path in paths}

    @cached_property
    def _requests(self) -> tuple[list[Request], list[Request]]:
        """What all sources ask for, the one that prevails first; and the files of single apps."""
        class_name = type(self).__name__
        traits = {name: configured(self, name) for name in config_sources.TRAIT_KEYS}
        requests = {
            name: config_sources.from_site_file(name, content)
            for name, content in self._lite_files.items()
        }
        roots = [requests.pop(name) for name in reversed(site_pages.FILES) if name in requests]
        return [
            config_sources.misspelt(class_name, [ENABLED, *config_sources.TRAIT_KEYS], self.config),
            config_sources.from_switch(class_name, self.enabled),
            build_config.unused(class_name, self.manager.parent, self.manager.lite_dir),
            config_sources.from_traits(class_name, traits),
            config_sources.from_environment(os.environ),
            *roots,
            config_sources.from_archive(_part(self._archive, JUPYTERLITE_JSON)),
        ], [*requests.values()]

    @cached_property
    def _archive(self) -> dict[str, bytes]:
        """What the files of a custom app archive hold, as far as it matters."""
        return app_archive.read(self.manager.app_archive)

    @cached_property
    def _site_config(self) -> SiteConfig:
        """The configuration, resolved from all its sources; or that of a site that is kept."""
        if self._kept is not None:
            return site_config.kept(
                self._kept.part(JUPYTERLITE_JSON),
                self._kept.is_on,
                lite_command.options(self.manager, type(self).__name__),
            )
        requests, apps = self._requests
        if self.enabled is False:
            return site_config.switched_off(requests[:1])
        return site_config.resolve(requests, apps)

    def _source_of(self, name: str) -> Path | None:
        """Find where a labextension of the site has to come from, if anywhere."""
        find = labextensions.find if self._site_config.enabled else labextensions.copied_by_core
        source = find(name, self.manager)
        if name == LABEXTENSION and source is not None and not self._site_config.enabled:
            # what our own wheel put where JupyterLab's servers look is not what a user asked for
            return None if labextensions.is_own(source) else source
        return source

    def _mistakes(self) -> list[str]:
        """Say why the site can't be built."""
        mistakes = list(self._site_config.mistakes)
        if self._site_config.enabled and self._kept is None:
            mistakes += labextensions.not_loaded(self.manager)
            mistakes += [
                labextensions.missing(name)
                for name in LABEXTENSIONS
                if labextensions.find(name, self.manager) is None
                # else it may be in an archive that isn't unpacked yet
                and (name == LABEXTENSION or not self.manager.federated_extensions)
            ]
        return mistakes

    def _mistakes_in_page(self, contents: Mapping[str, bytes], app: str) -> list[str]:
        """Say what a page of an app would lack."""

        def look_up(name: str, load: str) -> Labextension:
            folder = labextensions.in_site(name, self.manager.output_dir)
            version = site_checks.version_in(site_pages.in_folder(folder)(PACKAGE_JSON))
            return Labextension(version, (folder / load).is_file())

        own_version = labextensions.version(BUILT_LABEXTENSION)
        config = site_checks.page_config(contents, app)
        return site_checks.mistakes_in_labextensions(config, own_version, look_up)

    def _refuse(self, what: str, find_mistakes: Callable[[], Sequence[str]]) -> Task:
        """Make a task that stops the build, if there are mistakes, without a traceback."""
        found: list[str] = []

        def is_fine() -> bool:
            found[:] = find_mistakes()
            return not found

        task: Task = self.task(
            name=f"validate:{what}",
            doc="refuse what would fail in the page",
            uptodate=[is_fine],
            actions=[lambda: TaskFailed("\n".join(found))],
        )
        return task

    def _report(self) -> None:
        """Print what a site is built with: all of it only for those who ask for that."""
        config = self._site_config
        lines = self._details() if lite_command.is_status(self.manager) else [self._summary()]
        for line in lines:
            print(f"    {line}")  # noqa: T201 (as the status of core's addons does)
        if config.enabled:
            for warning in [*config.warnings, *([] if self._kept else self._advice())]:
                self.log.warning("[lite] [webrtc] %s", warning)

    def _summary(self) -> str:
        """Say in one line what matters most."""
        if not self._site_config.enabled:
            return "webrtc: off"
        values = self._site_config.values
        urls = shown(values[SIGNALING_URLS]) if SIGNALING_URLS in values else "not configured"
        return f"webrtc: on, signaling: {urls} (`jupyter lite status` tells all)"

    def _details(self) -> Iterator[str]:
        """Say what the effective configuration is, and where each part of it comes from."""
        config = self._site_config
        if not config.enabled:
            origin = "as built" if self._kept else f"{type(self).__name__}.{ENABLED}"
            yield f"enabled: false ({origin})"
            return
        yield "enabled: true"
        for key in config_keys():
            if key in config.values:
                value = json.dumps(masked(config.values[key], key), default=repr)
                yield f"{key}: {value} ({config.origins[key]})"
            else:
                yield f"{key}: not configured"
        for name in LABEXTENSIONS:
            source = self._whence(name)
            if source is None:
                yield f"{name}: not found"
            else:
                yield f"{name}: {labextensions.version(source)} ({source})"

    def _whence(self, name: str) -> Path | None:
        """Find a labextension for the report: what is kept is in the site already."""
        if self._kept is None:
            return labextensions.find(name, self.manager)
        folder = labextensions.in_site(name, self.manager.output_dir)
        return folder if (folder / PACKAGE_JSON).is_file() else None

    def _advice(self) -> list[str]:
        """Say what may be wrong in this environment."""
        sources = {name: labextensions.find(name, self.manager) for name in LABEXTENSIONS}
        versions = {name: labextensions.version(path) for name, path in sources.items() if path}
        other = labextensions.copied_by_core(LABEXTENSION, self.manager)
        installed = [name for name in SERVER_DISTRIBUTIONS if _is_installed(name)]
        return [
            *(
                advice.shadowed(versions[LABEXTENSION], labextensions.version(other), other)
                if other and LABEXTENSION in versions
                else []
            ),
            *advice.incompatible(versions),
            *advice.server_packages(installed),
            *advice.other_providers(labextensions.names_copied_by_core(self.manager)),
        ]

    def _tell_who_serves_signaling(self, manager: LiteManager) -> None:
        """Name the command that serves signaling, too, where the site relies on that."""
        urls = self._site_config.values.get(SIGNALING_URLS, [])
        relative = [url for url in urls if url.startswith("./")]
        if relative:
            self.log.warning(
                "[lite] [webrtc] `jupyter lite serve` has no signaling server at %s: run "
                "`jupyter lite-webrtc serve --output-dir %s`, which serves both.",
                masked_address(relative[0]),
                manager.output_dir,
            )

    def _our_part(self, name: str, data: Mapping[str, Any]) -> OurPart:
        """Say what is to be ours in a configuration file of the site."""
        if self._kept is not None:
            return self._kept.part(name)
        own = OurPart.of(config_files.data_of(_part(self._lite_files, name)))
        if name == JUPYTERLITE_JSON:
            present = labextensions.names_in_site(self.manager.output_dir)
            return self._site_config.part(own, OurPart.of(data), present)
        return own.over(OurPart.of(config_files.data_of(_part(self._archive, name))))

    def _gather_settings(self, name: str, source: Path) -> Task:
        """Make a task that has core gather the settings of a labextension, if it left them out."""
        settings = labextensions.settings_file(self.manager.output_dir)
        task: Task = self.task(
            name=f"settings:{name}",
            doc=f"let core gather the settings of {name} anew, if it left them out",
            uptodate=[(labextensions.are_settings_known, [name, source, settings])],
            actions=[(self.delete_one, [settings])],
        )
        return task

    def _is_kept(self, tree: labextensions.Tree, target: Path) -> bool:
        """Tell whether a labextension is in the site as it was built, or is absent as it was."""
        return labextensions.read(target) == tree

    def _keep(self, tree: labextensions.Tree, target: Path) -> None:
        """Put a labextension back into the site as it was built."""
        if not tree:
            self._remove(target)
            return
        self.delete_one(target)
        labextensions.write(target, tree)
        self.maybe_timestamp(target)

    def _is_copied(self, source: Path, target: Path) -> bool:
        """Tell whether a labextension is in the site as it should be."""
        expected = labextensions.digest(source, self.is_ignored_sourcemap)
        return labextensions.digest(target) == expected

    def _is_absent(self, target: Path) -> bool:
        """Tell whether a labextension is not in the site, as it should be."""
        return not target.exists()

    def _remove(self, target: Path) -> None:
        """Remove a labextension, and folders that were only there for it."""
        self.delete_one(target)
        for folder in target.parents:
            if folder == self.manager.output_dir or any(folder.iterdir()):
                break
            folder.rmdir()

    def _is_patched(self) -> bool:
        """Tell whether our part of the site's configuration files is as it should be."""
        return not built_site.patches(self.manager.output_dir, self._our_part)

    def _patch(self) -> None:
        """Write our part of the site's configuration files."""
        for path, text in built_site.patches(self.manager.output_dir, self._our_part).items():
            path.write_text(text, **UTF8)
            self.maybe_timestamp(path)


def _part(contents: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """Read the part of a configuration file that matters; one that is absent or broken has none."""
    try:
        return config_files.part_of(name, config_files.parse(contents.get(name, b"null")))
    except ValueError:
        return {}


def _missing(name: str) -> list[str]:
    return [labextensions.missing(name)]


def _is_installed(distribution: str) -> bool:
    """Tell whether a distribution is installed."""
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
