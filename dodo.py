# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What developers do every day: ``doit list`` names the tasks, ``doit lint`` runs one."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent

# what `check` and `check_all` are made of stands beside what else the tests share
sys.path.insert(0, str(ROOT / "tests" / "support"))

from check_report import TIMES, CheckReporter  # noqa: E402
from portions import GATE, MONKEY, portions  # noqa: E402
from records import has_passed  # noqa: E402

#: what `doit` runs
Task = dict[str, Any]

#: the sources of the labextension
JS = ROOT / "labextension-src"

#: a file that is there once npm packages are installed
INSTALLED = JS / "node_modules" / ".yarn-state.yml"

#: a file that is there once the labextension is built
BUILT = ROOT / "jupyterlite_webrtc" / "labextension" / "package.json"

#: what the labextension is made of
JS_SOURCES = [
    JS / "package.json",
    JS / "tsconfig.json",
    *(path for folder in ("schema", "src", "style") for path in (JS / folder).rglob("*.*")),
]

#: what GitHub runs: for us, and for those who copy an example
WORKFLOWS = [
    path.relative_to(ROOT)
    for folder in (".", "examples/*")
    for path in sorted(ROOT.glob(f"{folder}/.github/workflows/*.yml"))
]

#: tests in Python that need neither a built site nor a browser
UNIT_TESTS = [
    "tests/build/test_config_files.py",
    "tests/build/test_config_schema.py",
    "tests/build/test_config_sources.py",
    "tests/build/test_site_config.py",
    "tests/signaling",
]

DOIT_CONFIG = {
    "default_tasks": ["build"],
    "dep_file": ".doit.db",
    "continue": True,
    "verbosity": 2,
    "reporter": CheckReporter,
}


def jlpm(command: str) -> str:
    """Run something among the sources of the labextension."""
    return f"cd {JS.name} && jlpm {command}"


def task_install() -> Task:
    """Install npm packages."""
    return {
        "actions": [jlpm("install --immutable")],
        "file_dep": [JS / "package.json", JS / "yarn.lock"],
        "targets": [INSTALLED],
    }


def task_build() -> Task:
    """Build the labextension into the Python package."""
    return {
        "actions": [jlpm("build:prod")],
        "file_dep": [INSTALLED, *JS_SOURCES],
        "targets": [BUILT],
    }


def lint_commands() -> dict[str, str]:
    """Name what checks style and types, and changes nothing."""
    workflows = " ".join(map(str, WORKFLOWS))
    schemas = {
        "github-workflows": workflows,
        "dependabot": ".github/dependabot.yml",
        "readthedocs": ".readthedocs.yaml examples/read-the-docs/.readthedocs.yaml",
    }
    workflow_checks = [
        f"zizmor --quiet --offline --persona pedantic --config .zizmor.yml {workflows}",
        *(
            f"check-jsonschema --quiet --builtin-schema vendor.{name} {files}"
            for name, files in schemas.items()
        ),
    ]
    return {
        "ruff": "ruff check",
        "format": "ruff format --check",
        "mypy": "mypy",
        "workflows": " && ".join(workflow_checks),
        "prettier": jlpm("prettier:check"),
        "eslint": jlpm("eslint:check"),
        "tsc": jlpm("types"),
    }


def task_lint() -> Iterator[Task]:
    """Check style and types, and change nothing."""
    for name, command in lint_commands().items():
        dependencies = [INSTALLED] if JS.name in command else []
        yield {"name": name, "actions": [command], "file_dep": dependencies, "uptodate": [False]}


def task_test_unit() -> Iterator[Task]:
    """Run the tests that need neither a built site nor a browser."""
    yield {
        "name": "vitest",
        "actions": [jlpm("test")],
        "file_dep": [INSTALLED],
        "uptodate": [False],
    }
    yield {"name": "pytest", "actions": [f"python -m pytest {' '.join(UNIT_TESTS)}"]}


def task_test() -> Iterator[Task]:
    """Run the tests of the gate; needs Chromium, and this project installed."""
    times = f"--reporter=default --reporter=junit --outputFile.junit={ROOT / TIMES / 'vitest.xml'}"
    yield {
        "name": "vitest",
        "actions": [jlpm(f"test {times}")],
        "file_dep": [INSTALLED],
        "uptodate": [False],
    }
    yield {
        "name": "pytest",
        "actions": [f"python -m pytest -m '{GATE}' --junitxml={TIMES / 'pytest.xml'}"],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_browsers() -> Iterator[Task]:
    """Install the browsers of the tests from Debian or Ubuntu, if they are missing."""
    for package, variable, program in (
        ("chromium", "CHROMIUM", "chromium"),
        ("firefox-esr", "FIREFOX", "firefox-esr"),
        ("webkit2gtk-driver", "WEBKIT", "WebKitWebDriver"),
        # WebKit can't do without a screen
        ("xvfb", "XVFB", "Xvfb"),
    ):
        yield {
            "name": package,
            "actions": [f"$(test $(id -u) = 0 || echo sudo) apt-get install --yes {package}"],
            "uptodate": [shutil.which(os.environ.get(variable, program)) is not None],
        }


def task_servers() -> Iterator[Task]:
    """Install what servers are tested with from Debian or Ubuntu, if it is missing."""
    yield from programs(
        {"redis-server": "redis-server", "openssl": "openssl"}
        | {"coturn": "turnserver", "nginx": "nginx"}
    )


def task_networks() -> Iterator[Task]:
    """Install what networks are made and watched with from Debian or Ubuntu, if it is missing."""
    yield from programs({"iproute2": "ip", "nftables": "nft", "tcpdump": "tcpdump"})


def programs(packages: dict[str, str]) -> Iterator[Task]:
    """Install packages whose programs are missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    for package, program in packages.items():
        yield {
            "name": package,
            "actions": [f"$(test $(id -u) = 0 || echo sudo) apt-get install --yes {package}"],
            "uptodate": [shutil.which(program, path=path) is not None],
        }


def task_check() -> Task:
    """Do all that a change has to pass, and tell how long each part took: the gate, in CI, too."""
    return {"actions": None, "task_dep": ["browsers:chromium", "servers", "lint", "test"]}


def task_check_all() -> Iterator[Task]:
    """Run all that there is, in portions; those that passed in this very checkout are done."""
    lint = " && ".join(f"({command})" for command in lint_commands().values())
    for portion in portions(lint, jlpm("").rstrip()):
        yield {
            "name": portion.name,
            "actions": [portion.command],
            "task_dep": [*portion.needs],
            "uptodate": [lambda name=portion.name: has_passed(name)],
        }


def task_bench() -> Iterator[Task]:
    """Measure what is promised of time, against a reference in the same run."""
    for script in sorted((ROOT / "tests" / "benchmarks").glob("*.py")):
        yield {
            "name": script.stem,
            "doc": f"Run {script.relative_to(ROOT)}.",
            "actions": [
                f"PYTHONPATH=tests/browser:tests/support python {script.relative_to(ROOT)}"
            ],
            "file_dep": [BUILT],
            "uptodate": [False],
        }


def task_attack() -> Task:
    """Attack signaling servers with made-up clients for an hour, or as ``--seconds`` says."""
    variables = "TEST_SEED=%(seed)s ATTACK_SECONDS=%(seconds)s"
    return {
        "actions": [
            f"{variables} python -m pytest tests/signaling/test_random_attacks.py -m thorough"
        ],
        "params": [
            {"name": "seconds", "short": "s", "long": "seconds", "type": int, "default": 3600},
            {"name": "seed", "long": "seed", "type": str, "default": "new"},
        ],
        "task_dep": ["servers"],
        "uptodate": [False],
    }


def task_sizes() -> Task:
    """Print what takes the space in the labextension."""
    return {"actions": [jlpm("sizes")], "file_dep": [BUILT], "uptodate": [False]}


def task_simulate() -> Iterator[Task]:
    """Try many more schedules of people, drives and networks than the tests do."""
    for name, file, runs in (
        ("documents", "simulator", 100_000),
        ("files", "lifecycle.simulator", 20_000),
        ("cells", "cells.simulator", 50_000),
        ("undo", "cells.undo", 100_000),
        ("carets", "whereabouts", 50_000),
        ("hostile", "hostile", 100_000),
    ):
        yield {
            "name": name,
            "doc": f"Try {runs:,} schedules of {file}.spec.ts.",
            "actions": [jlpm(f"simulate test/{file}.spec.ts {runs}")],
            "file_dep": [INSTALLED],
            "uptodate": [False],
        }


def task_monkey() -> Task:
    """Let three people do what comes to their mind; a story that fails is made shorter."""
    return {
        "actions": [MONKEY],
        "task_dep": ["browsers:chromium"],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_mutations() -> Task:
    """Switch off each rule of documents in turn, and show which test fails then."""
    return {
        "actions": [jlpm("mutations")],
        "file_dep": [INSTALLED],
        "uptodate": [False],
    }


def task_docs() -> Task:
    """Build the docs into docs/_build; a warning is an error."""
    return {
        "actions": ["sphinx-build --fail-on-warning --keep-going docs docs/_build/html"],
        "uptodate": [False],
    }


def task_docs_links() -> Task:
    """Ask the internet whether the docs' links to it lead somewhere."""
    return {
        "actions": ["sphinx-build -b linkcheck docs docs/_build/links"],
        "uptodate": [False],
    }


def task_modules() -> Task:
    """Draw again which modules import which."""
    return {"actions": ["python docs/modules.py"], "uptodate": [False]}


def task_pictures() -> Task:
    """Take the pictures of the README and the docs from the running product."""
    return {
        "actions": [
            f"PYTHONPATH=tests/browser:tests/support python docs/{script}.py"
            for script in ("pictures", "scenes", "divergences")
        ],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_demo() -> Task:
    """Build the quickstart, serve it with signaling, and open it; Ctrl-C stops it."""
    return {
        "actions": ["jupyter lite-webrtc demo"],
        "file_dep": [BUILT],
        "uptodate": [False],
    }
