# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two real servers over a real Redis: they are one to their clients, with Redis or without."""

from __future__ import annotations

from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from harness.servers import ServerProcess
from harness.waiting import wait_until
from jupyterlite_webrtc.signaling.bus import PREFIX
from redis_server import RedisServer
from signaling_clients import hear, metrics, settle, tell

if TYPE_CHECKING:
    from collections.abc import Iterator


#: what is logged once of what can't be read
UNREADABLE = "Something in Redis can't be read"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Run a Redis."""
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def pair(redis: RedisServer) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Run two servers over one Redis."""
    servers = tuple(ServerProcess("signaling", ["--bus", redis.url]) for _ in range(2))
    yield servers[0], servers[1]
    for server in servers:
        if server.is_running:
            assert server.stop() == 0
        # nothing but what becomes of Redis, and who else writes there
        lines = server.log.splitlines()
        assert all("bus is out of reach" in line or UNREADABLE in line for line in lines)


@pytest.fixture
def join() -> Iterator[Any]:
    """Connect clients, and subscribe."""
    with ExitStack() as stack:

        def join(server: ServerProcess, *topics: str) -> ClientConnection:
            client = stack.enter_context(connect(server.url))
            tell(client, type="subscribe", topics=topics)
            settle(client)
            return client

        yield join


def publish(client: ClientConnection, topic: str, data: Any) -> None:
    """Say something."""
    tell(client, type="publish", topic=topic, data=data)


def until_bus(servers: tuple[ServerProcess, ...], up: float) -> None:
    """Wait until all servers see Redis, or don't."""
    wait_until(lambda: all(metrics(server)["bus_up"] == up for server in servers))


def health(server: ServerProcess) -> int:
    """Ask a server how it is."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status


Pair = tuple[ServerProcess, ServerProcess]


def test_clients_of_two_processes_hear_each_other_and_are_counted(pair: Pair, join: Any) -> None:
    ada, grace, eve = join(pair[0], "t"), join(pair[1], "t"), join(pair[1], "other")
    # sent last, so that what was subscribed before is known
    publish(grace, "t", 1)
    assert hear(grace)["clients"] == 2
    assert hear(ada) == {"type": "publish", "topic": "t", "data": 1, "clients": 2}
    alan = join(pair[0], "t", "t/alan")
    publish(alan, "t", 2)
    assert [hear(client)["clients"] for client in (ada, grace, alan)] == [3, 3, 3]
    publish(grace, "t/alan", 3)
    assert hear(alan) == {"type": "publish", "topic": "t/alan", "data": 3, "clients": 1}
    ada.close()
    wait_until(lambda: metrics(pair[0])["connections"] == 1)
    publish(alan, "t", 4)
    assert [(m["data"], m["clients"]) for m in (hear(grace), hear(alan))] == [(4, 2), (4, 2)]
    # nobody heard anything else
    for client in (grace, alan, eve):
        settle(client)


def test_a_newcomer_who_publishes_at_once_hears_the_right_number(pair: Pair, join: Any) -> None:
    for number in range(20):
        topic = f"topic {number}"
        ada = join(pair[0], topic)
        # known there, and no more than that is presumed
        publish(ada, topic, 0)
        assert hear(ada)["clients"] == 1
        with connect(pair[1].url) as grace:
            tell(grace, type="subscribe", topics=[topic])
            publish(grace, topic, number)
            assert (hear(grace)["clients"], hear(ada)["clients"]) == (2, 2)


def test_relayed_frames_pass_between_processes(pair: Pair, join: Any) -> None:
    ada, grace = join(pair[0], "t", "t/ada"), join(pair[1], "t", "t/grace")
    publish(grace, "t", 0)
    assert (hear(ada)["clients"], hear(grace)["clients"]) == (2, 2)
    frame = b"\x01\x05t/adaany bytes \x00\xff"
    grace.send(frame)
    assert ada.recv(timeout=20) == frame
    frame = b"\x01\x01tto all others"
    ada.send(frame)
    assert grace.recv(timeout=20) == frame
    settle(ada)


def test_messages_keep_their_order(pair: Pair, join: Any) -> None:
    ada, grace = join(pair[0], "t"), join(pair[1], "t")
    publish(grace, "t", "first")
    assert (hear(ada)["data"], hear(grace)["data"]) == ("first", "first")
    for number in range(2000):
        publish(ada, "t", number)
    assert [hear(grace)["data"] for _ in range(2000)] == list(range(2000))
    assert [hear(ada)["data"] for _ in range(2000)] == list(range(2000))


NAME = b"0123456789abcdef"

MALFORMED = {
    "empty": b"",
    "without a sum": NAME + b"1t",
    "a sum that is no number": NAME + b"1t0000000x{}",
    "no UTF-8": NAME + b"1t00000002{\xff}",
    "no object": NAME + b"1t00000002garbage",
    "another kind": NAME + b"1x00000002{}",
    "another release": NAME + b"2t00000002{}",
    "before there were versions": NAME + b"t00000002{}",
    "a large one": b"x" * 1_000_000,
}


def test_a_message_in_redis_that_cannot_be_read_is_counted_said_once_and_passed_over(
    redis: RedisServer, pair: Pair, join: Any
) -> None:
    ada, grace = join(pair[0], "t"), join(pair[1], "t")
    publish(grace, "t", 0)
    assert (hear(ada)["data"], hear(grace)["data"]) == (0, 0)
    with closing(Redis.from_url(redis.url)) as mallory:
        for message in MALFORMED.values():
            assert mallory.publish(PREFIX + b"topic:t", message) == 2
    publish(grace, "t", 1)
    # neither of them heard anything else
    assert (hear(ada), hear(grace)) == (
        {"type": "publish", "topic": "t", "data": 1, "clients": 2},
        {"type": "publish", "topic": "t", "data": 1, "clients": 2},
    )
    for server in pair:
        found = metrics(server)
        assert (found["bus_malformed_total"], found["bus_losses_total"]) == (len(MALFORMED), 0)
        assert (server.log.count("\n"), server.log.count(UNREADABLE)) == (1, 1)
        assert health(server) == 200


@pytest.mark.parametrize(
    "what",
    [
        "a text",
        "not a number",
        *(pytest.param(what, marks=pytest.mark.thorough) for what in ("a list", "a huge number")),
    ],
)
def test_a_number_in_redis_that_is_none_is_put_right_and_troubles_no_other_topic(
    redis: RedisServer, pair: Pair, join: Any, what: str
) -> None:
    ada, alan, grace = join(pair[0], "t"), join(pair[0], "other"), join(pair[1], "t", "other")
    publish(grace, "t", 0)
    assert (hear(ada)["clients"], hear(grace)["clients"]) == (2, 2)
    key = PREFIX + b"count:t"
    with closing(Redis.from_url(redis.url)) as mallory:
        if what == "a text":
            mallory.set(key, "x")
        elif what == "a list":
            mallory.delete(key)
            mallory.lpush(key, "x")
        else:
            for name in mallory.hkeys(key):
                mallory.hset(key, name, "nan" if what == "not a number" else "1e300")
    # a number of its own is in the way of that
    eve = join(pair[1], "t")
    publish(grace, "t", 1)
    assert {hear(client)["data"] for client in (ada, eve, grace)} == {1}
    publish(grace, "other", 2)
    assert [hear(client)["clients"] for client in (alan, grace)] == [2, 2]

    def everybody_is_counted() -> bool:
        publish(grace, "t", 3)
        return {hear(client)["clients"] for client in (ada, eve, grace)} == {3}

    wait_until(everybody_is_counted)
    for server in pair:
        assert metrics(server)["bus_losses_total"] == 0


@pytest.mark.thorough
@pytest.mark.parametrize("freeze", [False, True], ids=["killed", "black-holed"])
def test_without_redis_each_process_serves_its_own_and_with_it_again_all(
    redis: RedisServer, pair: Pair, join: Any, freeze: bool
) -> None:
    ada, alan, grace = join(pair[0], "t"), join(pair[0], "t"), join(pair[1], "t")
    publish(grace, "t", 0)
    assert {hear(client)["clients"] for client in (ada, alan, grace)} == {3}
    if freeze:
        redis.freeze()
    else:
        redis.kill()
    # sent before anybody has noticed: it still arrives here, once
    publish(ada, "t", 1)
    assert [(m["data"], m["clients"]) for m in (hear(ada), hear(alan))] == [(1, 2), (1, 2)]
    until_bus(pair, 0)
    assert {health(server) for server in pair} == {503}
    publish(alan, "t", 2)
    assert [hear(client)["data"] for client in (ada, alan)] == [2, 2]
    # who comes and goes meanwhile is known afterwards
    eve = join(pair[1], "t")
    alan.close()
    if freeze:
        redis.thaw()
    else:
        redis.restart()
    until_bus(pair, 1)
    assert {health(server) for server in pair} == {200}
    assert metrics(pair[0])["bus_losses_total"] == 1

    # their numbers are put down again one after the other
    def everybody_is_counted() -> bool:
        publish(grace, "t", "again")
        while (message := hear(grace))["data"] != "again":
            pass
        return bool(message["clients"] == 3)

    wait_until(everybody_is_counted)
    publish(grace, "t", "last")
    for client in (ada, eve, grace):
        while hear(client)["data"] != "last":
            pass
        settle(client)


@pytest.mark.thorough
def test_the_clients_of_a_process_that_was_killed_are_not_counted_for_long(
    pair: Pair, join: Any
) -> None:
    ada, grace = join(pair[0], "t"), join(pair[1], "t")
    publish(grace, "t", 0)
    assert (hear(ada)["clients"], hear(grace)["clients"]) == (2, 2)
    pair[1].kill()
    with pytest.raises(ConnectionClosed):
        grace.recv(timeout=20)

    def is_alone() -> bool:
        publish(ada, "t", 1)
        return bool(hear(ada)["clients"] == 1)

    wait_until(is_alone)


def test_a_process_that_was_stopped_is_not_counted_at_all(pair: Pair, join: Any) -> None:
    ada, grace = join(pair[0], "t"), join(pair[1], "t")
    publish(grace, "t", 0)
    assert (hear(ada)["clients"], hear(grace)["clients"]) == (2, 2)
    assert pair[1].stop() == 0
    publish(ada, "t", 1)
    assert hear(ada)["clients"] == 1


@pytest.mark.thorough
def test_starts_without_redis_and_joins_it_later(join: Any) -> None:
    redis = RedisServer()
    redis.kill()
    server = ServerProcess("signaling", ["--bus", redis.url])
    ada = join(server, "t")
    publish(ada, "t", 1)
    assert hear(ada)["clients"] == 1
    redis.restart()
    until_bus((server,), 1)
    publish(ada, "t", 2)
    assert hear(ada)["clients"] == 1
    assert server.stop() == 0
    assert server.log.count("out of reach") == 1
    redis.close()
