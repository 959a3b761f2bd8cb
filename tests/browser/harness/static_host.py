# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A web server for files that knows nothing of Jupyter, as those who host sites for others run."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certificates import Certificate


@contextmanager
def static_host(root: Path, certificate: Certificate) -> Iterator[str]:
    """Serve a folder over HTTPS.

    Parameters
    ----------
    root : pathlib.Path
        The folder; links in it are followed.
    certificate : Certificate
        Of the server.

    Yields
    ------
    str
        Its URL, which ends with a slash.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certfile, certificate.keyfile)
    handler = partial(_Handler, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        # each connection's own thread shakes hands, so that a slow one holds up nobody
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    # connections are kept: a page asks for a hundred files
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Keep quiet: the page's own log has all that fails."""
