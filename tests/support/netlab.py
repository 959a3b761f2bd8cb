# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks on this machine: hosts, routers and an internet, each a network namespace of Linux.

The internet is one bridge. Servers are on it by themselves, and homes by a router, so that two
browsers in two homes are in the situation of two people at home.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: what the lab needs, and the packages of Debian that have it
PROGRAMS = {"ip": "iproute2", "nft": "nftables", "tcpdump": "tcpdump"}

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
    meta nfproto ipv4 oifname "wan" masquerade {nat}
  }}
}}
"""

#: the two addresses in a line of tcpdump, as ``IP 10.0.0.2.5555 > 198.51.100.1.443: tcp 0``
PACKET = re.compile(r"IP6? (\d+(?:\.\d+){3}|\S+?)(?:\.\d+)? > (\d+(?:\.\d+){3}|\S+?)(?:\.\d+)?: ")

#: the number of a home's router on the internet is its own and this
FIRST_ROUTER = 11

#: the kind of namespace that ``setns`` is to enter (``linux/sched.h``)
CLONE_NEWNET = 0x40000000

#: a namespace of a lab, with the process that made it
SPACE = re.compile(r"^jlw(\d+)-\S+", re.MULTILINE)


@dataclass(frozen=True)
class Family:
    """A version of the Internet Protocol, and its addresses for documentation.

    Parameters
    ----------
    internet : str
        Addresses on the internet, by number (RFC 5737, RFC 3849).
    home : str
        Addresses in a home, by the numbers of home and computer.
    length : int
        Bits that those in one network have in common.
    """

    internet: str
    home: str
    length: int

    @property
    def web(self) -> str:
        """The address of site and signaling."""
        return self.internet.format(1)

    @property
    def turn(self) -> str:
        """The address of STUN and TURN."""
        return self.internet.format(2)

    def router(self, home: int) -> str:
        """Tell the address of a home's router on the internet: with IPv4, of all who are there."""
        return self.internet.format(FIRST_ROUTER + home)


#: each home behind a NAT
IPV4 = Family("198.51.100.{}", "10.0.{}.{}", 24)

#: … or with addresses that all the world can see
IPV6 = Family("2001:db8::{}", "2001:db8:1:{}::{}", 64)


def in_url(address: str) -> str:
    """Write an address as URLs have it."""
    return f"[{address}]" if ":" in address else address


def why_not() -> str | None:
    """Tell why there can't be networks on this machine.

    Returns
    -------
    str or None
        None if there can be.
    """
    if os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        return f"missing: apt-get install {' '.join(missing)}"
    name = f"jlw{os.getpid()}-try"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return f"no network namespaces here: {done.stderr.strip()}" if done.returncode else None


def sweep() -> None:
    """Take down what labs have left that were killed, and the servers and browsers in them."""
    for match in SPACE.finditer(_run("ip netns list")):
        if not Path("/proc", match[1]).exists():
            for process in _run(f"ip netns pids {match[0]}").split():
                with suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
            _run(f"ip netns del {match[0]}")


@dataclass(frozen=True)
class Home:
    """A network behind a router."""

    #: how a router with NAT finds ports for those inside: empty keeps theirs where it can
    nat: str = ""
    #: what the router drops, as rules of nftables; nothing if empty
    rules: str = ""


@dataclass
class Lab:
    """Some homes on the internet; close it in the end."""

    homes: Sequence[Home]
    family: Family = IPV4
    _spaces: list[str] = field(default_factory=list)
    #: the computers, by name: their numbers and the homes where they are
    _computers: dict[str, tuple[int, int]] = field(default_factory=dict)

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

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to what listens on a host, and only for that host itself.

        Parameters
        ----------
        host : str
            As of `inside`.
        port : int
            Where it listens.

        Returns
        -------
        socket.socket
            To be used from anywhere.

        Raises
        ------
        OSError
            If it does not listen.
        """
        # the thread that goes there does not come back
        with ThreadPoolExecutor(1) as there:
            return there.submit(_connect_inside, self._name(host), port).result()

    def computer(self, name: str, home: int) -> None:
        """Put a computer into a home.

        Parameters
        ----------
        name : str
            At most six characters.
        home : int
            Which one.
        """
        self._space(name)
        self.plug(name, home)

    def plug(self, name: str, home: int) -> None:
        """Connect a computer to a home's router, by which it gets an address.

        Parameters
        ----------
        name : str
            Of a computer that is not connected to any.
        home : int
            Which one.
        """
        number, _ = self._computers.get(name, (len(self._computers) + 2, home))
        self._computers[name] = (number, home)
        self._link(name, "lan", f"router{home}", f"to-{name}", "bridge")
        self._address(name, "lan", self.address(name))
        self._run(name, f"ip route add default via {self.family.home.format(home, 1)}")

    def unplug(self, name: str) -> None:
        """Disconnect a computer from its home's router.

        Parameters
        ----------
        name : str
            Of the computer.
        """
        self._run(name, "ip link del lan")

    def address(self, name: str) -> str:
        """Tell the address of a computer in its home."""
        number, home = self._computers[name]
        return self.family.home.format(home, number)

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

    @contextmanager
    def capture(self, name: str, folder: Path) -> Iterator[set[str]]:
        """Write down, at its router, with whom a computer exchanges packets.

        Multicast and what finds neighbours are left out: they stay in the home.

        Parameters
        ----------
        name : str
            Of the computer.
        folder : pathlib.Path
            For files.

        Yields
        ------
        set of str
            The addresses of the others, which are there once the context has ended.
        """
        address, others = self.address(name), set[str]()
        packets, log = folder / f"{name}.packets", folder / f"{name}.tcpdump"
        _, home = self._computers[name]
        command = ["tcpdump", "-i", f"to-{name}", "-nn", "-q", "-t", "--immediate-mode"]
        wanted = "(ip or ip6) and not (multicast or ip6 multicast or icmp6)"
        with (
            packets.open("w") as out,
            log.open("w") as errors,
            subprocess.Popen(
                [*self.inside(f"router{home}"), *command, wanted], stdout=out, stderr=errors
            ) as process,
        ):
            try:
                wait_until(
                    lambda: "listening on" in log.read_text(encoding="utf-8"),
                    message="tcpdump listens",
                )
                yield others
            finally:
                process.terminate()
        lines = packets.read_text(encoding="utf-8").splitlines()
        for line in filter(None, lines):
            match = PACKET.match(line)
            assert match, f"unknown to this test: {line}"
            others.update(match.groups())
        others.discard(address)

    def close(self) -> None:
        """Take everything down."""
        for name in reversed(self._spaces):
            with suppress(subprocess.CalledProcessError):
                _run(f"ip netns del {name}")
        self._spaces.clear()

    def _build(self) -> None:
        family = self.family
        self._space("net")
        self._run("net", "ip link add bridge type bridge mcast_snooping 0")
        self._run("net", "ip link set bridge up")
        self._space("server")
        self._link("server", "wan", "net", "to-server", "bridge")
        for address in (family.web, family.turn):
            self._address("server", "wan", address)
        if family is not IPV4:
            # a server that relays between networks has both
            self._run("server", f"ip addr add {IPV4.turn}/{IPV4.length} dev wan")
        numbers = range(len(self.homes))
        for number in numbers:
            self._router(number)
        if family is IPV6:
            for number in numbers:
                network = f"{family.home.format(number, 0)}/{family.length}"
                for host in ("server", *(f"router{other}" for other in numbers if other != number)):
                    self._run(host, f"ip route add {network} via {family.router(number)}")

    def _router(self, number: int) -> None:
        router, home = f"router{number}", self.homes[number]
        self._space(router)
        self._link(router, "wan", "net", f"to-{router}", "bridge")
        for setting in ("ipv4.ip_forward", "ipv6.conf.all.forwarding"):
            self._run(router, f"sysctl -qw net.{setting}=1")
        self._address(router, "wan", self.family.router(number))
        self._run(router, "ip link add bridge type bridge mcast_snooping 0")
        self._run(router, "ip link set bridge up")
        self._address(router, "bridge", self.family.home.format(number, 1))
        rules = ROUTER.format(rules=home.rules, nat=home.nat)
        subprocess.run(
            [*self.inside(router), "nft", "-f", "-"],
            input=rules,
            text=True,
            check=True,
            capture_output=True,
        )

    def _address(self, host: str, device: str, address: str) -> None:
        self._run(host, f"ip addr add {address}/{self.family.length} dev {device}")

    def _space(self, name: str) -> None:
        _run(f"ip netns add {self._name(name)}")
        self._spaces.append(self._name(name))
        # addresses are there at once: browsers take one that comes later for a change of network
        for scope in ("all", "default"):
            self._run(name, f"sysctl -qw net.ipv6.conf.{scope}.accept_dad=0")
        self._run(name, "ip link set lo up")

    def _link(self, one: str, end: str, other: str, other_end: str, bridge: str) -> None:
        """Lay a cable from a device of one to a bridge of another."""
        _run(
            f"ip link add {end} netns {self._name(one)} type veth "
            f"peer name {other_end} netns {self._name(other)}"
        )
        self._run(other, f"ip link set {other_end} master {bridge} up")
        self._run(one, f"ip link set {end} up")

    def _run(self, host: str, command: str) -> str:
        return _run(" ".join((*self.inside(host), command)))

    @staticmethod
    def _name(host: str) -> str:
        return f"jlw{os.getpid()}-{host}"


def _run(command: str) -> str:
    done = subprocess.run(command.split(), text=True, check=True, capture_output=True)
    return done.stdout


def _connect_inside(space: str, port: int) -> socket.socket:
    with Path("/run/netns", space).open("rb") as file:
        # `os.setns` is new in Python 3.12
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"The namespace {space} can't be entered.")
    return socket.create_connection(("127.0.0.1", port))
