# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Certificates that nobody has signed, for servers of tests on this machine."""

import base64
import hashlib
import subprocess
from pathlib import Path
from typing import NamedTuple

#: what is between the first and the last line of a key
HEADERS = ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")


class Certificate(NamedTuple):
    """A certificate, and what belongs to it."""

    #: the file of the certificate
    certfile: Path
    #: the file of its private key
    keyfile: Path
    #: the SHA-256 of its public key in base64, by which Chromium can be told to trust it
    fingerprint: str


def self_signed(folder: Path) -> Certificate:
    """Make a certificate for ``localhost`` and ``127.0.0.1``, valid for two days.

    Parameters
    ----------
    folder
        Where the files go.

    Returns
    -------
    Certificate
        What was made.
    """
    certfile, keyfile = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(keyfile), "-out", str(certfile)),
        ],
        check=True,
        capture_output=True,
    )
    key = subprocess.run(
        ["openssl", "x509", "-in", str(certfile), "-pubkey", "-noout"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    encoded = "".join(line for line in key.splitlines() if line not in HEADERS)
    digest = hashlib.sha256(base64.b64decode(encoded)).digest()
    return Certificate(certfile, keyfile, base64.b64encode(digest).decode())
