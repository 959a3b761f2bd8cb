# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which labextensions are in a site, and where they come from."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

import jupyterlite_webrtc
from jupyterlite_webrtc import labextensions
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from sites import config_data, lite, succeeded, tree

#: one of those that ours needs, and its distribution
NEEDED, DISTRIBUTION = "@jupyter/docprovider-extension", "jupyter-docprovider"

#: where a distribution has its labextensions
SHARE = "share/jupyter/labextensions"


def make_labextension(folder: Path, version: str) -> Path:
    """Make something that looks like another version of the needed labextension."""
    (folder / "static").mkdir(parents=True)
    (folder / "static" / f"remoteEntry.{version}.js").write_text(f"// {version}\n")
    package = {
        "name": NEEDED,
        "version": version,
        "jupyterlab": {
            "extension": True,
            "_build": {"extension": "./extension", "load": f"static/remoteEntry.{version}.js"},
        },
    }
    (folder / "package.json").write_text(json.dumps(package))
    return folder


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


def test_an_install_into_a_folder_of_ones_own_is_found(lite_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    make_labextension(target / SHARE / NEEDED, "9.0.0")
    make_distribution(target, "9.0.0", [f"{SHARE}/{NEEDED}/package.json"])
    site = build(lite_dir, "--ignore-sys-prefix", PYTHONPATH=str(target))
    assert version_in(site) == "9.0.0"


def test_an_editable_install_is_found_where_jupyter_looks(lite_dir: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "jupyter"
    make_labextension(data_dir / "labextensions" / NEEDED, "9.1.0")
    make_distribution(tmp_path / "path", "9.1.0", ["_editable.pth"])
    env = {"PYTHONPATH": str(tmp_path / "path"), "JUPYTER_PATH": str(data_dir)}
    site = build(lite_dir, "--ignore-sys-prefix", **env)
    assert version_in(site) == "9.1.0"


def test_a_wheel_that_the_user_pinned_stays(lite_dir: Path, tmp_path: Path) -> None:
    source = make_labextension(tmp_path / "pinned", "1.2.3")
    pinned = lite_dir / "jupyter_docprovider-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(pinned, "w") as wheel:
        for path in source.rglob("*.*"):
            inside = f"jupyter_docprovider-1.2.3.data/data/{SHARE}/{NEEDED}"
            wheel.write(path, f"{inside}/{path.relative_to(source).as_posix()}")
    config = {"LiteBuildConfig": {"federated_extensions": [pinned.name]}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    for _ in range(3):
        assert version_in(build(lite_dir)) == "1.2.3"


def test_a_folder_that_the_user_pinned_stays(lite_dir: Path) -> None:
    make_labextension(lite_dir / "pinned", "1.2.3")
    config = {"LiteBuildConfig": {"federated_extensions": ["pinned"]}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    for _ in range(2):
        assert version_in(build(lite_dir, "--ignore-sys-prefix")) == "1.2.3"


def test_an_upgrade_of_ours_leaves_no_file_of_the_version_before(
    lite_dir: Path, tmp_path: Path
) -> None:
    site = build(lite_dir)
    package = Path(jupyterlite_webrtc.__file__).parent
    upgraded = tmp_path / "path" / package.name
    shutil.copytree(package, upgraded)
    (entry,) = (upgraded / "labextension" / "static").glob("remoteEntry.*.js")
    entry.rename(entry.with_name("remoteEntry.renamed.js"))
    metadata = upgraded / "labextension" / "package.json"
    metadata.write_text(metadata.read_text().replace(entry.name, "remoteEntry.renamed.js"))
    build(lite_dir, PYTHONPATH=str(tmp_path / "path"))
    assert tree(site / "extensions" / LABEXTENSION) == tree(upgraded / "labextension")
    (loaded,) = [
        e["load"] for e in config_data(site)["federated_extensions"] if e["name"] == LABEXTENSION
    ]
    assert loaded == "static/remoteEntry.renamed.js"


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


@pytest.mark.parametrize("name", labextensions.LABEXTENSIONS)
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
