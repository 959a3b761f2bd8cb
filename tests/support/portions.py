# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What ``doit check_all`` runs: portions that have names, each of less than ten minutes.

Each file of tests is a portion, or several, or is in that of its folder: none has to be listed.
``python tests/support/portions.py 3/8`` names those of the third of eight parts, for ``doit``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: which tests in Python the gate runs, as an expression about marks: see tests/conftest.py
GATE = "not thorough"

#: all tests in Python
TESTS = Path(__file__).parents[1]

#: folders that are quick enough to be one portion
TOGETHER = ("docs", "gate", "signaling")

#: in how many portions a file is run that takes longer than one may
SPLIT = {
    "browser/test_commands_in_company.py": 8,
    "network/test_changes.py": 2,
    "network/test_meetings.py": 4,
}

#: what a folder's tests need that a machine may lack, as tasks of doit
NEEDS = {
    "browser": ("browsers", "servers"),
    "network": ("browsers", "servers", "networks"),
    "signaling": ("servers",),
}

#: what switches a folder's tests on where they are to be
SWITCHES = {"network": "WEBRTC_TEST_NETWORK=1 "}

#: a clone in which distributions are built, as a release does
CLONE = "_output/release"

#: what is tried of distributions
DISTRIBUTED = "build/test_packaging", "build/test_wheel", "browser/test_published"

#: stories of pages that nobody has written: as many and as long ones as `doit monkey` plays
MONKEY = (
    "TEST_SEED=${TEST_SEED:-new} MONKEY_STORIES=${MONKEY_STORIES:-60} "
    "MONKEY_TURNS=40 MONKEY_TRIES=${MONKEY_TRIES:-60} python -m pytest --log-cli-level=info "
    "tests/browser/test_monkey.py"
)

#: attacks on signaling servers by made-up clients, 40 s for each way to run them
ATTACK = (
    "TEST_SEED=${TEST_SEED:-new} ATTACK_SECONDS=240 "
    "python -m pytest tests/signaling/test_random_attacks.py -m thorough"
)

#: longer tries of what other portions try for a moment, and what fetches packages
LONGER = {
    "sequences": (
        "TEST_SEED=${TEST_SEED:-new} WEBRTC_TEST_SEQUENCES=100 "
        "python -m pytest tests/build/test_incremental.py -k sequence"
    ),
    # the same beside addons from the package index
    "crowd": (
        "TEST_SEED=new WEBRTC_TEST_CROWD=1 WEBRTC_TEST_SEQUENCES=60 "
        "python -m pytest tests/build/test_incremental.py -k sequence"
    ),
    "fuzz": (
        "TEST_SEED=${TEST_SEED:-new} SIGNALING_FUZZ_MESSAGES=100000 "
        "python -m pytest tests/signaling/test_fuzz.py"
    ),
    "monkey": f"export MONKEY_STORIES=5 MONKEY_TRIES=0; {MONKEY}",
    # each deployment is measured for a minute and a half beside the attack itself
    "attack-1": f"{ATTACK} -k 'hardly and (plain or redis or tls)'",
    "attack-2": f"{ATTACK} -k 'hardly and (serve or nginx or few)'",
    # JupyterLab on a server has another Yjs than JupyterLite
    "oldest-yjs": "cd labextension-src && jlpm test:oldest",
    "huge": "WEBRTC_TEST_HUGE=1 python -m pytest tests/browser/test_peer_large.py -k 50",
    "collaboration": (
        "WEBRTC_TEST_COLLABORATION=1 python -m pytest tests/browser/test_server_home.py "
        "-k beside_jupyter_collaboration"
    ),
    "newcomer": "WEBRTC_TEST_NEWCOMER=1 python -m pytest tests/docs/test_newcomer.py -s",
    "distributions": (
        f"rm -rf {CLONE} && git clone --quiet . {CLONE} && python -m build {CLONE} && "
        f"WEBRTC_TEST_DIST={CLONE}/dist python -m pytest "
        + " ".join(f"tests/{name}.py" for name in DISTRIBUTED)
    ),
}

#: into how many portions the table of mutations is cut
MUTATIONS = 2

#: how many schedules of each simulator are tried: with a new seed, more than the gate does
SCHEDULES = {
    "documents": ("simulator", 12_000),
    "files": ("lifecycle.simulator", 5_000),
    "cells": ("cells.simulator", 4_000),
    "undo": ("cells.undo", 20_000),
    "carets": ("whereabouts", 10_000),
    "hostile": ("hostile", 20_000),
}


@dataclass(frozen=True)
class Portion:
    """Something to run that takes less than ten minutes.

    Attributes
    ----------
    name
        As in ``doit check_all:NAME``.
    command
        What a shell runs, in the root of the checkout.
    needs
        The tasks of doit that come first.
    """

    name: str
    command: str
    needs: tuple[str, ...]


def portions(lint: str, jlpm: str) -> Iterator[Portion]:
    """List all portions: first what is in the gate, too.

    Parameters
    ----------
    lint
        The command that checks style and types.
    jlpm
        The beginning of a command that runs a script of the labextension.

    Yields
    ------
    Portion
        Each has a name of its own.
    """
    yield Portion("lint", lint, ("install",))
    yield Portion("vitest", f"{jlpm} test", ("install",))
    for name, path, count in paths():
        folder = path.split("/")[1]
        needs = ("build", *NEEDS.get(folder, ()))
        command = f"{SWITCHES.get(folder, '')}python -m pytest {path}"
        if count == 1:
            yield Portion(name, command, needs)
            continue
        for group in range(1, count + 1):
            part = f"--splits {count} --group {group}"
            yield Portion(f"{name}-{group}", f"{command} {part}", needs)
    for name, command in LONGER.items():
        yield Portion(name, command, ("build", "browsers", "servers"))
    for number in range(1, MUTATIONS + 1):
        command = f"{jlpm} mutations {number}/{MUTATIONS}"
        yield Portion(f"mutations-{number}", command, ("install",))
    for name, (file, count) in SCHEDULES.items():
        command = f"{jlpm} simulate test/{file}.spec.ts {count}"
        yield Portion(f"simulate-{name}", command, ("install",))


def paths() -> Iterator[tuple[str, str, int]]:
    """Find what pytest can be given.

    Yields
    ------
    tuple
        The name of a portion, the path of a file or folder in the checkout, and into how many
        portions it is to be split.
    """
    for folder in sorted({path.parent for path in TESTS.rglob("test_*.py")}):
        name = folder.relative_to(TESTS).as_posix()
        if name in TOGETHER:
            yield name, f"tests/{name}", 1
            continue
        for file in sorted(folder.glob("test_*.py")):
            key = f"{name}/{file.name}"
            yield f"{name}-{file.stem.removeprefix('test_')}", f"tests/{key}", SPLIT.get(key, 1)


def part(fraction: str) -> list[str]:
    """Name the portions of one of several parts, which others can run on other machines.

    Parameters
    ----------
    fraction
        As ``3/8``, for the third of eight parts.

    Returns
    -------
    list of str
        As doit names them. What takes long stands together, so each part gets some of it.
    """
    number, count = map(int, fraction.split("/"))
    if not 1 <= number <= count:
        raise ValueError(f"there is no part {fraction}")
    names = [f"check_all:{portion.name}" for portion in portions("", "")]
    return names[number - 1 :: count]


if __name__ == "__main__":
    sys.stdout.write(" ".join(part(sys.argv[1])) + "\n")
