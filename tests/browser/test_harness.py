# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The harness itself: what goes wrong in a page must not go unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.peers import Peer, Peers

TROUBLE = {
    "uncaught error": ("setTimeout(() => { throw new Error('oh no') })", "uncaught: .*oh no"),
    "unhandled rejection": ("Promise.reject(new Error('oh no'))", "uncaught: .*oh no"),
    "console error": ("console.error('oh no')", "console error: oh no"),
    "refused request": ("fetch('http://127.0.0.1:9/').catch(() => {})", "127.0.0.1:9"),
    "refused WebSocket": ("new WebSocket('ws://127.0.0.1:9')", "127.0.0.1:9"),
}


def seen(peer: Peer, what: Callable[[], object], message: str) -> None:
    """Wait for something while the page's events come in."""
    wait_until(lambda: peer.page.evaluate("true") and what(), message=message)


def run(peer: Peer, script: str) -> None:
    """Run a script in the page without waiting for what it returns."""
    peer.page.evaluate(f"() => {{ {script} }}")


@pytest.mark.parametrize(("script", "pattern"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_is_seen_until_it_is_expected(peers: Peers, script: str, pattern: str) -> None:
    ada = peers.new("ada")
    run(ada, script)
    wait_until(
        lambda: ada.page.evaluate("true") and peers.unexpected_trouble(), message="the trouble"
    )
    assert all(line.startswith("ada: ") for line in peers.unexpected_trouble())
    ada.expect_trouble(f"(?s){pattern}")
    assert peers.unexpected_trouble() == []


def test_trouble_in_a_second_tab_is_seen(peers: Peers) -> None:
    ada = peers.new("ada")
    ada.new_tab().evaluate("() => console.error('oh no')")
    wait_until(
        lambda: ada.page.evaluate("true") and peers.unexpected_trouble(), message="the trouble"
    )
    ada.expect_trouble("oh no")


def test_ordinary_messages_are_only_logged(peers: Peers) -> None:
    ada = peers.new("ada")
    run(ada, "console.log('hello'); console.warn('hm')")
    wait_until(
        lambda: ada.page.evaluate("true") and len(ada.watch.log) == 2, message="both messages"
    )
    assert peers.unexpected_trouble() == []


def test_two_peers_share_nothing(peers: Peers) -> None:
    ada, grace = peers.new("ada"), peers.new("grace")
    assert ada.context != grace.context
    with pytest.raises(ValueError, match="there is a peer 'ada' already"):
        peers.new("ada")


def test_evidence_is_a_picture_of_each_tab_and_a_log(peers: Peers, tmp_path: Path) -> None:
    ada = peers.new("ada")
    ada.new_tab()
    run(ada, "console.log('hello')")
    seen(ada, lambda: ada.watch.log, "the message")
    peers.save_evidence(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada-2.png", "ada.log", "ada.png"]
    assert "hello" in (tmp_path / "ada.log").read_text()
    ada.close()
    ada.close()


def test_waiting_says_what_it_waited_for_and_what_it_saw() -> None:
    with pytest.raises(TimeoutError, match="the moon: not within 0 s; last seen: False"):
        wait_until(lambda: False, timeout=0, message="the moon")
