# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Our wheel in an environment of its own, as users install it."""

import sys
from pathlib import Path

import pytest

from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from sites import REPOSITORY, Result, config_data, run, succeeded, tree

# packages are built and installed
pytestmark = pytest.mark.thorough

QUICKSTART = REPOSITORY / "examples" / "quickstart"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """Install the wheel in a new virtual environment."""
    folder = tmp_path_factory.mktemp("environment")
    succeeded(run(sys.executable, "-m", "venv", folder / "venv", cwd=folder))
    python = folder / "venv" / "bin" / "python"
    succeeded(run(python, "-m", "pip", "install", "--quiet", f"{wheel}[demo]", cwd=folder))
    return python


def lite(python: Path, command: str, folder: Path, **env: str) -> Result:
    """Run ``jupyter lite`` of the environment, for the quickstart."""
    dirs = ("--lite-dir", QUICKSTART, "--output-dir", folder / "site")
    return run(python, "-m", "jupyterlite_core", command, *dirs, cwd=folder, env=env)


def test_an_installed_wheel_builds_and_checks_the_quickstart(python: Path, tmp_path: Path) -> None:
    succeeded(lite(python, "build", tmp_path))
    checked = succeeded(lite(python, "check", tmp_path))
    assert "check:jupyterlite-webrtc:validate:labextensions:lab" in checked.stdout
    data = config_data(tmp_path / "site")
    assert data["fullWebRtcSignalingUrls"] == ["./signaling"]
    names = [entry["name"] for entry in data["federated_extensions"]]
    assert {LABEXTENSION, *NEEDED_LABEXTENSIONS} <= set(names)

    # both copies of our labextension are there: nothing is left to do, and nothing stays behind
    once = tree(tmp_path / "site")
    succeeded(lite(python, "build", tmp_path))
    assert tree(tmp_path / "site") == once
    dirs = ("--lite-dir", QUICKSTART, "--output-dir", tmp_path / "plain")
    command = (python, "-m", "jupyterlite_core", "build", "--no-webrtc", *dirs)
    (tmp_path / "elsewhere").mkdir()
    for _ in range(2):
        succeeded(run(*command, cwd=tmp_path / "elsewhere"))
        entries = config_data(tmp_path / "plain").get("federated_extensions", [])
        assert LABEXTENSION not in [entry["name"] for entry in entries]
        assert not (tmp_path / "plain" / "extensions" / LABEXTENSION).exists()

    # the same environment with one package less
    before = tree(tmp_path / "site")
    package = "jupyter-docprovider"
    succeeded(run(python, "-m", "pip", "uninstall", "--yes", package, cwd=tmp_path))
    result = lite(python, "build", tmp_path)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert (
        "The labextension @jupyter/docprovider-extension is not installed: run "
        "`pip install jupyter-docprovider`.\n"
    ) in result.stdout
    assert tree(tmp_path / "site") == before


def test_an_install_for_one_user_builds_and_checks_the_quickstart(
    tmp_path: Path, wheel: Path
) -> None:
    # stands for the system's Python, where users may not write
    venv = tmp_path / "venv"
    succeeded(run(sys.executable, "-m", "venv", "--system-site-packages", venv, cwd=tmp_path))
    python = venv / "bin" / "python"
    env = {"PYTHONUSERBASE": str(tmp_path / "home" / ".local")}
    pip = (python, "-m", "pip", "install", "--quiet", "--user", "--no-warn-script-location")
    succeeded(run(*pip, f"{wheel}[demo]", cwd=tmp_path, env=env))
    share = Path("share") / "jupyter" / "labextensions"
    for name in NEEDED_LABEXTENSIONS:
        assert (tmp_path / "home" / ".local" / share / name / "package.json").is_file()
        assert not (venv / share / name).exists()
    succeeded(lite(python, "build", tmp_path, **env))
    succeeded(lite(python, "check", tmp_path, **env))
    names = [entry["name"] for entry in config_data(tmp_path / "site")["federated_extensions"]]
    assert {LABEXTENSION, *NEEDED_LABEXTENSIONS} <= set(names)


def test_uninstalling_leaves_no_file_of_ours(tmp_path: Path, wheel: Path) -> None:
    succeeded(run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path))
    python = tmp_path / "venv" / "bin" / "python"
    pip = (python, "-m", "pip")
    succeeded(run(*pip, "install", "--quiet", "--no-deps", wheel, cwd=tmp_path))
    assert [path for path in (tmp_path / "venv").rglob("*webrtc*") if path.is_file()]
    succeeded(run(*pip, "uninstall", "--yes", "jupyterlite-webrtc", cwd=tmp_path))
    assert not [*(tmp_path / "venv").rglob("*webrtc*")]
