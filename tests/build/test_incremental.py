# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A site is the same, file by file, whatever was built in its folder before."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environments import Environment
from jupyterlite_webrtc.constants import DISABLED_PLUGINS, LABEXTENSION
from jupyterlite_webrtc.labextensions import settings_file
from site_states import PLACES, State, build_state, clean_tree, differences, try_state
from sites import config_data, tree

#: one site with a lot of configuration, which the others follow
BUSY = State(
    urls=("wss://a.example.org", "./b"),
    own=(
        ("appName", "Ours"),
        ("collaborative", False),
        ("webRtcRoomPrefix", "ours"),
        ("disabledExtensions", ["b:b", "a:a", DISABLED_PLUGINS[0]]),
        ("settingsOverrides", {"a:a": {"x": 1}}),
    ),
    own_lab=(
        ("collaborative", True),
        ("disabledExtensions", ["c:c"]),
        ("federated_extensions", [{"name": LABEXTENSION, "load": "x"}]),
    ),
)

#: sequences of the hypothesis test; each takes some seconds. `doit check_all:sequences` runs more
SEQUENCES = int(os.environ.get("WEBRTC_TEST_SEQUENCES", "3"))

URLS = st.sampled_from([None, (), ("wss://a.example.org",), ("wss://b.example.org", "./c")])

STATES = st.builds(
    State,
    # an empty list can be said in files only
    urls=URLS.filter(lambda urls: urls != ()),
    place=st.sampled_from(PLACES),
    enabled=st.sampled_from([True, True, False]),
    apps=st.sampled_from([("lab",), ("lab",), ("lab", "repl")]),
    sourcemaps=st.sampled_from([True, True, False]),
    pinned=st.sampled_from([False, False, True]),
    own=st.sampled_from(
        [
            (),
            (("appName", "A"),),
            (("appName", "B"), ("collaborative", False)),
            (("signalingServers", ["wss://s.example.org"]),),
            (("disabledExtensions", ["b:b", "a:a"]), ("webRtcIceTransportPolicy", "all")),
            (("disabledExtensions", ["b:b", DISABLED_PLUGINS[1]]),),
            (("settingsOverrides", {"a:a": {"x": 1}, "b:b": {"y": 2}}),),
            (("settingsOverrides", {"a:a": {"z": 1}}), ("fullWebRtcSignalingUrls", [])),
        ]
    ),
    args=st.sampled_from([(), (), ("--ignore-sys-prefix",)]),
    own_lab=st.sampled_from(
        [
            (),
            (("collaborative", False),),
            (("disabledExtensions", ["c:c", "d:d"]),),
            (("federated_extensions", [{"name": LABEXTENSION, "load": "x"}]),),
        ]
    ),
)


#: what somebody may try in between, and gets refused
STUMBLES: list[dict[str, Any]] = [
    {"urls": ("http://x",), "place": "command line"},
    {"urls": ("http://x",), "place": "environment"},
    {"urls": (1,), "place": "json"},
    {"urls": ("wss://a", "wss://a"), "place": "config"},
    # (what the JSON file says of URLs in its own place would come before it)
    {"own": (("fullWebRtcSignalingUrls", "wss://a"),), "place": "command line"},
    {"own_lab": (("collaborative", "yes"),)},
]

#: a build without us in between
WITHOUT_US: dict[str, Any] = {"urls": None, "args": ("--disable-addons", "jupyterlite-webrtc")}

#: what happens between two builds
BETWEEN = st.one_of(st.none(), st.none(), st.sampled_from(STUMBLES), st.just(WITHOUT_US))


def stumble(state: State, lite_dir: Path) -> None:
    """Try what is refused, and leaves the site as it was."""
    before = tree(lite_dir / "_output")
    assert try_state(state, lite_dir).returncode == 1
    assert differences(tree(lite_dir / "_output"), before) == {}


def assert_same_as_clean(states: list[State], folder: Path, **env: str) -> None:
    """Build one state on top of the other, and compare the last with a clean build."""
    lite_dir = folder / "incremental"
    lite_dir.mkdir()
    for state in states:
        build_state(state, lite_dir, **env)
    clean = clean_tree(states[-1], folder / "clean", **env)
    assert clean
    assert differences(tree(lite_dir / "_output"), clean) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("place", PLACES)
def test_urls_come_and_go_in_each_place(place: str, tmp_path: Path) -> None:
    one = State(urls=("wss://a.example.org",), place=place)
    for state in [State(), one, one.but(urls=("wss://a.example.org", "./b")), State()]:
        site = tmp_path / "site"
        site.mkdir(exist_ok=True)
        build_state(state, site)
        urls = config_data(site / "_output").get("fullWebRtcSignalingUrls")
        assert urls == (state.urls and list(state.urls))
        # where they come from can be seen in the files that they come from only
        same = state if place in {"json", "ipynb"} else state.but(place=PLACES[0])
        assert differences(tree(site / "_output"), clean_tree(same, tmp_path / "clean")) == {}


CHANGES: dict[str, dict[str, Any]] = {
    "a user's keys are removed": {"own": ()},
    "a user's key is changed": {"own": (("appName", "Other"),)},
    "a user's plugins are enabled again": {"own": (("disabledExtensions", ["b:b"]),)},
    "an app's file is removed": {"own_lab": ()},
    "an app's plugin is enabled again": {"own_lab": (("disabledExtensions", ["d:d"]),)},
    "the urls are removed": {"urls": None},
    "it is switched off": {"enabled": False},
    "there are more apps": {"apps": ("lab", "repl")},
    "there are no source maps": {"sourcemaps": False},
    "a needed labextension is pinned": {"pinned": True},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_left_and_nothing_is_missing_when(
    change: dict[str, Any], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for state in [BUSY, BUSY.but(**change), BUSY]:
        build_state(state, site)
        assert differences(tree(site / "_output"), clean_tree(state, tmp_path / "clean")) == {}


def test_a_build_without_the_addon_in_between_changes_nothing(tmp_path: Path) -> None:
    without = BUSY.but(urls=None, args=("--disable-addons", "jupyterlite-webrtc"))
    assert_same_as_clean([BUSY, without, BUSY.but(own=())], tmp_path)


def test_another_output_from_the_same_sources_is_the_same(tmp_path: Path) -> None:
    build_state(BUSY, tmp_path, "--output-dir", "one")
    build_state(BUSY, tmp_path, "--output-dir", "two")
    assert differences(tree(tmp_path / "two"), tree(tmp_path / "one")) == {}


def test_a_state_that_was_lost_starts_from_an_empty_folder(tmp_path: Path) -> None:
    build_state(BUSY, tmp_path)
    for path in tmp_path.glob(".jupyterlite.doit.db*"):
        path.unlink()
    build_state(State(), tmp_path)
    assert differences(tree(tmp_path / "_output"), clean_tree(State(), tmp_path / "clean")) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("change", STUMBLES, ids=repr)
def test_a_build_that_is_refused_in_between_changes_nothing(
    change: dict[str, Any], tmp_path: Path
) -> None:
    build_state(BUSY, tmp_path)
    stumble(BUSY.but(**change), tmp_path)
    build_state(State(), tmp_path)
    assert differences(tree(tmp_path / "_output"), clean_tree(State(), tmp_path / "clean")) == {}


def test_settings_come_back_with_the_only_labextensions_of_a_site(
    plain: Environment, tmp_path: Path
) -> None:
    state = State(python=plain.python)
    without = state.but(enabled=False, args=("--ignore-sys-prefix",))
    assert_same_as_clean([state, without, state], tmp_path)


@pytest.mark.thorough
@pytest.mark.parametrize("content", ["", "[", "{}", "[1]", "[{}]"])
def test_a_broken_file_of_settings_is_made_anew(content: str, tmp_path: Path) -> None:
    build_state(State(), tmp_path)
    settings_file(tmp_path / "_output").write_text(content, encoding="utf-8")
    build_state(State(), tmp_path)
    assert differences(tree(tmp_path / "_output"), clean_tree(State(), tmp_path / "clean")) == {}


@settings(max_examples=SEQUENCES)
@given(data=st.data())
def test_any_sequence_of_builds_ends_where_a_clean_one_does(
    plain: Environment,
    upgraded: Environment,
    outdated: Environment,
    lacking: Environment,
    data: st.DataObject,
) -> None:
    pythons = st.sampled_from([env.python for env in (plain, plain, upgraded, outdated)])
    with tempfile.TemporaryDirectory() as folder:
        lite_dir = Path(folder) / "incremental"
        lite_dir.mkdir()
        for state in data.draw(st.lists(STATES, min_size=2, max_size=5)):
            last = state.but(python=data.draw(pythons))
            build_state(last, lite_dir)
            between = data.draw(BETWEEN)
            if between == WITHOUT_US:
                build_state(last.but(enabled=True, **WITHOUT_US), lite_dir)
                # only a build of ours can repair what that one did
                build_state(last, lite_dir)
            elif between is not None:
                stumble(last.but(enabled=True, **between), lite_dir)
            if not last.pinned:
                stumble(last.but(enabled=True, python=lacking.python), lite_dir)
        clean = clean_tree(last, Path(folder) / "clean")
        assert differences(tree(lite_dir / "_output"), clean) == {}
