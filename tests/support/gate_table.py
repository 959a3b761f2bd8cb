# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Where the time of ``doit check`` goes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: how many of the slowest tests are named
SLOWEST = 20

#: what pytest does beside tests: collecting them, and what none of them is charged for
BESIDE = "beside tests"


def gate_table(seconds: Mapping[str, float], times: Path) -> str:
    """Write what each part of the gate took, and its slowest tests.

    Parameters
    ----------
    seconds
        What each task took, in the order in which they ran.
    times
        The folder where test runners have left ``vitest.xml`` and ``pytest.xml``, as JUnit does.

    Returns
    -------
    str
        Markdown.
    """
    tests = {name: list(read_times(times / f"{name}.xml")) for name in ("vitest", "pytest")}
    lines = ["", "| part | seconds |", "| --- | --- |"]
    for name, spent in seconds.items():
        lines.append(f"| {name} | {spent:.1f} |")
        runner = name.removeprefix("test:")
        if runner == "pytest":
            folders: dict[str, float] = {}
            for test, took in tests[runner]:
                folder = test.split(".")[1]
                folders[folder] = folders.get(folder, 0) + took
            folders[BESIDE] = spent - sum(folders.values())
            lines += [f"| … {part} | {took:.1f} |" for part, took in sorted(folders.items())]
    lines += [f"| **all** | **{sum(seconds.values()):.0f}** |", ""]
    slowest = sorted((item for found in tests.values() for item in found), key=lambda i: -i[1])
    lines += [f"| the {SLOWEST} slowest tests | seconds |", "| --- | --- |"]
    lines += [f"| {test} | {took:.1f} |" for test, took in slowest[:SLOWEST]]
    return "\n".join([*lines, "", ""])


def read_times(path: Path) -> Iterator[tuple[str, float]]:
    """Read what each test took, with its fixtures.

    Parameters
    ----------
    path
        A file in JUnit's format; nothing is found where there is none.

    Yields
    ------
    tuple
        The name of a test after that of its module, and seconds.
    """
    if path.is_file():
        for case in ET.parse(path).iter("testcase"):  # noqa: S314 (our own test runners wrote it)
            yield f"{case.get('classname')}.{case.get('name')}", float(case.get("time") or 0)
