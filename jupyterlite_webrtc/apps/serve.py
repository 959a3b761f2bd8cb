# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc serve``."""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path

from traitlets import Int, Unicode

from jupyterlite_webrtc.serving import authority
from jupyterlite_webrtc.site_files import SITE_CONFIG, SiteFiles

from .base import MAX_PORT, WebRtcServerApp

#: the port of `jupyter lite serve`
DEFAULT_PORT = 8000

#: where `jupyter lite build` puts a site
DEFAULT_OUTPUT_DIR = "_output"


class ServeApp(WebRtcServerApp):
    """Serve a built site and signaling on one port."""

    name = "jupyter-lite-webrtc-serve"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite build --webrtc-signaling-url ./signaling
        jupyter lite-webrtc serve

        # as GitHub Pages shows the site of a project
        jupyter lite-webrtc serve --output-dir _output --port 8000 --base-url /project/
    """)

    aliases = {
        **WebRtcServerApp.aliases,
        "output-dir": "ServeApp.output_dir",
        "port": "ServeApp.port",
        "base-url": "ServeApp.base_url",
    }

    output_dir = Unicode(
        DEFAULT_OUTPUT_DIR, help="The folder that `jupyter lite build` filled."
    ).tag(config=True)

    port = Int(DEFAULT_PORT, min=0, max=MAX_PORT, help="TCP port; 0 takes any free one.").tag(
        config=True
    )

    base_url = Unicode("/", help="The path under which the site is served.").tag(config=True)

    def run(self) -> None:
        """Serve, and say where."""
        folder = Path(self.output_dir)
        if not (folder / SITE_CONFIG).is_file():
            self.fail(
                f"{self.output_dir!r} holds no built site ({SITE_CONFIG} is not there): run "
                "`jupyter lite build` first, or name its folder with --output-dir."
            )
        files = SiteFiles(folder, self.base_url)

        def announce(port: int) -> None:
            scheme = "https" if self.tls else "http"
            url = f"{scheme}://{authority(self.host, port)}{files.base_url}"
            self.say(f"Site and signaling on {url} (Ctrl-C stops them)")

        self.serve(self.server(files.respond), (self.port,), announce)
