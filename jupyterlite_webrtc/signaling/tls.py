# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Certificates of a server that speaks TLS by itself."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from .admission import OptionError

if TYPE_CHECKING:
    from .options import SignalingOptions


def server_context(options: SignalingOptions) -> ssl.SSLContext | None:
    """Read certificate and key.

    Parameters
    ----------
    options : SignalingOptions
        Name the files.

    Returns
    -------
    ssl.SSLContext or None
        None for a server without TLS.

    Raises
    ------
    OptionError
        If there is a key without a certificate, or if they can't be used.
    """
    if not options.certfile:
        if options.keyfile:
            raise OptionError("--keyfile needs --certfile: the key's certificate.")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files = options.certfile + (f" and {options.keyfile}" if options.keyfile else "")
    try:
        # without a password: nobody is there to ask
        context.load_cert_chain(options.certfile, options.keyfile or None, password="")
    except OSError as error:
        reason = error.strerror or str(error)
        raise OptionError(
            f"TLS can't use {files} ({reason}): see --certfile and --keyfile."
        ) from error
    return context
