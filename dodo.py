# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What developers do every day: ``doit list`` names the tasks, ``doit lint`` runs one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: what `doit` runs
Task = dict[str, Any]

ROOT = Path(__file__).parent

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

DOIT_CONFIG = {"default_tasks": ["build"], "dep_file": ".doit.db", "continue": True, "verbosity": 2}


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


def task_lint() -> Iterator[Task]:
    """Check style and types, and change nothing."""
    python = {
        "ruff": "ruff check",
        "format": "ruff format --check",
        "mypy": "mypy",
    }
    workflows = " ".join(map(str, WORKFLOWS))
    schemas = {
        "github-workflows": workflows,
        "dependabot": ".github/dependabot.yml",
        "readthedocs": ".readthedocs.yaml examples/read-the-docs/.readthedocs.yaml",
    }
    python["workflows"] = " && ".join(
        [
            f"zizmor --quiet --offline --persona pedantic --config .zizmor.yml {workflows}",
            *(
                f"check-jsonschema --quiet --builtin-schema vendor.{name} {files}"
                for name, files in schemas.items()
            ),
        ]
    )
    typescript = {
        "prettier": jlpm("prettier:check"),
        "eslint": jlpm("eslint:check"),
        "tsc": jlpm("types"),
    }
    for name, command in python.items():
        yield {"name": name, "actions": [command]}
    for name, command in typescript.items():
        yield {"name": name, "actions": [command], "file_dep": [INSTALLED], "uptodate": [False]}


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
    """Run all tests; needs Chromium, and this project installed."""
    yield {"name": "vitest", "actions": None, "task_dep": ["test_unit:vitest"]}
    yield {
        "name": "pytest",
        "actions": ["python -m pytest"],
        "file_dep": [BUILT],
        "task_dep": ["test:vitest"],
        "uptodate": [False],
    }


def task_test_sequences() -> Task:
    """Compare many random sequences of builds with clean ones; takes some minutes."""
    return {
        "actions": [
            (
                "TEST_SEED=new WEBRTC_TEST_SEQUENCES=200 "
                "python -m pytest tests/build/test_incremental.py -k sequence"
            )
        ],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_test_huge() -> Task:
    """Send documents of 50 MB between pages, too; takes some minutes."""
    return {
        "actions": ["WEBRTC_TEST_HUGE=1 python -m pytest tests/browser/test_peer_large.py -k 50"],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_test_network() -> Task:
    """Let pages meet in networks of all kinds, and print tables; needs root, takes half an hour."""
    return {
        "actions": ["WEBRTC_TEST_NETWORK=1 python -m pytest tests/network"],
        "file_dep": [BUILT],
        "task_dep": ["browsers", "servers", "networks"],
        "uptodate": [False],
    }


def task_test_newcomer() -> Task:
    """Do what README and quickstart say with an empty home and empty caches; takes some minutes."""
    return {
        "actions": ["WEBRTC_TEST_NEWCOMER=1 python -m pytest tests/docs/test_newcomer.py -s"],
        "uptodate": [False],
    }


def task_test_collaboration() -> Task:
    """Test that we leave jupyter-collaboration alone; installs it in an environment of its own."""
    return {
        "actions": [
            "WEBRTC_TEST_COLLABORATION=1 python -m pytest tests/browser -k beside_jupyter_coll"
        ],
        "file_dep": [BUILT],
        "uptodate": [False],
    }


def task_test_distributions() -> Task:
    """Build wheel and sdist of the last commit as a release does, and test them; takes minutes."""
    clone = "_output/release"
    tests = " ".join(
        f"tests/{name}.py"
        for name in ("build/test_packaging", "build/test_wheel", "browser/test_published")
    )
    return {
        "actions": [
            f"rm -rf {clone} && git clone --quiet . {clone}",
            f"python -m build {clone}",
            f"WEBRTC_TEST_DIST={clone}/dist python -m pytest {tests}",
        ],
        "uptodate": [False],
    }


def task_browsers() -> Iterator[Task]:
    """Install the browsers of the tests from Debian or Ubuntu, if they are missing."""
    for package, variable in {"chromium": "CHROMIUM", "firefox-esr": "FIREFOX"}.items():
        yield {
            "name": package,
            "actions": [f"$(test $(id -u) = 0 || echo sudo) apt-get install --yes {package}"],
            "uptodate": [shutil.which(os.environ.get(variable, package)) is not None],
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
    """Do all that a change has to pass: what CI runs."""
    return {"actions": None, "task_dep": ["browsers", "servers", "lint", "test"]}


def task_fuzz_signaling() -> Task:
    """Send 100,000 messages of all kinds to the signaling server's core."""
    return {
        "actions": [
            (
                "TEST_SEED=new SIGNALING_FUZZ_MESSAGES=100000 "
                "python -m pytest tests/signaling/test_fuzz.py"
            )
        ],
        "uptodate": [False],
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


def task_sizes() -> Task:
    """Print what takes the space in the labextension."""
    return {"actions": [jlpm("sizes")], "file_dep": [BUILT], "uptodate": [False]}


def task_simulate() -> Iterator[Task]:
    """Try many more schedules of people, drives and networks than the tests do."""
    for name, file, runs in (
        ("documents", "simulator", 100_000),
        ("files", "lifecycle.simulator", 20_000),
        ("cells", "cells.simulator", 50_000),
    ):
        yield {
            "name": name,
            "doc": f"Try {runs:,} schedules of {file}.spec.ts.",
            "actions": [jlpm(f"simulate test/{file}.spec.ts {runs}")],
            "file_dep": [INSTALLED],
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
