# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What Prometheus is told: numbers, and no topic, address or content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.core import Metric

    from .accounts import Accounts

#: what all names begin with
PREFIX = "jupyterlite_webrtc_signaling_"

#: the media type of what `Metrics.render` returns
CONTENT_TYPE = CONTENT_TYPE_LATEST


@dataclass(frozen=True)
class Now:
    """What is the case right now."""

    connections: int
    handshakes: int
    topics: int
    #: None if there is no bus
    bus_is_up: bool | None = None


class _Accounted(Collector):
    """Turn accounts into metrics when somebody asks, rather than for every message."""

    def __init__(self, accounts: Accounts, now: Callable[[], Now]) -> None:
        self._accounts = accounts
        self._now = now

    def collect(self) -> Iterator[Metric]:
        now, accounts = self._now(), self._accounts
        gauges = {
            "connections": ("Clients that are connected", now.connections),
            "handshakes": ("Connections that have not yet said what they want", now.handshakes),
            "topics": ("Topics that somebody here subscribes to", now.topics),
        }
        if now.bus_is_up is not None:
            gauges["bus_up"] = (
                "Whether other processes are reached (1) or not (0)",
                int(now.bus_is_up),
            )
        for name, (help_text, value) in gauges.items():
            yield GaugeMetricFamily(PREFIX + name, help_text, value)
        counters: dict[str, tuple[str, float]] = {
            "connections_opened": ("Clients that were let in", accounts.opened),
            "published_bytes": (
                "Bytes of what was published",
                accounts.published_bytes,
            ),
            "deliveries": ("Messages and frames to subscribers", accounts.deliveries),
            "lapsed": ("Publishes to a topic that the sender has just left", accounts.lapsed),
            "relayed_frames": ("Binary frames that were relayed", accounts.relayed_frames),
            "relayed_bytes": ("Their bytes, as they came", accounts.relayed_bytes),
            "relay_wait_seconds": (
                "Time that senders waited for their ration",
                accounts.relay_wait_seconds,
            ),
            "cut_off": ("Clients that didn't read", accounts.cut_off),
            "timed_out": ("Clients that didn't answer", accounts.timed_out),
            "handshakes_dropped": ("Handshakes that took too long", accounts.handshakes_dropped),
            "bus_losses": ("Times that other processes got out of reach", accounts.bus_losses),
            "bus_malformed": (
                "Messages and numbers in Redis that couldn't be read",
                accounts.bus_malformed,
            ),
        }
        for name, (help_text, total) in counters.items():
            yield CounterMetricFamily(PREFIX + name, help_text, total)
        messages = CounterMetricFamily(
            PREFIX + "messages", "Messages that clients sent", labels=["type"]
        )
        for kind, count in accounts.messages.items():
            messages.add_metric([kind], count)
        yield messages
        refused = CounterMetricFamily(
            PREFIX + "refused", "Clients that were refused, by close code", labels=["code"]
        )
        for code, count in accounts.refused.items():
            refused.add_metric([str(code)], count)
        yield refused


class Metrics:
    """Everything that Prometheus may want to know of one server.

    Parameters
    ----------
    accounts : Accounts
        What has happened so far.
    now : callable
        Tells what is the case.
    """

    def __init__(self, accounts: Accounts, now: Callable[[], Now]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Accounted(accounts, now))
        ProcessCollector(registry=self._registry)  # memory, processor time, open files

    def render(self) -> bytes:
        """Write the metrics.

        Returns
        -------
        bytes
            In Prometheus' text format.
        """
        return generate_latest(self._registry)
