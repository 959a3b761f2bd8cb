# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how much later a notebook is shown again into which somebody has written nonsense.

Run it with ``doit bench:hostile``. A notebook of 100 cells, into which people have typed 1,000
letters, is opened from what a browser keeps of it, with the classes that are shipped and
JupyterLab's model of a notebook, in Node; beside it the same with 200 updates of all kinds that
no page of Jupyter writes.

The promise: at most 1.5 times as long.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

#: where the page's code and its tests are
SOURCE = Path(__file__).parents[2] / "labextension-src"

#: how many times as long it may take
PROMISE = 1.5


def main() -> None:
    """Print the medians, the shortest times, and how they compare."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        command = ["jlpm", "vitest", "bench", "--run", f"--outputJson={results}"]
        subprocess.run(
            [*command, "test/benchmarks/hostile.bench.ts"],
            cwd=SOURCE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (file,) = json.loads(results.read_text())["files"]
    without, hostile = file["groups"][0]["benchmarks"]
    print(f"{'':24} {'median':>9} {'shortest':>9}")
    for row in (without, hostile):
        print(f"{row['name']:24} {row['median']:6.1f} ms {row['min']:6.1f} ms")
    ratio = {key: hostile[key] / without[key] for key in ("median", "min")}
    print(f"{'ratio':24} {ratio['median']:9.2f} {ratio['min']:9.2f}   (promised: {PROMISE})")


if __name__ == "__main__":
    main()
