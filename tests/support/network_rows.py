# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The situations in which people have to meet, and by which path they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlab import IPV4, IPV6, Home
from networld import Internet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.peer_pages import PeerPage
    from netlab import Family
    from networld import World

#: a home whose router keeps ports where it can, as most do
USUAL = Home()

#: … whose router chooses another port for each destination
RANDOM = Home(nat="fully-random")

#: a network that lets no UDP out
NO_UDP = Home(rules="meta l4proto udp drop")

#: … that lets nothing out but what looks like the web
ONLY_443 = Home(
    rules='iifname "bridge" meta l4proto != tcp drop; iifname "bridge" tcp dport != 443 drop'
)

#: … and that only to the site, as where a school lists what is allowed
ONLY_THE_SITE = Home(
    rules=f'{ONLY_443.rules}; iifname "bridge" ip daddr != {IPV4.web} drop',
)

#: one whose router loses a packet in 20, in each direction
LOSSY = Home(rules="numgen random mod 100 < 5 drop")

#: … that does both
LOSSY_RANDOM = Home(nat="fully-random", rules=LOSSY.rules)


@dataclass(frozen=True)
class Row:
    """A situation and a configuration, and the path that is to come of it."""

    situation: str
    homes: Sequence[Home]
    path: str
    #: what the signaling server names; see `networld.Internet`
    turn: str = ""
    signaling: str = "ours"
    #: the site's ``webRtcRelay``, and ``webRtcIceTransportPolicy``
    relay: str = "auto"
    policy: str = "all"
    family: Family = IPV4
    #: whether the site has a STUN server
    has_stun: bool = True
    #: in which homes Ada and Grace are
    places: tuple[int, int] = (0, 1)
    #: whose browsers have WebRTC switched off
    without_webrtc: tuple[str, ...] = ()
    #: who uses Firefox
    with_firefox: tuple[str, ...] = ()
    #: whether documents are tested in it as well
    has_documents: bool = False

    @property
    def internet(self) -> Internet:
        """What there is beside homes."""
        return Internet(self.family, self.turn, self.signaling)

    @property
    def configuration(self) -> str:
        """What the site says, and its signaling server, in a few words."""
        parts = [
            self.turn,
            "no STUN" if not self.has_stun else "",
            f"relay {self.relay}" if self.relay != "auto" else "",
            f"ICE policy {self.policy}" if self.policy != "all" else "",
            "npm's signaling" if self.signaling != "ours" else "",
        ]
        return ", ".join(filter(None, parts)) or "default"

    def pages(self, world: World) -> tuple[PeerPage, PeerPage]:
        """Let Ada and Grace open the site, and enter a room."""
        ada, grace = (
            self._page(world, name, home)
            for name, home in zip(("Ada", "Grace"), self.places, strict=True)
        )
        return ada, grace

    def _page(self, world: World, name: str, home: int) -> PeerPage:
        if name in self.with_firefox:
            page, stun = world.firefox_page(name, home), world.stun_address
        else:
            page = world.page(name, home, has_webrtc=name not in self.without_webrtc)
            stun = world.stun
        return page.enter(
            [world.signaling],
            relay=self.relay,
            iceTransportPolicy=self.policy,
            iceServers=[{"urls": stun}] if self.has_stun else [],
        )

    @property
    def people(self) -> str:
        """Who is in which situation."""
        firefox = {0: "", 1: ", Firefox at one", 2: ", Firefox"}
        return self.situation + firefox[len(self.with_firefox)]

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.people}, {self.configuration}"


#: two people with the same kind of network
def _both(home: Home) -> tuple[Home, Home]:
    return (home, home)


ROWS = (
    Row("one LAN", (USUAL,), "direct", places=(0, 0)),
    Row("two homes", _both(USUAL), "direct"),
    Row("two homes", _both(USUAL), "relay", relay="always"),
    Row("two homes", _both(USUAL), "relay", policy="relay"),
    Row("two homes", _both(USUAL), "turn", turn="TURN", policy="relay"),
    # the site with nothing configured but its signaling URL
    Row("random ports", _both(RANDOM), "relay", has_documents=True),
    Row("random ports", _both(RANDOM), "relay", signaling="npm's", has_documents=True),
    Row("random ports", _both(RANDOM), "turn", turn="TURN"),
    Row("no UDP", _both(NO_UDP), "relay"),
    Row("no UDP", _both(NO_UDP), "relay", signaling="npm's"),
    Row("no UDP", _both(NO_UDP), "turn", turn="TURN"),
    Row("only TCP 443", _both(ONLY_443), "relay", has_documents=True),
    Row("only TCP 443", _both(ONLY_443), "relay", signaling="npm's"),
    Row("only TCP 443", _both(ONLY_443), "turn", turn="TURN by TCP 443"),
    Row("only TCP 443", _both(ONLY_443), "turn", turn="TURN by TLS 443", has_documents=True),
    Row("only TCP 443, a home", (ONLY_443, USUAL), "turn", turn="TURN by TLS 443"),
    Row("only the site", _both(ONLY_THE_SITE), "relay", turn="TURN by TLS 443", has_documents=True),
    Row("only the site", _both(ONLY_THE_SITE), "relay", signaling="npm's", has_documents=True),
    Row("no WebRTC", _both(USUAL), "relay", without_webrtc=("Ada", "Grace"), has_documents=True),
    Row(
        "no WebRTC",
        _both(USUAL),
        "relay",
        signaling="npm's",
        without_webrtc=("Ada", "Grace"),
    ),
    Row("no WebRTC at one", _both(USUAL), "relay", without_webrtc=("Grace",)),
    Row("IPv6 only", _both(USUAL), "direct", family=IPV6, has_documents=True),
    Row("IPv6 only", _both(USUAL), "direct", family=IPV6, signaling="npm's"),
    Row("IPv6 only", _both(USUAL), "relay", family=IPV6, relay="always"),
    Row("IPv6 only", _both(USUAL), "turn", family=IPV6, turn="TURN", policy="relay"),
    Row("loss", _both(LOSSY), "direct", has_documents=True),
    Row("loss, random ports", _both(LOSSY_RANDOM), "relay", has_documents=True),
    Row("loss, random ports", _both(LOSSY_RANDOM), "relay", signaling="npm's"),
    Row("loss, random ports", _both(LOSSY_RANDOM), "turn", turn="TURN"),
    *(
        Row(situation, _both(home), path, turn=turn, with_firefox=people)
        for people in (("Grace",), ("Ada", "Grace"))
        for situation, home, path, turn in (
            ("two homes", USUAL, "direct", ""),
            ("random ports", RANDOM, "relay", ""),
            ("random ports", RANDOM, "turn", "TURN"),
            ("only TCP 443", ONLY_443, "relay", ""),
            ("only TCP 443", ONLY_443, "turn", "TURN by TCP 443"),
            # Firefox never reached TURN by TLS in this lab, whose certificate nobody has signed;
            # nor when its profile trusted that, and it is not known why
            ("only TCP 443", ONLY_443, "relay", "TURN by TLS 443"),
        )
    ),
)
