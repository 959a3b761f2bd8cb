# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc demo``."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import nullcontext, suppress
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory

from traitlets import Bool, Int, Unicode

from jupyterlite_webrtc import demo_site, extras
from jupyterlite_webrtc.serving import authority
from jupyterlite_webrtc.site_files import SiteFiles

from .base import MAX_PORT, WebRtcServerApp
from .serve import DEFAULT_PORT

#: any free port
ANY_PORT = 0


class DemoApp(WebRtcServerApp):
    """Build the quickstart site, serve it together with signaling, and open it."""

    name = "jupyter-lite-webrtc-demo"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite-webrtc demo
        jupyter lite-webrtc demo --dir my-demo --port 8000 --no-browser
    """)

    aliases = {**WebRtcServerApp.aliases, "dir": "DemoApp.dir", "port": "DemoApp.port"}
    flags = {
        **WebRtcServerApp.flags,
        "no-browser": ({"DemoApp": {"open_browser": False}}, "Don't open a browser."),
    }

    dir = Unicode(
        "",
        help=(
            "The folder to build in; it is made if it doesn't exist, and building there again is "
            "quick. Without it a temporary folder is used."
        ),
    ).tag(config=True)

    port = Int(
        None,
        allow_none=True,
        min=0,
        max=MAX_PORT,
        help=f"TCP port. Without it {DEFAULT_PORT}, or any free one if that is in use.",
    ).tag(config=True)

    open_browser = Bool(True, help="Whether to open the first link in a browser.").tag(config=True)

    def run(self) -> None:
        """Build, serve, and say where."""
        with extras.needed(extras.DEMO):
            # a build takes some seconds
            import_module("jupyterlite_webrtc.signaling.server")
        with TemporaryDirectory() if not self.dir else nullcontext(self.dir) as work_dir:
            try:
                site = self._build(Path(work_dir).absolute())
            except demo_site.DemoSiteError as error:
                if error.details:
                    self.say(error.details)
                self.fail(str(error))
            ports = (DEFAULT_PORT, ANY_PORT) if self.port is None else (self.port,)
            files = SiteFiles(site)
            server = self.server(files.respond)
            self.serve(server, ports, lambda port: self._announce(site, port))

    def _build(self, work_dir: Path) -> Path:
        try:
            work_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.fail(f"Can't build in {self.dir!r} ({error.strerror}): see --dir.")
        if not demo_site.has_kernel():
            self.say(demo_site.KERNEL_HINT)
        self.say(f"Building the quickstart site in {work_dir} (some seconds) …")
        return demo_site.build(demo_site.find_source(), work_dir)

    def _announce(self, site: Path, port: int) -> None:
        scheme = "https" if self.tls else "http"
        links = demo_site.links(site, f"{scheme}://{authority(self.host, port)}/")
        self.say("Open these, one in a private window or in another browser (Ctrl-C stops them):")
        for name, url in links:
            self.say(f"  {name:6} {url}")
        if self.open_browser:
            # in the background, because a text browser comes back only when it is closed
            threading.Thread(target=_open_browser, args=(links[0][1],), daemon=True).start()


def _open_browser(url: str) -> None:
    """Open a browser if there is one; the links are printed in any case."""
    with suppress(Exception):
        webbrowser.open(url)
