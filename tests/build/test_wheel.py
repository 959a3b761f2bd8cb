# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Our wheel in an environment of its own, as users install it."""

import sys
from pathlib import Path

import pytest

from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from sites import REPOSITORY, Result, config_data, run, succeeded, tree

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
