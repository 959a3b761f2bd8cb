# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Whatever three people do with a notebook, nothing is lost and nothing stands twice (P13).

``doit monkey`` plays stories with new seeds. ``TEST_SEED`` and ``MONKEY_STORIES`` say which and how
many, ``MONKEY_TURNS`` how long they are.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from monkey.player import Player
from monkey.shrink import shrink
from monkey.story import Step, make_up

if TYPE_CHECKING:
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: tells which stories are played: ``--log-cli-level=info``
LOG = logging.getLogger(__name__)

#: the seed of the first story; the others' follow it
SEED = int(os.environ.get("TEST_SEED", "1"))

#: how many stories
STORIES = int(os.environ.get("MONKEY_STORIES", "3"))

#: how many turns each has
TURNS = int(os.environ.get("MONKEY_TURNS", "12"))

#: a story that was told, instead: ``MONKEY_STORY`` names a file, with a step in each line as the
#: message of a failure has them
TOLD = [
    Step(**json.loads(line))
    for line in Path(os.environ.get("MONKEY_STORY", os.devnull)).read_text().splitlines()
]

#: how many shorter stories are tried after a failure
TRIES = int(os.environ.get("MONKEY_TRIES", "0"))

#: how often a shorter story is played before it is taken for one that passes
TIMES = 3


def test_whatever_people_do_with_a_notebook_nothing_is_lost_and_nothing_stands_twice(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    player = Player(peers, site_url, site_signaling)
    failures = []
    for seed in range(SEED, SEED + STORIES):
        steps = TOLD or make_up(seed, TURNS)
        LOG.info("story %s: %s steps", seed, len(steps))
        if problems := player.play(steps):
            LOG.info("story %s failed: %s", seed, problems)
            steps = shrink(
                steps, lambda shorter: any(player.play(shorter) for _ in range(TIMES)), TRIES
            )
            told = [json.dumps(asdict(step)) for step in steps]
            failures.append("\n".join([f"story {seed}:", *problems, "its steps:", *told]))
    assert not failures, "\n".join(failures)
