# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which labextensions are in a site, and where they come from."""

import json
import shutil
from pathlib import Path

import pytest

import jupyterlite_webrtc
from environments import Environment
from jupyterlite_webrtc import labextensions
from jupyterlite_webrtc.constants import LABEXTENSION, LABEXTENSIONS, NEEDED_LABEXTENSIONS
from labextension_doubles import SHARE, make_labextension, make_wheel
from site_states import State, build_state, clean_config, clean_tree, differences
from sites import config_data, lite, succeeded, tree

#: one of those that ours needs, and its distribution
NEEDED, DISTRIBUTION = "@jupyter/docprovider-extension", "jupyter-docprovider"


def make_distribution(folder: Path, version: str, files: list[str]) -> None:
    """Make what ``pip`` leaves in a folder on the path for an installed distribution."""
    info = folder / f"{DISTRIBUTION.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {version}\n"
    )
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))


def version_in(site: Path, name: str = NEEDED) -> str:
    return labextensions.version(site / "extensions" / name)


def build(lite_dir: Path, *args: str, **env: str) -> Path:
    succeeded(lite("build", *args, cwd=lite_dir, env=env))
    return lite_dir / "_output"


def test_what_core_copied_is_not_copied_again(lite_dir: Path) -> None:
    result = lite("build", cwd=lite_dir)
    assert f".  build:jupyterlite-webrtc:copy:ext:{LABEXTENSION}" in result.stdout
    for name in NEEDED_LABEXTENSIONS:
        assert f".  pre_build:federated_extensions:copy:ext:{name}" in result.stdout
        assert f"-- build:jupyterlite-webrtc:copy:ext:{name}" in result.stdout


def test_what_core_ignores_in_the_environment_is_copied_all_the_same(lite_dir: Path) -> None:
    site = build(lite_dir, "--ignore-sys-prefix")
    names = [entry["name"] for entry in config_data(site)["federated_extensions"]]
    assert names == sorted([LABEXTENSION, *NEEDED_LABEXTENSIONS])
    for entry in config_data(site)["federated_extensions"]:
        assert (site / "extensions" / entry["name"] / entry["load"]).is_file()


def test_ignoring_the_environment_or_not_makes_no_difference_for_ours(
    lite_dir: Path, tmp_path: Path
) -> None:
    with_env = build(lite_dir)
    without_env = build(lite_dir, "--ignore-sys-prefix", "--output-dir", str(tmp_path / "other"))
    without_env = tmp_path / "other"
    for name in [LABEXTENSION, *NEEDED_LABEXTENSIONS]:
        here = tree(with_env / "extensions" / name)
        assert here
        assert tree(without_env / "extensions" / name) == here


@pytest.mark.thorough
def test_an_install_into_a_folder_of_ones_own_is_found(lite_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    make_labextension(target / SHARE / NEEDED, NEEDED, "9.0.0")
    make_distribution(target, "9.0.0", [f"{SHARE}/{NEEDED}/package.json"])
    site = build(lite_dir, "--ignore-sys-prefix", PYTHONPATH=str(target))
    assert version_in(site) == "9.0.0"


@pytest.mark.thorough
def test_an_editable_install_is_found_where_jupyter_looks(lite_dir: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "jupyter"
    make_labextension(data_dir / "labextensions" / NEEDED, NEEDED, "9.1.0")
    make_distribution(tmp_path / "path", "9.1.0", ["_editable.pth"])
    env = {"PYTHONPATH": str(tmp_path / "path"), "JUPYTER_PATH": str(data_dir)}
    site = build(lite_dir, "--ignore-sys-prefix", **env)
    assert version_in(site) == "9.1.0"


def test_a_wheel_that_the_user_pinned_stays(lite_dir: Path) -> None:
    pinned = make_wheel(lite_dir, NEEDED, "1.2.3")
    config = {"LiteBuildConfig": {"federated_extensions": [pinned.name]}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    for _ in range(3):
        assert version_in(build(lite_dir)) == "1.2.3"


def test_a_folder_that_the_user_pinned_stays(lite_dir: Path) -> None:
    make_labextension(lite_dir / "pinned", NEEDED, "1.2.3")
    config = {"LiteBuildConfig": {"federated_extensions": ["pinned"]}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    for _ in range(2):
        assert version_in(build(lite_dir, "--ignore-sys-prefix")) == "1.2.3"


def test_an_upgrade_of_ours_leaves_no_file_of_the_version_before(
    tmp_path: Path, plain: Environment, upgraded: Environment
) -> None:
    before = State(urls=("wss://a.example.org",), python=plain.python)
    after = before.but(python=upgraded.python)
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    for state in [before, after, after, before]:
        build_state(state, lite_dir)
        assert tree(lite_dir / "_output") == clean_tree(state, tmp_path / "clean")
    loads = {
        entry["load"]
        for state in [before, after]
        for entry in clean_config(state, tmp_path / "clean")["federated_extensions"]
        if entry["name"] == LABEXTENSION
    }
    assert len(loads) == 2, "the two versions have files of other names"


def test_ignoring_the_environment_from_now_on_or_no_longer_is_a_clean_build(
    tmp_path: Path, plain: Environment
) -> None:
    # its share/ has what our addon answers for: other labextensions that core has copied stay
    heeding = State(urls=("./s",), python=plain.python)
    ignoring = heeding.but(args=("--ignore-sys-prefix",))
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    for state in [heeding, ignoring, ignoring, heeding]:
        build_state(state, lite_dir)
        clean = clean_tree(state, tmp_path / "clean")
        assert differences(tree(lite_dir / "_output"), clean) == {}


@pytest.mark.thorough
def test_source_maps_that_are_left_out_are_not_missed(lite_dir: Path, tmp_path: Path) -> None:
    package = Path(jupyterlite_webrtc.__file__).parent
    with_maps = tmp_path / "path" / package.name
    shutil.copytree(package, with_maps)
    (with_maps / "labextension" / "static" / "style.js.map").write_text("{}")
    env = {"PYTHONPATH": str(tmp_path / "path")}
    site = build(lite_dir, "--no-sourcemaps", **env)
    assert not (site / "extensions" / LABEXTENSION / "static" / "style.js.map").exists()
    again = succeeded(lite("build", "--no-sourcemaps", cwd=lite_dir, env=env))
    assert f"-- build:jupyterlite-webrtc:copy:ext:{LABEXTENSION}" in again.stdout


@pytest.mark.parametrize("name", LABEXTENSIONS)
def test_a_missing_labextension_is_named_with_the_remedy(name: str) -> None:
    assert name in labextensions.missing(name)
    assert "`pip install " in labextensions.missing(name)


def test_a_digest_tells_names_and_contents_apart_but_not_times(tmp_path: Path) -> None:
    for folder, name, content in [("a", "x", "1"), ("b", "y", "1"), ("c", "x", "2")]:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(content)
    digests = [labextensions.digest(tmp_path / folder) for folder in "abc"]
    assert len(set(digests)) == 3
    shutil.copytree(tmp_path / "a", tmp_path / "d", copy_function=shutil.copyfile)
    assert labextensions.digest(tmp_path / "d") == digests[0]


def test_a_digest_leaves_out_what_is_ignored(tmp_path: Path) -> None:
    before = labextensions.digest(tmp_path, lambda name: name.endswith(".map"))
    (tmp_path / "x.js.map").write_text("{}")
    assert labextensions.digest(tmp_path, lambda name: name.endswith(".map")) == before
    assert labextensions.digest(tmp_path) != before
