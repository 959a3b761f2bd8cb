# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Each error in the documentation is what somebody gets who makes that mistake."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import jupyterlite_webrtc
from environments import Environment
from jupyterlite_webrtc.constants import LABEXTENSION
from labextension_doubles import make_labextension
from site_states import State, build_state, small_archive
from sites import REPOSITORY, lite, succeeded, tree

# each mistake is a build; test_mistakes.py has one of each kind
pytestmark = pytest.mark.thorough

#: the documentation
TEXT = (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8")

#: the messages in its tables, where … stands for anything
MESSAGES = [
    line.split(" | ")[0].removeprefix("| ")
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| message", "| ---"))
]

#: the frame that doit prints around what a task says about its failure
FRAME = re.compile(r"TaskFailed - taskid:\S+\n(.*?)\n\n", re.DOTALL)

#: mistakes in the site's own file
IN_SITE_FILE: list[dict[str, Any]] = [
    {"collaborative": "yes"},
    {"fullWebRtcSignalingUrls": "wss://a"},
    {"fullWebRtcSignalingUrls": ["http://a"]},
    {"signalingServers": [1]},
    {"fullWebRtcSignalingUrls": ["wss://a", "wss://a"]},
    {"fullWebRtcSignalingUrls": ["wss://a,wss://b"]},
    {"fullWebRtcSignalingUrls": ["wss://exa%mple"]},
    {"fullWebRtcSignalingUrls": ["wss://[::g]"]},
    {"fullWebRtcSignalingUrls": ["wss://a:99999"]},
    {"webRtcRoomPrefix": ""},
    {"webRtcIceServers": "stun:a"},
    {"webRtcIceServers": ["stun:a"]},
    {"webRtcIceServers": [{"urls": "a"}]},
    {"webRtcIceServers": [{"urls": []}]},
    {"webRtcIceServers": [{"urls": "stun:a?transport=udp"}]},
    {"webRtcIceServers": [{"urls": "stuns:a"}]},
    {"webRtcIceServers": [{"urls": "stun:ä"}]},
    {"webRtcIceServers": [{"urls": "turn:a"}]},
    {"webRtcIceServers": [{"urls": "stun:a", "username": 1}]},
    {"webRtcIceServers": [{"urls": "stun:a", "credential": 1}]},
    {"webRtcIceTransportPolicy": "x"},
    {"webRtcRelay": "x"},
]

#: mistakes in ``jupyter_lite_config.json``
IN_CONFIG: list[dict[str, Any]] = [
    {"WebRtcAddon": {"enabled": "no"}},
    {"WebRtcAddon": {"signalling_urls": ["wss://a"]}},
    {"WebRTCAddon": {"signaling_urls": ["wss://a"]}},
]

#: all of them, by the file that they are in
MISTAKES = [
    *(("jupyter-lite.json", json.dumps({"jupyter-config-data": data})) for data in IN_SITE_FILE),
    *(("jupyter_lite_config.json", json.dumps(data)) for data in IN_CONFIG),
    ("jupyter-lite.json", "{"),
    ("jupyter-lite.json", '{"jupyter-config-data": ["x"]}'),
    ("jupyter-lite.json", '{"collaborative": true}'),
    ("lab/jupyter-lite.json", '{"jupyter-config-data": {"federated_extensions": null}}'),
    ("lab/jupyter-lite.ipynb", "no JSON"),
    ("jupyter_lite_config.json", "\ufeff{}"),
    ("jupyter_lite_config.json", '{"jupyter-config-data": {"collaborative": true}}'),
    ("jupyter_lite.json", '{"jupyter-config-data": {"collaborative": true}}'),
]

#: what the tests have produced
_produced: set[str] = set()


def documented(said: str) -> str:
    """Find what a sentence is in the documentation."""
    (message,) = [
        message
        for message in MESSAGES
        if re.fullmatch(re.escape(message).replace("…", ".+"), said, re.DOTALL)
    ]
    _produced.add(message)
    return message


def sentence(
    command: str,
    lite_dir: Path,
    *args: str,
    python: Path = Path(sys.executable),
    **env: str,
) -> str:
    """Run a command that has to fail with one sentence of ours."""
    env = {"JUPYTERLITE_APP_ARCHIVE": str(small_archive()), **env}
    result = lite(command, "--apps", "lab", *args, cwd=lite_dir, env=env, python=python)
    assert result.returncode == 1, result.stdout + result.stderr
    # Jupyter shows one of its own when it goes on without a configuration file
    if "Exception while loading config file" not in result.stderr:
        assert "Traceback" not in result.stdout + result.stderr
    (said,) = FRAME.findall(result.stdout)
    assert "\n" not in said
    return str(said)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site that none of the mistakes may change."""
    lite_dir = tmp_path_factory.mktemp("site")
    (lite_dir / "lab").mkdir()
    build_state(State(), lite_dir)
    return lite_dir


@pytest.mark.parametrize(("name", "content"), MISTAKES)
def test_a_mistake_is_documented_and_leaves_the_site_alone(
    built: Path, name: str, content: str
) -> None:
    before = tree(built / "_output")
    (built / name).write_text(content)
    try:
        said = sentence("build", built)
    finally:
        (built / name).unlink()
    assert documented(said)
    assert tree(built / "_output") == before
    # … which a build without the mistake is content with, too
    build_state(State(), built)
    assert tree(built / "_output") == before


@pytest.mark.parametrize("option", ["--WebRtcAddon.signalling_urls=x", "--WebRtcAddon.enabled=no"])
def test_a_mistake_on_the_command_line_is_documented(built: Path, option: str) -> None:
    assert documented(sentence("build", built, option))


@pytest.mark.parametrize("name", ["nowhere.json", "package.toml"])
def test_a_configuration_that_is_none_is_documented(built: Path, name: str) -> None:
    (built / "package.toml").touch()
    assert documented(sentence("build", built, "--config", name))


def test_a_checkout_that_is_not_built_is_documented(built: Path, tmp_path: Path) -> None:
    package = Path(jupyterlite_webrtc.__file__).parent
    without = shutil.ignore_patterns("labextension", "__pycache__")
    shutil.copytree(package, tmp_path / package.name, ignore=without)
    before = tree(built / "_output")
    assert documented(sentence("build", built, PYTHONPATH=str(tmp_path)))
    assert tree(built / "_output") == before


def test_a_missing_labextension_is_documented(built: Path, lacking: Environment) -> None:
    before = tree(built / "_output")
    assert documented(sentence("build", built, python=lacking.python))
    assert tree(built / "_output") == before


def test_an_addon_that_ours_needs_is_documented(built: Path) -> None:
    before = tree(built / "_output")
    option = ("--disable-addons", "federated_extensions")
    assert documented(sentence("build", built, *option))
    assert tree(built / "_output") == before
    succeeded(lite("status", *option, "--no-webrtc", cwd=built))


def test_an_option_for_a_site_that_is_there_is_documented(built: Path) -> None:
    before = tree(built / "_output")
    assert documented(sentence("check", built, "--webrtc-relay", "never"))
    assert tree(built / "_output") == before


def test_an_entry_too_many_is_documented(built: Path) -> None:
    entry = {"name": LABEXTENSION, "load": "static/style.js"}
    data = {"jupyter-config-data": {"federated_extensions": [entry]}}
    (built / "lab" / "jupyter-lite.json").write_text(json.dumps(data))
    try:
        build_state(State(own_lab=tuple(data["jupyter-config-data"].items())), built)
        assert documented(sentence("check", built))
    finally:
        build_state(State(), built)


def test_an_entry_without_files_is_documented(built: Path) -> None:
    entry = {"name": "nobody", "load": "static/nothing.js"}
    data = {"jupyter-config-data": {"federated_extensions": [entry]}}
    (built / "lab" / "jupyter-lite.json").write_text(json.dumps(data))
    try:
        assert documented(sentence("check", built))
    finally:
        (built / "lab" / "jupyter-lite.json").unlink()


def test_a_version_that_does_not_fit_is_documented(tmp_path: Path) -> None:
    name = "@jupyter/docprovider-extension"
    make_labextension(tmp_path / "pinned", name, "4.0.0")
    config = {"LiteBuildConfig": {"federated_extensions": ["pinned"]}}
    (tmp_path / "jupyter_lite_config.json").write_text(json.dumps(config))
    assert documented(sentence("check", tmp_path, "--ignore-sys-prefix"))


#: what an addon of somebody else may do to a site that is built, as Python
EDITS = [
    """
path = output / "jupyter-lite.json"
path.write_text(path.read_text().replace('"@jupyterlite/webrtc-docprovider"', '"another"'))
extensions = output / "extensions"
shutil.copytree(extensions / "@jupyterlite/webrtc-docprovider", extensions / "another")
""",
    """
path = output / "extensions/@jupyterlite/webrtc-docprovider/package.json"
path.write_text(json.dumps({**json.loads(path.read_text()), "version": "0.0.1"}))
""",
]


@pytest.mark.parametrize("edit", EDITS, ids=["no entry", "another version"])
def test_what_another_addon_breaks_is_documented(edit: str, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    environment.add_addon("an_editor", "pre_check", edit)
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    build_state(State(), lite_dir)
    assert documented(sentence("check", lite_dir, python=environment.python))


def test_nothing_else_is_documented() -> None:
    if len(_produced) <= len(MESSAGES) // 2:
        pytest.skip("it takes all tests of this module to tell")
    assert set(MESSAGES) - _produced == set()
