# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who builds sites installs nothing of what serves and probes; who needs that is told how to."""

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from environments import Environment
from jupyterlite_webrtc.constants import NEEDED_LABEXTENSIONS
from sites import REPOSITORY, Result, config_data, lite, run, succeeded
from snippets import pages, snippets

OWN = "jupyterlite-webrtc"

#: what only extras bring; Jupyter's own server, which builds need, brings prometheus-client
BROUGHT = ("aioice", "redis", "uvloop", "websockets")

#: what each command needs
NEEDS = {"check": "check", "demo": "demo", "serve": "server", "signaling": "server"}

#: the extras in ``pip install 'jupyterlite-webrtc[server,check]'``, or ``'.[demo]'``
NAMED = re.compile(r"(?:jupyterlite-webrtc|\.|\.whl\)\")\[([a-z,]+)\]")


def requirements(extra: str = "") -> set[str]:
    """Name what our distribution needs, and what an extra brings on top, with all that it names."""
    names: set[str] = set()
    for text in importlib.metadata.requires(OWN) or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            names.add(requirement.name)
            if requirement.name == OWN:
                for more in requirement.extras:
                    names |= requirements(more)
    return names


def extras_in(text: str) -> set[str]:
    """Find which extras a text says to install."""
    return {extra for names in NAMED.findall(text) for extra in names.split(",")}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment in which nobody asked for an extra, and name its interpreter."""
    folder = tmp_path_factory.mktemp("environment") / "base"
    return Environment(folder, without=BROUGHT).python


@pytest.fixture(scope="module")
def site(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site there."""
    lite_dir = tmp_path_factory.mktemp("lite")
    (lite_dir / "files").mkdir()
    (lite_dir / "files" / "text.txt").touch()
    url = ("--webrtc-signaling-url", "wss://signaling.example.org")
    succeeded(lite("build", *url, cwd=lite_dir, python=base))
    succeeded(lite("check", cwd=lite_dir, python=base))
    return lite_dir / "_output"


def ours(base: Path, folder: Path, *args: str) -> Result:
    """Run ``jupyter lite-webrtc``."""
    env = {"JUPYTER_CONFIG_DIR": str(folder / "config")}
    return run(base, "-m", "jupyterlite_webrtc.app", *args, cwd=folder, env=env)


def test_what_builds_a_site_brings_nothing_of_what_serves_and_probes() -> None:
    assert requirements() == {
        *NEEDED_LABEXTENSIONS.values(),
        *("doit", "fastjsonschema", "jsonschema", "jupyterlite-core", "packaging", "traitlets"),
    }
    assert {"prometheus-client", "websockets"} <= requirements("server") <= requirements("demo")
    assert {"aioice", "websockets"} <= requirements("check")
    assert {*BROUGHT, "jupyterlite-javascript-kernel", "prometheus-client"} <= requirements("test")


def test_a_build_needs_no_extra(site: Path) -> None:
    assert config_data(site)["fullWebRtcSignalingUrls"] == ["wss://signaling.example.org"]


def test_the_files_of_a_site_are_checked_without_an_extra(base: Path, site: Path) -> None:
    checked = succeeded(ours(base, site, "check", "."))
    assert ". has a valid configuration.\n" in checked.stdout
    assert checked.stdout.splitlines()[-1] == (
        "The servers that . names are not tried. This needs the Python package websockets: run "
        "`pip install 'jupyterlite-webrtc[check]'`."
    )
    (broken,) = [site.parent / "broken"]
    broken.mkdir()
    data = {"jupyter-config-data": {"fullWebRtcSignalingUrls": "wss://x"}}
    (broken / "jupyter-lite.json").write_text(str(data).replace("'", '"'))
    assert ours(base, site, "check", str(broken)).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        ("serve", "websockets", "server"),
        ("signaling", "websockets", "server"),
        ("demo", "websockets", "demo"),
        ("check wss://signaling.example.org", "websockets", "check"),
        ("check stun:stun.example.org", "aioice", "check"),
        ("check turn:turn.example.org --turn-secret x", "aioice", "check"),
    ],
)
def test_a_command_says_which_extra_it_needs(
    base: Path, site: Path, arguments: str, package: str, extra: str
) -> None:
    result = ours(base, site.parent, *arguments.split())
    assert result.returncode == 1
    assert result.stdout == ""
    (said,) = result.stderr.splitlines()
    assert said.endswith(
        f"This needs the Python package {package}: run `pip install 'jupyterlite-webrtc[{extra}]'`."
    )


@pytest.mark.parametrize("arguments", ["--version", "serve --help-all", "signaling --help"])
def test_help_needs_no_extra(base: Path, tmp_path: Path, arguments: str) -> None:
    succeeded(ours(base, tmp_path, *arguments.split()))


def test_the_version_is_told_without_what_other_commands_need(tmp_path: Path) -> None:
    command = (sys.executable, "-X", "importtime", "-m", "jupyterlite_webrtc.app", "--version")
    told = succeeded(run(*command, cwd=tmp_path)).stderr
    loaded = set(re.findall(r"\| +(\w+)$", told, re.MULTILINE))
    assert "traitlets" in loaded
    assert not loaded & {*BROUGHT, "doit", "jsonschema", "prometheus_client"}


def test_every_extra_that_somebody_is_told_to_install_exists() -> None:
    told = [
        *(REPOSITORY / "jupyterlite_webrtc").rglob("*.py"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(path for name in ("binder", "examples") for path in (REPOSITORY / name).rglob("*.*")),
        *(REPOSITORY / ".github" / "workflows").iterdir(),
        *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md")),
    ]
    named = {extra for path in told if path.is_file() for extra in extras_in(_text(path))}
    assert {"check", "demo", "fast", "redis", "server"} <= named
    assert named <= {*(importlib.metadata.metadata(OWN).get_all("Provides-Extra") or ())}


@pytest.mark.parametrize(
    "page",
    [page for page in pages() if "develop" not in page.parts],
    ids=lambda page: page.relative_to(REPOSITORY).as_posix(),
)
def test_a_page_that_has_people_run_a_command_has_them_install_its_extra(page: Path) -> None:
    text = "\n".join(snippet.text for snippet in snippets(page) if snippet.language == "bash")
    commands = {*re.findall(r"\bjupyter lite-webrtc (\w+)", text)} & {*NEEDS}
    # what an extra brings may be brought by another one
    installed = requirements() | {
        package for extra in extras_in(text) for package in requirements(extra)
    }
    for command in commands:
        assert requirements(NEEDS[command]) <= installed, f"{command} needs {NEEDS[command]}"


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
