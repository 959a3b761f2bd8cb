# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How a signaling server runs, beside its limits."""

from __future__ import annotations

import logging

from traitlets import Bool, Enum, Int, List, Unicode
from traitlets.config import Configurable

from .numbers import Finite

#: how log lines are written
LOG_FORMATS = ("text", "json")


class SignalingOptions(Configurable):
    """How a signaling server runs: who may connect, TLS, TURN, logs, other processes."""

    origins: List[str] = List(
        Unicode(),
        help=(
            "Origins whose pages may connect, as https://example.org; by default all, but where a "
            "site is served, too, only its own, unless a proxy is trusted. Programs that are no "
            "browsers can claim any, so this keeps out other people's sites, not attackers."
        ),
    ).tag(config=True)

    token = Unicode(
        help=(
            "What clients have to present, as ?token=… in the signaling URL of the site or as an "
            "Authorization header; by default nothing. Everybody who can open the site can read "
            "it there. Better set in a configuration file than on the command line, which other "
            "users of the machine can read."
        ),
    ).tag(config=True)

    trusted_proxies: List[str] = List(
        Unicode(),
        help=(
            "Addresses or networks, as 127.0.0.1 or 10.0.0.0/8, of proxies in front of this "
            "server. Only they are believed when they name a client in X-Forwarded-For."
        ),
    ).tag(config=True)

    public_metrics = Bool(
        default_value=False,
        help=(
            "Whether /metrics answers everybody; by default only programs on this machine, and "
            "who is sent on by a proxy is none of them."
        ),
    ).tag(config=True)

    certfile = Unicode(
        help="A file with the TLS certificate and those between it and its root, in PEM format."
    ).tag(config=True)

    keyfile = Unicode(
        help="A file with the certificate's private key; not needed if --certfile holds it too."
    ).tag(config=True)

    ping_seconds = Finite(
        20,
        min=0.1,
        help=(
            "Seconds between two pings to a quiet client; one that sends nothing until the next "
            "is taken for gone. Proxies commonly hang up after 60."
        ),
    ).tag(config=True)

    turn_uris: List[str] = List(
        Unicode(),
        help=(
            "Where a TURN server is, as turn:turn.example.org:3478, with ?transport=tcp, or with "
            "turns:. Pages are told, and get a name and a password that are good for a while."
        ),
    ).tag(config=True)

    turn_secret = Unicode(
        help=(
            "What the TURN server has as static-auth-secret. Better set in a configuration file "
            "than on the command line, which other users of the machine can read."
        ),
    ).tag(config=True)

    turn_seconds = Int(
        3600,
        min=60,
        help=(
            "Seconds for which names and passwords for the TURN server are good, or up to half as "
            "long again. Pages ask for new ones in time; who was let in before goes on."
        ),
    ).tag(config=True)

    turn_for_all = Bool(
        default_value=False,
        help=(
            "Whether everybody may use the TURN server who finds this one: without this, "
            "--turn-secret needs --origin or --token."
        ),
    ).tag(config=True)

    bus = Unicode(
        help=(
            "The URL of a Redis or Valkey server, as redis://127.0.0.1:6379/0, by which several "
            "processes act as one signaling server; needs the extra `redis`."
        ),
    ).tag(config=True)

    log_format = Enum(
        LOG_FORMATS,
        default_value="text",
        help="How log lines are written: for people, or as one JSON object each.",
    ).tag(config=True)

    log_level = Enum(
        tuple(logging.getLevelName(level) for level in (logging.INFO, logging.WARNING)),
        default_value="WARNING",
        help="WARNING logs what troubles the server; INFO also who was refused, and why.",
    ).tag(config=True)
