# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The command line application ``jupyter lite-webrtc``."""

from __future__ import annotations

from inspect import cleandoc

from .apps.base import WebRtcApp
from .apps.check import CheckApp
from .apps.demo import DemoApp
from .apps.serve import ServeApp
from .apps.signaling import SignalingApp


class LiteWebRtcApp(WebRtcApp):
    """Collaborate on a JupyterLite site: serve it, run its signaling server, try a demo."""

    name = "jupyter-lite-webrtc"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite-webrtc demo
        jupyter lite-webrtc serve --output-dir _output --port 8000
        jupyter lite-webrtc signaling --host 127.0.0.1 --port 4444
        jupyter lite-webrtc check wss://signaling.example.org
    """)

    subcommands = {
        name: (app, (app.__doc__ or "").splitlines()[0])
        for name, app in {
            "check": CheckApp,
            "demo": DemoApp,
            "serve": ServeApp,
            "signaling": SignalingApp,
        }.items()
    }

    def start(self) -> None:
        """Run the subcommand."""
        if self.extra_args:
            self.fail(f"There is no subcommand {self.extra_args[0]!r}: {self._choices()}")
        super().start()

    def run(self) -> None:
        """Complain: nothing is done without a subcommand."""
        self.fail(f"A subcommand is needed: {self._choices()}")

    def _choices(self) -> str:
        return f"choose one of {', '.join(self.subcommands)}, or see --help."


main = launch_new_instance = LiteWebRtcApp.launch_instance

if __name__ == "__main__":
    main()
