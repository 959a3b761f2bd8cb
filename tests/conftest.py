# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Settings of all tests, and what tests of several folders need."""

import os
import secrets
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import distributions
from certificates import Certificate, self_signed
from pages_example import PagesExample
from portions import GATE
from sites import REPOSITORY, run, succeeded

# a busy machine is no reason to fail; and whether a commit passes should follow from the commit:
# TEST_SEED gives other random values, the same ones for the same number, and "new" others each time
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="TEST_SEED" not in os.environ,
)
settings.load_profile("patient")

#: folders whose tests are in the gate where they say so: each of them takes seconds at least
SLOW = ("browser", "network")


@pytest.hookimpl(tryfirst=True)  # before Hypothesis reads its option
def pytest_configure(config: pytest.Config) -> None:
    """Choose a new seed, if one is wanted, and give it to all that is random."""
    if os.environ.get("TEST_SEED") == "new":
        os.environ["TEST_SEED"] = str(secrets.randbelow(2**31))
    if "TEST_SEED" in os.environ:
        config.option.hypothesis_seed = os.environ["TEST_SEED"]


def pytest_report_header() -> list[str]:
    """Say which seed it is."""
    return [f"TEST_SEED={os.environ['TEST_SEED']}"] if "TEST_SEED" in os.environ else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say so again where something failed: the beginning may be far away."""
    if exitstatus:
        for line in pytest_report_header():
            terminalreporter.write_line(f"{line} tries the same random values again.")


@pytest.hookimpl(tryfirst=True)  # before those are left out that are not asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as thorough what takes long, and is not marked for the gate."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in SLOW and item.get_closest_marker("gate") is None:
            item.add_marker("thorough")


@pytest.fixture(scope="session")
def gate_tests() -> set[str]:
    """Ask pytest for the ids of the tests in Python that ``doit check`` runs."""
    command = ("-m", "pytest", "--collect-only", "--quiet", "--no-header", "-m", GATE)
    said = succeeded(run(sys.executable, *command, cwd=REPOSITORY)).stdout
    return {line for line in said.splitlines() if "::" in line}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a wheel of ours."""
    return distributions.provide("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate for this machine that nobody has signed."""
    return self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def pages_example(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> PagesExample:
    """Prepare a machine like that on which GitHub builds the example for GitHub Pages."""
    return PagesExample(tmp_path_factory.mktemp("github"), wheel)
