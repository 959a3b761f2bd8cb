# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the application and its subcommands have in common."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jupyter_core.application import JupyterApp, base_aliases, base_flags
from traitlets import TraitError, Unicode, default

from jupyterlite_webrtc import extras
from jupyterlite_webrtc._version import __version__
from jupyterlite_webrtc.serving import CannotListenError, run, run_to_end
from jupyterlite_webrtc.signaling import descriptors, logs
from jupyterlite_webrtc.signaling.admission import OptionError
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from jupyterlite_webrtc.signaling.options import SignalingOptions

from .loader import StrictLoader
from .strict_config import ConfigError, check, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from jupyterlite_webrtc.signaling.reply import Responder
    from jupyterlite_webrtc.signaling.server import SignalingServer

#: what shells say of a program that Ctrl-C ended
INTERRUPTED = 130

#: the file that all Jupyter applications read, without its suffix
SHARED_CONFIG = "jupyter_config"

#: what is read; upstream takes everything else off a name
CONFIG_SUFFIXES = (".py", ".json")

#: the highest TCP port
MAX_PORT = 65535


class WebRtcApp(JupyterApp):
    """Fail with one sentence; refuse what upstream only warns of."""

    version = __version__

    aliases = base_aliases
    flags = base_flags

    @default("config_file_name")
    def _default_config_file_name(self) -> str:
        # one file, with a section for each subcommand
        return "jupyter_lite_webrtc_config"

    @default("raise_config_file_errors")
    def _default_raise_config_file_errors(self) -> bool:
        # upstream goes on with what it has, but a server would run otherwise than it was told to
        return True

    def say(self, line: str) -> None:
        """Print a line at once, for a person or for a program that waits for it.

        Parameters
        ----------
        line : str
            Without its end.
        """
        print(line, flush=True)  # noqa: T201 (the one place where this application prints)

    def fail(self, sentence: str) -> NoReturn:
        """End with one sentence and exit code 1.

        Parameters
        ----------
        sentence : str
            What is wrong, and what to do.
        """
        self.log.critical(sentence)
        raise SystemExit(1)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002, ANN401 (upstream's)
        """Read the configuration; a file that can't be read ends the application.

        Parameters
        ----------
        *args, **kwargs
            Whether errors are suppressed, upstream; here they are not.
        """
        if self.config_file and not Path(self.config_file).is_file():
            self.fail(f"There is no configuration file {self.config_file}.")
        if self.config_file and Path(self.config_file).suffix not in CONFIG_SUFFIXES:
            # upstream would look for others that are called so, and go on without any
            self.fail(f"The configuration file {self.config_file} must end with .py or .json.")
        try:
            super().load_config_file(suppress_errors=False)
        except TraitError:
            # upstream makes a sentence of it
            raise
        except ConfigError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001 (such a file is a program: anything can happen)
            name = self.config_file or self.config_file_name
            self.fail(f"The configuration {name} can't be read: {type(error).__name__}: {error}")

    @classmethod
    def _load_config_files(
        cls,
        basefilename: str,
        path: str | Sequence[str | None] | None,
        *args: Any,  # noqa: ANN401 (upstream's)
        **kwargs: Any,  # noqa: ANN401
    ) -> Generator[Any, None, None]:
        # the one that all Jupyter applications read is looked for in their folders
        is_shared = basefilename == SHARED_CONFIG and not isinstance(path, str)
        # one file has sections for all subcommands
        known = sections(each for app in _all(WebRtcApp) for each in (app, *app.classes))
        for config, name in super()._load_config_files(basefilename, path, *args, **kwargs):
            check(config, known, name, is_shared=is_shared)
            yield config, name

    def _create_loader(
        self,
        argv: list[str] | None,
        aliases: dict[str, str],
        flags: dict[str, str],
        classes: list[type[Any]] | None,
    ) -> StrictLoader:
        return StrictLoader(
            argv, aliases, flags, classes=classes, log=self.log, subcommands=self.subcommands
        )

    def start(self) -> None:
        """Run, unless something else was asked for, such as a configuration file."""
        super().start()
        if self.extra_args:
            self.fail(f"{self.extra_args[0]!r} means nothing here: see --help.")
        try:
            self.run()
        except extras.MissingExtraError as error:
            self.fail(str(error))
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None

    def run(self) -> None:
        """Do what the application is for."""
        raise NotImplementedError


def _all(app: type[WebRtcApp]) -> Iterator[type[WebRtcApp]]:
    """List an application and those that are made of it."""
    yield app
    for more in app.__subclasses__():
        yield from _all(more)


class WebRtcServerApp(WebRtcApp):
    """Listen on a port until a signal comes."""

    classes = [SignalingLimits, SignalingOptions]

    aliases = {
        **base_aliases,
        "host": "WebRtcServerApp.host",
        "certfile": "SignalingOptions.certfile",
        "keyfile": "SignalingOptions.keyfile",
        "origin": "SignalingOptions.origins",
        "token": "SignalingOptions.token",
        "trusted-proxy": "SignalingOptions.trusted_proxies",
        "relay-rate": "SignalingLimits.relay_rate",
        "turn-uri": "SignalingOptions.turn_uris",
        "turn-secret": "SignalingOptions.turn_secret",
        "bus": "SignalingOptions.bus",
    }

    flags = {
        **base_flags,
        "turn-for-all": (
            {"SignalingOptions": {"turn_for_all": True}},
            "Let everybody use the TURN server who finds this one.",
        ),
        "log-json": (
            {"SignalingOptions": {"log_format": "json", "log_level": "INFO"}},
            "Log each refused client, and all else, as one JSON object a line.",
        ),
    }

    host = Unicode(
        "127.0.0.1",
        help=(
            "Name or address to listen on. By default only this machine can connect; 0.0.0.0 lets "
            "everybody connect who can reach it."
        ),
    ).tag(config=True)

    @property
    def tls(self) -> bool:
        """Whether the server speaks TLS by itself."""
        return bool(self.options.certfile)

    @property
    def options(self) -> SignalingOptions:
        """How the server runs."""
        return SignalingOptions(parent=self)

    def server(self, respond: Responder | None = None) -> SignalingServer:
        """Make a server as it is configured.

        Parameters
        ----------
        respond : callable, optional
            Answers plain HTTP requests.

        Returns
        -------
        SignalingServer
            Not yet started.
        """
        with extras.needed(extras.SERVER):
            # who builds sites needs none of what this loads, and has not installed it
            from jupyterlite_webrtc.signaling.server import SignalingServer  # noqa: PLC0415
        self._refuse_unread_configuration()
        try:
            options, limits = self.options, SignalingLimits(parent=self)
            logs.configure(options.log_format, options.log_level)
            self._name_configuration(options.log_format)
            descriptors.fit(limits)
            return SignalingServer(respond, limits, options)
        except (OptionError, TraitError) as error:
            self.fail(str(error))

    def _refuse_unread_configuration(self) -> None:
        """End where somebody may believe that limits and secrets are in force that are not.

        A configuration is a program, so Jupyter runs none that merely lies in the current folder
        (CVE-2022-39286).
        """
        if self.config_file:
            return
        read = {Path(name).resolve() for name in self.loaded_config_files}
        for suffix in (".py", ".json"):
            path = Path(f"{self.config_file_name}{suffix}")
            if path.is_file() and path.resolve() not in read:
                self.fail(
                    f"{path} in the current folder is not read: say --config {path}, or move it to "
                    f"{self.config_dir}."
                )

    def _name_configuration(self, log_format: str) -> None:
        """Log which configuration files are in force, if there are any."""
        files = ", ".join(self.loaded_config_files)
        sentence = f"Configuration is read from {files}"
        if files and log_format == "json":
            logs.report(logging.INFO, "configuration", sentence, files=files)
        elif files:
            self.log.info(sentence)

    def serve(
        self, server: SignalingServer, ports: tuple[int, ...], announce: Callable[[int], None]
    ) -> None:
        """Serve until a signal comes.

        Parameters
        ----------
        server : SignalingServer
            Not yet started.
        ports : tuple of int
            The first that is free is taken.
        announce : callable
            Called with the port once the server listens.
        """
        try:
            run_to_end(run(server, self.host, ports, announce))
        except CannotListenError as error:
            self.fail(str(error))
