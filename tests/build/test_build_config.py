# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A file that looks like the configuration of a build, but configures nothing, is named."""

import json
from pathlib import Path

import pytest
from jupyter_core.application import JupyterApp

from jupyterlite_webrtc.build_config import unused
from sites import config_data, lite, succeeded

URL = "wss://signaling.example.org"
OURS = {"WebRtcAddon": {"signaling_urls": [URL]}}
SITE = {"jupyter-config-data": {"fullWebRtcSignalingUrls": [URL]}}


def refused(lite_dir: Path, *args: str) -> str:
    """Expect that nothing is built, and read the one sentence about it."""
    result = lite("build", *args, cwd=lite_dir)
    assert result.returncode == 1, f"{result.stdout}\n{result.stderr}"
    assert not (lite_dir / "_output").exists()
    (said,) = [line for line in result.stdout.splitlines() if line.startswith(str(lite_dir))]
    return said.removeprefix(f"{lite_dir}/")


def test_a_build_config_with_a_byte_order_mark_stops_the_build(lite_dir: Path) -> None:
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(OURS), encoding="utf-8-sig")
    said = refused(lite_dir)
    assert said.startswith("jupyter_lite_config.json: JupyterLite could not read it (Unexpected ")
    assert said.endswith("): correct it.")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("jupyter_lite_config.json", "{'WebRtcAddon': 1}", "Expecting property name"),
        ("jupyter_lite_config.json", "[]", "its error is above"),
        ("jupyter_lite_config.py", "c.WebRtcAddon.signaling_urls = [", "its error is above"),
        ("jupyter_config.json", "", "Expecting value"),
    ],
)
def test_a_build_config_that_jupyter_goes_on_without_stops_the_build(
    lite_dir: Path, name: str, content: str, why: str
) -> None:
    (lite_dir / name).write_text(content, encoding="utf-8")
    assert refused(lite_dir).startswith(f"{name}: JupyterLite could not read it ({why}")


def test_a_site_without_us_needs_no_build_config(lite_dir: Path) -> None:
    (lite_dir / "jupyter_lite_config.json").write_text("{", encoding="utf-8")
    succeeded(lite("status", "--no-webrtc", cwd=lite_dir))


def test_a_build_config_that_is_not_there_stops_the_build(lite_dir: Path) -> None:
    said = refused(lite_dir, "--config", str(lite_dir / "nowhere.json"))
    assert said == "nowhere.json: there is no such file: see --config."


def test_a_build_config_of_another_format_stops_the_build(lite_dir: Path) -> None:
    (lite_dir / "site.toml").write_text("[WebRtcAddon]\n", encoding="utf-8")
    said = refused(lite_dir, "--config", str(lite_dir / "site.toml"))
    assert said == ("site.toml: a configuration file's name must end with .py or .json: rename it.")


@pytest.mark.parametrize("name", ["site.json", "site"])
def test_a_build_config_of_any_name_is_read_if_it_is_named(lite_dir: Path, name: str) -> None:
    (lite_dir / "site.json").write_text(json.dumps(OURS), encoding="utf-8")
    result = succeeded(lite("status", "--config", name, cwd=lite_dir))
    assert f'["{URL}"] (WebRtcAddon.signaling_urls)' in result.stdout


@pytest.mark.parametrize("content", [SITE, {"fullWebRtcSignalingUrls": [URL]}])
def test_what_configures_a_site_stops_the_build_in_a_build_config(
    lite_dir: Path, content: dict[str, object]
) -> None:
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(content), encoding="utf-8")
    (key,) = content
    assert refused(lite_dir) == (
        f"jupyter_lite_config.json: {key} is not used there: move it to jupyter-lite.json."
    )


@pytest.mark.parametrize(
    ("name", "content"), [("jupyter_lite.json", SITE), ("jupyter-lite-config.json", OURS)]
)
def test_a_file_of_ours_whose_name_has_other_dashes_stops_the_build(
    lite_dir: Path, name: str, content: dict[str, object]
) -> None:
    (lite_dir / name).write_text(json.dumps(content), encoding="utf-8")
    assert refused(lite_dir) == (
        f"{name} is not read: call it jupyter-lite.json if it configures the site, or "
        "jupyter_lite_config.json if it configures the build."
    )


def test_what_is_not_used_but_is_not_ours_is_a_warning(lite_dir: Path) -> None:
    theirs = {"jupyter-config-data": {"appName": "Course"}}
    for name in ("jupyter_lite.json", "jupyter_lite_config.json"):
        (lite_dir / name).write_text(json.dumps(theirs), encoding="utf-8")
    result = succeeded(lite("build", "--webrtc-signaling-url", URL, cwd=lite_dir))
    warnings = [line for line in result.stderr.splitlines() if "[webrtc]" in line]
    assert len(warnings) == 2
    assert "jupyter_lite_config.json: jupyter-config-data is not used there" in warnings[0]
    assert "jupyter_lite.json is not read" in warnings[1]
    assert config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"] == [URL]


def test_a_name_that_no_file_can_have_is_a_sentence_too(tmp_path: Path) -> None:
    app = JupyterApp(config_file="x" * 5000)
    assert (
        unused("WebRtcAddon", app, tmp_path)
        .mistakes[0]
        .endswith("xx: there is no such file: see --config.")
    )


def test_from_python_nothing_was_read(tmp_path: Path) -> None:
    (tmp_path / "jupyter_lite_config.json").write_text("{", encoding="utf-8")
    assert not unused("WebRtcAddon", None, tmp_path).mistakes
