# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is ours in a site is the same whatever was built before, and what is others' as without us.

Before: in the same folder, from the same working directory, and by whatever command. "Without us"
is the same done once more, with our addon disabled. What JupyterLite itself leaves behind is not
mended (docs/develop/merging.md).
"""

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
from neighbour import PLUGIN, URL
from site_parts import Files, others, ours
from site_states import PLACES, State, build_state, clean_site, differences, try_state
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

#: what a user's file says by hand that another addon says, too
SAID = (("litePluginSettings", {PLUGIN: {"pyodideUrl": URL}}),)

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
            SAID,
        ]
    ),
    pyodide=st.booleans(),
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

#: arguments that build without us
WITHOUT_US = ("--disable-addons", "jupyterlite-webrtc")

#: the sites that are built from one working directory
SITES = ("one", "two")

#: what happens between two builds: nothing, what is refused, a build without us, or another command
BETWEEN = st.one_of(
    st.none(),
    st.sampled_from(STUMBLES),
    st.sampled_from(["without us", "check", "archive"]),
)


def without_us(state: State) -> State:
    """Say what is to be built where our addon is disabled."""
    urls = None if state.place == "command line" else state.urls
    return state.but(enabled=True, urls=urls, args=(*state.args, *WITHOUT_US))


class Both:
    """Sites that are built with us, and without us: the same is done to both.

    Parameters
    ----------
    folder
        Where their sources and outputs go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.built: dict[str, State] = {}
        for way in ("with", "without"):
            for name in SITES:
                (folder / way / name).mkdir(parents=True)

    def build(self, state: State, name: str = SITES[0]) -> None:
        """Build a site, with us and without."""
        cwd = self.folder / "with"
        build_state(state.but(cwd=cwd), cwd / name)
        self.build_without_us(state, "without", name)
        self.built[name] = state

    def build_without_us(self, state: State, way: str, name: str = SITES[0]) -> None:
        """Build a site without us."""
        cwd = self.folder / way
        build_state(without_us(state).but(cwd=cwd), cwd / name)

    def run(self, command: str, state: State, name: str = SITES[0]) -> None:
        """Do something else with a site, whatever comes of it."""
        for way, each in [("with", state), ("without", without_us(state))]:
            cwd = self.folder / way
            try_state(each.but(cwd=cwd), cwd / name, command=command)

    def assert_as_promised(self) -> None:
        """Compare ours with a clean build, and what is others' with the sites without us."""
        for name, state in self.built.items():
            site = self.folder / "with" / name / "_output"
            assert not_equal(ours(site), clean_site(state, self.folder / "clean").ours) == {}
            other = self.folder / "without" / name / "_output"
            assert not_equal(others(site), others(other)) == {}


def not_equal(here: Files, there: Files) -> dict[str, Any]:
    """Show what differs, but for what an archive says of the whole site, and so of ours, too."""
    return {
        name: (here.get(name), there.get(name))
        for name in {*here, *there}
        if here.get(name) != there.get(name) and not name.endswith((".tgz", "SHA256SUMS"))
    }


def stumble(state: State, cwd: Path, name: str) -> None:
    """Try what is refused, and leaves the site as it was."""
    site = cwd / name / "_output"
    before = tree(site)
    assert try_state(state.but(cwd=cwd), cwd / name).returncode == 1
    assert differences(tree(site), before) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("place", PLACES)
def test_urls_come_and_go_in_each_place(place: str, tmp_path: Path) -> None:
    one = State(urls=("wss://a.example.org",), place=place)
    both = Both(tmp_path)
    for state in [State(), one, one.but(urls=("wss://a.example.org", "./b")), State()]:
        both.build(state)
        urls = config_data(tmp_path / "with" / SITES[0] / "_output").get("fullWebRtcSignalingUrls")
        assert urls == (state.urls and list(state.urls))
        both.assert_as_promised()


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


@pytest.mark.thorough
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_left_and_nothing_is_missing_when(
    change: dict[str, Any], tmp_path: Path
) -> None:
    both = Both(tmp_path)
    for state in [BUSY, BUSY.but(**change), BUSY]:
        both.build(state)
        both.assert_as_promised()


def test_a_build_without_the_addon_in_between_changes_nothing(tmp_path: Path) -> None:
    both = Both(tmp_path)
    both.build(BUSY)
    for way in ("with", "without"):
        both.build_without_us(BUSY, way)
    both.build(BUSY.but(own=()))
    both.assert_as_promised()


def test_what_another_addon_says_stays_when_a_user_no_longer_says_it(
    plain: Environment, tmp_path: Path
) -> None:
    state = State(python=plain.python, pyodide=True, own=SAID)
    both = Both(tmp_path)
    both.build(state)
    both.build(state.but(own=()))
    both.assert_as_promised()
    settings = config_data(tmp_path / "with" / SITES[0] / "_output")["litePluginSettings"]
    assert settings[PLUGIN]["pyodideUrl"] == URL


def test_what_another_addon_says_is_in_a_second_site_from_the_same_working_directory(
    plain: Environment, tmp_path: Path
) -> None:
    state = State(python=plain.python, pyodide=True, own=SAID)
    both = Both(tmp_path)
    both.build(state, "one")
    both.build(state.but(own=()), "two")
    both.assert_as_promised()
    settings = config_data(tmp_path / "with" / "two" / "_output")["litePluginSettings"]
    assert settings[PLUGIN]["pyodideUrl"] == URL


def test_another_output_from_the_same_sources_has_the_same_of_ours(tmp_path: Path) -> None:
    for way, state in [("with", BUSY), ("without", without_us(BUSY))]:
        (tmp_path / way).mkdir()
        for output in SITES:
            build_state(state, tmp_path / way, "--output-dir", output)
    for output in SITES:
        site = tmp_path / "with" / output
        assert not_equal(ours(site), clean_site(BUSY, tmp_path / "clean").ours) == {}
        assert not_equal(others(site), others(tmp_path / "without" / output)) == {}


def test_a_state_that_was_lost_starts_from_an_empty_folder(tmp_path: Path) -> None:
    both = Both(tmp_path)
    both.build(BUSY)
    for path in tmp_path.glob("*/.jupyterlite.doit.db*"):
        path.unlink()
    both.build(State())
    both.assert_as_promised()


@pytest.mark.thorough
@pytest.mark.parametrize("change", STUMBLES, ids=repr)
def test_a_build_that_is_refused_in_between_changes_nothing(
    change: dict[str, Any], tmp_path: Path
) -> None:
    both = Both(tmp_path)
    both.build(BUSY)
    stumble(BUSY.but(**change), tmp_path / "with", SITES[0])
    both.build(State())
    both.assert_as_promised()


def test_settings_come_back_with_the_only_labextensions_of_a_site(
    plain: Environment, tmp_path: Path
) -> None:
    state = State(python=plain.python)
    without = state.but(enabled=False, args=("--ignore-sys-prefix",))
    both = Both(tmp_path)
    for each in [state, without, state]:
        both.build(each)
        both.assert_as_promised()


@pytest.mark.thorough
@pytest.mark.parametrize("content", ["", "[", "{}", "[1]", "[{}]"])
def test_a_broken_file_of_settings_is_made_anew(content: str, tmp_path: Path) -> None:
    both = Both(tmp_path)
    both.build(State())
    settings_file(tmp_path / "with" / SITES[0] / "_output").write_text(content, encoding="utf-8")
    both.build(State())
    both.assert_as_promised()


@settings(max_examples=SEQUENCES)
@given(data=st.data())
def test_any_sequence_of_builds_leaves_ours_as_a_clean_one_and_others_as_without_us(
    builders: list[Path], lacking: Environment, data: st.DataObject
) -> None:
    pythons = st.sampled_from(builders)
    states = st.builds(lambda state, python: state.but(python=python), STATES, pythons)
    with tempfile.TemporaryDirectory() as folder:
        both = Both(Path(folder))
        for state in data.draw(st.lists(states, min_size=2, max_size=5)):
            name = data.draw(st.sampled_from([*SITES, SITES[0]]))
            both.build(state, name)
            between = data.draw(BETWEEN)
            if between == "without us":
                for way in ("with", "without"):
                    both.build_without_us(state, way, name)
                # only a build of ours can repair what that one did
                both.build(state, name)
            elif isinstance(between, str):
                both.run(between, data.draw(states), name)
            elif between is not None:
                stumble(state.but(enabled=True, **between), both.folder / "with", name)
            if not state.pinned:
                lacks = state.but(enabled=True, python=lacking.python)
                stumble(lacks, both.folder / "with", name)
        both.assert_as_promised()
