# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a user sees who made a mistake: one sentence, and exit code 1."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import jupyterlite_webrtc
from sites import Result, lite, succeeded, tree

#: the frame that doit prints around what a task says about its failure
FRAME = re.compile(r"TaskFailed - taskid:\S+\n(.*?)\n\n", re.DOTALL)


def sentences(result: Result) -> list[str]:
    """Read what a failed build says, which must be nothing but sentences of ours."""
    assert result.returncode == 1, f"{result.stdout}\n{result.stderr}"
    assert "Traceback" not in result.stdout + result.stderr
    (said,) = FRAME.findall(result.stdout)
    return str(said).splitlines()


def test_an_http_url_stops_the_build_with_one_sentence(lite_dir: Path) -> None:
    (said,) = sentences(lite("build", "--webrtc-signaling-url", "http://x", cwd=lite_dir))
    assert said == (
        "WebRtcAddon.signaling_urls: 'http://x' is not a signaling URL: it must start with ws://, "
        "wss:// or ./ and have no spaces and no #, as in wss://signaling.example.org or "
        "./signaling."
    )


def test_a_mistake_leaves_the_site_as_it_was(lite_dir: Path) -> None:
    succeeded(lite("build", cwd=lite_dir))
    before = tree(lite_dir / "_output")
    # this change alone would empty the output
    args = ["--no-sourcemaps", "--webrtc-signaling-url", "http://x"]
    sentences(lite("build", *args, cwd=lite_dir))
    assert tree(lite_dir / "_output") == before


@pytest.mark.parametrize("command", ["status", "init", "build", "check", "archive"])
def test_every_command_refuses_a_mistake(lite_dir: Path, command: str) -> None:
    (said,) = sentences(lite(command, "--webrtc-ice-transport-policy", "maybe", cwd=lite_dir))
    assert said == (
        "WebRtcAddon.ice_transport_policy: 'maybe' is not an ICE transport policy: "
        "it must be all or relay."
    )
    assert not (lite_dir / "_output").exists()


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        ("collaborative", "yes", "WebRtcAddon.collaborative: 'yes' is neither true nor false"),
        ("signaling_urls", [1], "WebRtcAddon.signaling_urls: 1 is not a signaling URL"),
        ("signaling_urls", 5, "WebRtcAddon.signaling_urls: 5 is not a list of signaling URLs"),
        ("signaling_urls", {"a": 1}, "{'a': '***'} is not a list of signaling URLs"),
        ("room_prefix", ["x"], "WebRtcAddon.room_prefix: '***' is not a room prefix"),
        ("ice_servers", [{"url": "stun:a"}], "{'url': '***'} is not an ICE server"),
        ("ice_servers", ["http://a"], "(urls): 'http://a' is not the URL of a STUN or TURN"),
        ("ice_transport_policy", "x", "'x' is not an ICE transport policy"),
        ("ice_transport_policy", False, "WebRtcAddon.ice_transport_policy: False is not an ICE"),
    ],
)
def test_a_wrong_type_in_the_config_file_is_not_swallowed(
    lite_dir: Path, trait: str, value: Any, sentence: str
) -> None:
    config = {"WebRtcAddon": {trait: value}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    (said,) = sentences(lite("build", cwd=lite_dir))
    assert sentence in said


def test_a_word_for_a_boolean_on_the_command_line_is_a_mistake(lite_dir: Path) -> None:
    (said,) = sentences(lite("build", "--webrtc-collaborative", "perhaps", cwd=lite_dir))
    assert said.startswith("WebRtcAddon.collaborative: 'perhaps' is neither true nor false")


def test_a_bad_url_in_the_environment_names_the_variable(lite_dir: Path) -> None:
    env = {"JUPYTERLITE_WEBRTC_SIGNALING_URLS": "wss://a.example.org ftp://b"}
    (said,) = sentences(lite("build", cwd=lite_dir, env=env))
    assert said.startswith("JUPYTERLITE_WEBRTC_SIGNALING_URLS: 'ftp://b' is not a signaling URL")


def test_commas_in_the_environment_are_told_from_what_it_takes(lite_dir: Path) -> None:
    env = {"JUPYTERLITE_WEBRTC_SIGNALING_URLS": "wss://a,wss://b"}
    (said,) = sentences(lite("build", cwd=lite_dir, env=env))
    assert said == (
        "JUPYTERLITE_WEBRTC_SIGNALING_URLS: 'wss://a,wss://b' has a comma behind an address: "
        "separate several with blanks in a variable, repeat the option, or write a list with "
        "quotes around each."
    )


def test_a_bad_url_of_the_site_names_the_file(lite_dir: Path) -> None:
    own = {"fullWebRtcSignalingUrls": ["http://x"]}
    (lite_dir / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": own}))
    (said,) = sentences(lite("build", cwd=lite_dir))
    assert said.startswith("fullWebRtcSignalingUrls in jupyter-lite.json: 'http://x' is not")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\xfa", b""])
def test_a_site_file_that_is_not_json_is_not_swallowed(lite_dir: Path, content: bytes) -> None:
    (lite_dir / "jupyter-lite.json").write_bytes(content)
    (said,) = sentences(lite("build", cwd=lite_dir))
    assert said.startswith("jupyter-lite.json: not valid JSON")


def test_several_mistakes_are_told_at_once(lite_dir: Path) -> None:
    args = ["--webrtc-signaling-url", "http://x", "--webrtc-room-prefix", ""]
    said = sentences(lite("build", *args, cwd=lite_dir))
    assert ["http://x" in said[0], "room prefix" in said[1]] == [True, True]


def test_a_checkout_that_is_not_built_says_how_to_build_it(lite_dir: Path, tmp_path: Path) -> None:
    package = Path(jupyterlite_webrtc.__file__).parent
    without = shutil.ignore_patterns("labextension", "__pycache__")
    shutil.copytree(package, tmp_path / "path" / package.name, ignore=without)
    env = {"PYTHONPATH": str(tmp_path / "path")}
    (said,) = sentences(lite("build", cwd=lite_dir, env=env))
    assert said.startswith("The labextension @jupyterlite/webrtc-docprovider is not in ")
    assert said.endswith(": build it with `pip install .` in the checkout.")
