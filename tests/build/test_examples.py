# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The examples, done as their readers do them."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from jupyterlite_webrtc.constants import LABEXTENSION
from pages_example import EXAMPLE, WORKFLOW, PagesExample
from sites import REPOSITORY, build_site, config_data, tree

QUICKSTART = REPOSITORY / "examples" / "quickstart"

NOTEBOOKS = sorted((REPOSITORY / "examples").rglob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request: pytest.FixtureRequest) -> Any:
    """Read each notebook of the examples."""
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_a_notebook_is_valid_and_each_cell_has_an_id(notebook: Any) -> None:
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids)) > 0
    assert notebook["metadata"]["kernelspec"]["name"] == "javascript"


def test_a_notebook_is_shipped_without_outputs(notebook: Any) -> None:
    for cell in notebook["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


def test_the_quickstart_builds_without_a_trace_in_its_sources(tmp_path: Path) -> None:
    before = tree(QUICKSTART)
    site = build_site(QUICKSTART, tmp_path / "site")
    assert tree(QUICKSTART) == before
    assert config_data(site)["appName"] == "Waves and sums"
    assert config_data(site)["fullWebRtcSignalingUrls"] == ["./signaling"]
    assert (site / "files" / "waves.ipynb").is_file()


def test_the_quickstart_needs_no_other_server(tmp_path: Path) -> None:
    site = build_site(QUICKSTART, tmp_path / "site")
    for path in (site / "files").rglob("*"):
        assert "://" not in path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")


def test_the_signaling_url_is_one_line_of_the_workflow() -> None:
    text = (EXAMPLE / WORKFLOW).read_text(encoding="utf-8")
    assert [line.strip() for line in text.splitlines() if "wss://" in line] == [
        "JUPYTERLITE_WEBRTC_SIGNALING_URLS: wss://signaling.example.org"
    ]
    assert yaml.safe_load(text)["jobs"]["deploy"]["needs"] == "build"


@pytest.mark.thorough  # installs what the workflow does
def test_the_steps_of_the_workflow_build_a_site(
    tmp_path: Path, pages_example: PagesExample
) -> None:
    site = pages_example.publish(tmp_path / "repository")
    data = config_data(site)
    assert data["collaborative"] is True
    assert data["fullWebRtcSignalingUrls"] == ["wss://signaling.example.org"]
    (entry,) = [e for e in data["federated_extensions"] if e["name"] == LABEXTENSION]
    assert (site / "extensions" / LABEXTENSION / entry["load"]).is_file()
    contents = json.loads((site / "api" / "contents" / "all.json").read_text(encoding="utf-8"))
    assert {item["name"] for item in contents["content"]} == {"notes.txt", "together.ipynb"}
