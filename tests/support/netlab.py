# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks on this machine: hosts, routers and an internet, each a network namespace of Linux.

The internet is one bridge. Servers are on it by themselves, and homes by a router with NAT, so
that two browsers in two homes are in the situation of two people at home.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: the addresses of servers on the internet (RFC 5737: for documentation)
WEB, TURN = "198.51.100.1", "198.51.100.2"

#: what a router does: answers come in, and nothing that nobody inside has asked for
ROUTER = """
table inet lab {{
  chain now {{ }}
  chain input {{
    type filter hook input priority filter; policy accept;
    iifname "wan" ct state new drop
  }}
  chain forward {{
    type filter hook forward priority filter; policy accept;
    jump now
    {rules}
    iifname "wan" ct state new drop
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    oifname "wan" masquerade {nat}
  }}
}}
"""

#: what the internet counts: packets from one home to another
COUNTERS = """
table bridge lab {
  counter direct { }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip saddr 198.51.100.11-198.51.100.99 ip daddr 198.51.100.11-198.51.100.99 counter name direct
  }
}
"""


def why_not() -> str | None:
    """Tell why there can't be networks on this machine.

    Returns
    -------
    str or None
        None if there can be.
    """
    if os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    missing = [program for program in ("ip", "nft") if shutil.which(program) is None]
    if missing:
        return f"{' and '.join(missing)} missing: apt-get install iproute2 nftables"
    name = f"jlw{os.getpid()}-try"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return f"no network namespaces here: {done.stderr.strip()}" if done.returncode else None


@dataclass(frozen=True)
class Home:
    """A network behind a router."""

    #: how the router finds ports for those inside: empty keeps theirs where it can
    nat: str = ""
    #: what the router lets through, as rules of nftables; all if empty
    rules: str = ""


@dataclass
class Lab:
    """Some homes on the internet; close it in the end."""

    homes: Sequence[Home]
    _spaces: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make all of it."""
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def inside(self, host: str) -> tuple[str, ...]:
        """Say what to put before a command so that it runs on a host.

        Parameters
        ----------
        host : str
            ``server``, or one that `computer` made.

        Returns
        -------
        tuple of str
            A command that takes another one.
        """
        return ("ip", "netns", "exec", self._name(host))

    def computer(self, name: str, home: int) -> str:
        """Put a computer into a home.

        Parameters
        ----------
        name : str
            At most six characters.
        home : int
            Which one.

        Returns
        -------
        str
            The name.
        """
        number = len(self._spaces)
        self._space(name)
        self._link(name, "lan", f"router{home}", f"to-{name}", "bridge")
        self._run(name, f"ip addr add 10.0.{home}.{number}/24 dev lan")
        self._run(name, f"ip route add default via 10.0.{home}.1")
        return name

    def forbid(self, home: int, rule: str) -> None:
        """Let a home's router drop something from now on, also of what has begun.

        Parameters
        ----------
        home : int
            Which one.
        rule : str
            What nftables drops; all if empty.
        """
        self._run(f"router{home}", f"nft add rule inet lab now {rule} drop")

    def allow(self, home: int) -> None:
        """Let a home's router drop no more than from the beginning.

        Parameters
        ----------
        home : int
            Which one.
        """
        self._run(f"router{home}", "nft flush chain inet lab now")

    @property
    def direct_packets(self) -> int:
        """How many packets have passed from one home to another."""
        listed = self._run("net", "nft list counter bridge lab direct")
        words = listed.split()
        return int(words[words.index("packets") + 1])

    def close(self) -> None:
        """Take everything down."""
        for name in reversed(self._spaces):
            with suppress(subprocess.CalledProcessError):
                _run(f"ip netns del {name}")
        self._spaces.clear()

    def _build(self) -> None:
        self._space("net")
        self._run("net", "ip link add bridge type bridge")
        self._run("net", "ip link set bridge up")
        self._nft("net", COUNTERS)
        self._space("server")
        self._link("server", "wan", "net", "to-server", "bridge")
        for address in (WEB, TURN):
            self._run("server", f"ip addr add {address}/24 dev wan")
        for number, home in enumerate(self.homes):
            router = f"router{number}"
            self._space(router)
            self._link(router, "wan", "net", f"to-{router}", "bridge")
            self._run(router, f"ip addr add 198.51.100.{11 + number}/24 dev wan")
            self._run(router, "ip link add bridge type bridge mcast_snooping 0")
            self._run(router, "ip link set bridge up")
            self._run(router, f"ip addr add 10.0.{number}.1/24 dev bridge")
            self._run(router, "sysctl -qw net.ipv4.ip_forward=1")
            self._nft(router, ROUTER.format(rules=home.rules, nat=home.nat))

    def _space(self, name: str) -> None:
        _run(f"ip netns add {self._name(name)}")
        self._spaces.append(self._name(name))
        self._run(name, "ip link set lo up")

    def _link(self, one: str, end: str, other: str, other_end: str, bridge: str) -> None:
        """Lay a cable from a device of one to a bridge of another."""
        _run(
            f"ip link add {end} netns {self._name(one)} type veth "
            f"peer name {other_end} netns {self._name(other)}"
        )
        self._run(other, f"ip link set {other_end} master {bridge} up")
        self._run(one, f"ip link set {end} up")

    def _nft(self, host: str, rules: str) -> None:
        subprocess.run(
            [*self.inside(host), "nft", "-f", "-"],
            input=rules,
            text=True,
            check=True,
            capture_output=True,
        )

    def _run(self, host: str, command: str) -> str:
        return _run(" ".join((*self.inside(host), command)))

    @staticmethod
    def _name(host: str) -> str:
        return f"jlw{os.getpid()}-{host}"


def _run(command: str) -> str:
    done = subprocess.run(command.split(), text=True, check=True, capture_output=True)
    return done.stdout
