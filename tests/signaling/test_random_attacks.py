# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Attackers that nobody wrote by hand: the server lives, says little, and keeps nothing of them.

What is here counts, and looks at no clock, but for the last test: ``doit attack`` measures for an
hour, or for as many seconds as ``ATTACK_SECONDS`` says, all deployments together.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from attack_grammar import OPCODES, Send, random_frame, random_script
from attack_judge import Judge
from attacked import Deployment, Stage, open_files
from attackers import Attackers, disturb_bus, scripts
from harness.waiting import wait_until
from known_attacks import known_attacks
from signaling_clients import PATIENCE, hear, metrics, settle, tell
from tls_clients import trusting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack_grammar import Script
    from certificates import Certificate

#: where chance begins, if nobody says otherwise
SEED = 20261201

#: clients that are made up, for each deployment
MADE_UP = 200

#: seconds in which a server must have let go of who is gone: it waits for none of them for longer
GONE = 90

#: descriptors that may come and go by themselves, such as those of the connection to Redis
SLACK = 3

#: deployments that the gate attacks
IN_GATE = ("plain", "redis")

#: the others
BESIDE = ("tls", "serve", "nginx", "few files")

#: all deployments
ALL = (*IN_GATE, *BESIDE)


@pytest.fixture
def stage(tmp_path: Path, certificate: Certificate) -> Stage:
    """Prepare to run servers in several ways."""
    return Stage(tmp_path, certificate)


def seed() -> int:
    """Choose where chance begins."""
    return int(os.environ.get("TEST_SEED", SEED))


def made_up(first: int, count: int) -> list[Script]:
    """Make up clients."""
    random = Random(first)
    return [random_script(random) for _ in range(count)]


def test_the_same_seed_makes_up_the_same_clients() -> None:
    assert made_up(1, 300) == made_up(1, 300)
    assert made_up(1, 300) != made_up(2, 300)
    assert list(islice(scripts(3), 200)) == list(islice(scripts(3), 200))


def test_frames_of_each_opcode_are_made_up_masked_and_not() -> None:
    random = Random(seed())
    heads = {
        (frame[0] & 15, frame[1] >> 7) for frame in (random_frame(random) for _ in range(3000))
    }
    assert heads >= {(opcode, masked) for opcode in OPCODES for masked in (0, 1)}


def test_made_up_clients_do_all_that_the_grammar_has_for_them() -> None:
    steps = {type(step).__name__ for script in made_up(seed(), 500) for step in script.steps}
    assert steps == {"Send", "Read", "Hold", "HalfClose", "Reset"}
    assert {script.kind for script in made_up(seed(), 500)} == {
        *("raw", "http", "broken upgrade", "conversation")
    }


def test_what_is_sent_is_cut_within_its_bytes() -> None:
    for script in (*made_up(seed(), 500), *known_attacks()):
        for step in script.steps:
            if isinstance(step, Send):
                assert list(step.cuts) == sorted(step.cuts)
                assert all(0 < cut < len(step.data) for cut in step.cuts)


def test_no_client_comes_from_where_the_honest_are() -> None:
    addresses = {script.address for script in (*made_up(seed(), 500), *known_attacks())}
    assert not [address for address in addresses if address.startswith("127.0.")]
    assert len(addresses) > 200


async def attack(deployment: Deployment, players: Attackers) -> None:
    """Play the known attacks and those that are made up, with garbage in Redis at the same time."""
    played = [*known_attacks(), *made_up(seed(), MADE_UP)]
    Random(seed()).shuffle(played)
    disturbance = disturb_bus(deployment.bus, seed(), 1000) if deployment.bus else asyncio.sleep(0)
    await asyncio.gather(players.play(played), disturbance)
    assert players.report.count == len(played)


def meet(deployment: Deployment) -> None:
    """Let two honest clients find each other, by the first door and by the last."""
    trust = trusting(deployment.trust) if deployment.trust else None
    urls = [
        f"{'wss' if door.tls else 'ws'}://{door.host}:{door.port}"
        for door in (deployment.doors[0], deployment.doors[-1])
    ]
    origin = Origin(urls[0].replace("ws", "http", 1))
    with (
        connect(urls[0], origin=origin, ssl=trust, open_timeout=PATIENCE) as alice,
        connect(urls[1], origin=origin, ssl=trust, open_timeout=PATIENCE) as bob,
    ):
        for client in (alice, bob):
            tell(client, type="subscribe", topics=["quiet"])
            settle(client)
        tell(bob, type="publish", topic="quiet", data="hello")
        assert hear(alice)["data"] == "hello"


def quiet_again(deployment: Deployment, before: list[int]) -> Iterator[str]:
    """Tell what the servers still have of clients that are gone."""
    for server, files in zip(deployment.servers, before, strict=True):
        if (now := open_files(server)) > files + SLACK:
            yield f"{now} descriptors, and {files} before"
        if deployment.name != "serve":
            trust = trusting(deployment.trust) if deployment.name == "tls" else None  # type: ignore[arg-type]
            shown = metrics(server, trust)
            # the one that asks is none of them any more
            for name in ("connections", "handshakes", "topics"):
                if shown[name]:
                    yield f"{shown[name]:.0f} {name}"


def check(name: str, stage: Stage) -> None:
    """Attack a deployment, and see what is left."""
    with stage.run(name) as deployment:
        meet(deployment)
        before = [open_files(server) for server in deployment.servers]
        players = Attackers(deployment.doors)
        asyncio.run(attack(deployment, players))
        left: list[str] = []

        def over() -> bool:
            left[:] = deployment.faults() or quiet_again(deployment, before)
            return not left

        context = f"{name}, TEST_SEED={seed()}; the last: {'; '.join(players.report.last)}"
        assert not deployment.faults(), f"{deployment.faults()} in {context}"
        try:
            wait_until(over, GONE, "all is as before")
        except TimeoutError:
            pytest.fail(f"{left} in {context}")
        meet(deployment)
        assert not deployment.faults(), f"{deployment.faults()} in {context}"


@pytest.mark.parametrize("name", IN_GATE)
def test_a_server_lives_and_keeps_nothing_of_attackers_that_nobody_wrote(
    name: str, stage: Stage
) -> None:
    check(name, stage)


@pytest.mark.thorough
@pytest.mark.parametrize("name", BESIDE)
def test_a_server_that_is_run_in_another_way_lives_too(name: str, stage: Stage) -> None:
    check(name, stage)


@pytest.mark.thorough
@pytest.mark.skipif("ATTACK_SECONDS" not in os.environ, reason="ATTACK_SECONDS says how long")
@pytest.mark.parametrize("name", ALL)
def test_honest_clients_hardly_notice_an_attack_and_nothing_is_left_of_it(
    name: str, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = float(os.environ["ATTACK_SECONDS"]) / len(ALL)
    with stage.run(name) as deployment:
        measures = asyncio.run(Judge(deployment, seed()).run(seconds))
    with capsys.disabled():
        sys.stdout.write(f"\nTEST_SEED={seed()} {measures.line(name)}\n")
    last = "\n".join(measures.attack["last"])
    if measures.faults:
        where = f"{name}, TEST_SEED={seed()}; the last scripts:\n{last}"
        pytest.fail(f"{measures.faults} in {where}", pytrace=False)
