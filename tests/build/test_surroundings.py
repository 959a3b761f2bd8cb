# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is installed beside us, and where a site is built."""

import json
import re
import sys
from pathlib import Path

import pytest

from environments import Environment
from jupyterlite_webrtc import advice, labextensions
from jupyterlite_webrtc.constants import (
    BUILT_LABEXTENSION,
    LABEXTENSION,
    NEEDED_LABEXTENSIONS,
    NEEDED_MAJOR,
)
from labextension_doubles import make_labextension
from site_states import State, build_state, clean_tree, small_archive
from sites import REPOSITORY, config_data, lite, run, succeeded, tree

#: how doit reports a task of ours that ran, other than telling the status
RAN = re.compile(r"^\.  (?!status)\w+:jupyterlite-webrtc:.*$", re.MULTILINE)


def extra(folder: Path) -> tuple[str, ...]:
    """Have JupyterLite copy labextensions from a folder, the same way as from ``sys.prefix``."""
    return (f"--FederatedExtensionAddon.extra_labextensions_path={folder}",)


@pytest.mark.parametrize("is_extra", [False, True], ids=["in sys.prefix", "in a folder given"])
def test_an_older_version_in_share_does_not_get_into_the_site(
    is_extra: bool, tmp_path: Path, plain: Environment, outdated: Environment
) -> None:
    share, state = outdated.share, State(urls=("./s",), python=outdated.python)
    if is_extra:
        # of what is in both, core would make two tasks of one name
        share = tmp_path / "share"
        make_labextension(share / LABEXTENSION, LABEXTENSION, "0.0.1")
        state = state.but(python=plain.python, args=extra(share))
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    for _ in range(3):
        said = build_state(state, lite_dir)
        assert f"{LABEXTENSION} 0.0.1 is in {share}" in said
        in_site = tree(lite_dir / "_output" / "extensions" / LABEXTENSION)
        assert in_site == tree(BUILT_LABEXTENSION)
        entries = config_data(lite_dir / "_output")["federated_extensions"]
        assert [e["name"] for e in entries].count(LABEXTENSION) == 1
        assert tree(lite_dir / "_output") == clean_tree(state, tmp_path / "clean")
    # without us, the site has what JupyterLite would copy: somebody else's
    build_state(state.but(enabled=False, urls=None), lite_dir)
    in_site = tree(lite_dir / "_output" / "extensions" / LABEXTENSION)
    assert in_site == tree(share / LABEXTENSION)


def test_another_provider_is_pointed_out(tmp_path: Path) -> None:
    make_labextension(
        tmp_path / "share" / "jupyterlab-webrtc-docprovider",
        "jupyterlab-webrtc-docprovider",
        "0.1.0",
    )
    make_labextension(
        tmp_path / "share" / "jupyter-webrtc", "jupyter-webrtc", "0.1.0"
    )  # for cameras
    said = build_state(State(args=extra(tmp_path / "share")), tmp_path)
    assert "jupyterlab-webrtc-docprovider connects documents over WebRTC, too" in said
    assert "jupyter-webrtc connects" not in said


def test_the_server_of_jupyterlab_is_pointed_out(tmp_path: Path) -> None:
    info = tmp_path / "path" / "jupyter_server_ydoc-2.0.0.dist-info"
    info.mkdir(parents=True)
    metadata = "Metadata-Version: 2.1\nName: jupyter-server-ydoc\nVersion: 2.0.0\n"
    (info / "METADATA").write_text(metadata)
    said = succeeded(lite("status", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "path")}))
    assert "jupyter-server-ydoc is installed, too" in said.stderr


@pytest.mark.parametrize(
    ("sentences", "count"),
    [
        (advice.shadowed("1", "1", "there"), 0),
        (advice.shadowed("1", "2", "there"), 1),
        (advice.server_packages([]), 0),
        (advice.server_packages(["jupyter-collaboration"]), 1),
        (advice.other_providers([LABEXTENSION, "jupyter-webrtc", "@a/b"]), 0),
        (advice.other_providers(["my-WebRTC-provider", "provider-for-webrtc"]), 2),
        (advice.incompatible(dict.fromkeys(NEEDED_LABEXTENSIONS, "5.1.0")), 0),
        (advice.incompatible(dict.fromkeys(NEEDED_LABEXTENSIONS, "51.0.0")), 2),
    ],
)
def test_advice_is_given_where_it_is_due(sentences: list[str], count: int) -> None:
    assert len(sentences) == count
    assert all(sentence.endswith(".") for sentence in sentences)


def test_the_needed_major_version_is_what_the_labextension_is_built_for() -> None:
    package = json.loads((REPOSITORY / "labextension-src" / "package.json").read_text("utf-8"))
    assert package["dependencies"]["@jupyter/docprovider"].startswith(f"^{NEEDED_MAJOR}.")


def test_names_that_jupyterlite_copies_are_found(tmp_path: Path) -> None:
    site = tmp_path / "_output"
    build_state(State(), tmp_path)
    assert {LABEXTENSION, *NEEDED_LABEXTENSIONS} <= set(labextensions.names_in_site(site))


def test_the_second_build_of_anything_runs_nothing_of_ours(tmp_path: Path) -> None:
    state = State(
        urls=("wss://a.example.org",),
        own=(("disabledExtensions", ["b", "a"]), ("settingsOverrides", {"a:a": {"x": 1}})),
        own_lab=(("collaborative", True),),
    )
    assert RAN.findall(build_state(state, tmp_path))
    assert RAN.findall(build_state(state, tmp_path)) == []


def test_sources_that_are_read_only_somewhere_else_are_enough(tmp_path: Path) -> None:
    lite_dir, work = tmp_path / "quéllen 源", tmp_path / "work dir ß"
    (lite_dir / "lab").mkdir(parents=True)
    work.mkdir()
    for path in (lite_dir / "jupyter-lite.json", lite_dir / "lab" / "jupyter-lite.json"):
        path.write_text('{"jupyter-config-data": {"webRtcRoomPrefix": "päfix"}}', "utf-8")
        path.chmod(0o444)
    before = tree(lite_dir)
    lite_dir.chmod(0o555)
    args = ["--lite-dir", str(lite_dir), "--output-dir", str(work / "öutput"), "--apps", "lab"]
    env = {"JUPYTERLITE_APP_ARCHIVE": str(small_archive())}
    try:
        for _ in range(2):
            succeeded(lite("build", *args, cwd=work, env=env))
        succeeded(lite("check", *args, cwd=work, env=env))
    finally:
        lite_dir.chmod(0o755)
    assert config_data(work / "öutput")["webRtcRoomPrefix"] == "päfix"
    assert tree(lite_dir) == before


def test_a_site_can_be_built_from_python_again_and_again(tmp_path: Path) -> None:
    script = """
import json, sys
from pathlib import Path
from traitlets.config import Config
from jupyterlite_core.manager import LiteManager

config = Config({"WebRtcAddon": {"signaling_urls": ["wss://a.example.org"]}})
manager = LiteManager(config=config, apps=["lab"])
manager.initialize()
for prefix in ["one", "two"]:
    data = {"jupyter-config-data": {"webRtcRoomPrefix": prefix}}
    Path("jupyter-lite.json").write_text(json.dumps(data))
    for phase in ["pre_build", "build", "post_build"]:
        assert manager.doit_run(phase) == 0
"""
    env = {"JUPYTERLITE_APP_ARCHIVE": str(small_archive())}
    succeeded(run(sys.executable, "-c", script, cwd=tmp_path, env=env))
    data = config_data(tmp_path / "_output")
    assert data["fullWebRtcSignalingUrls"] == ["wss://a.example.org"]
    assert data["webRtcRoomPrefix"] == "two"
