# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""An addon of somebody else, which does what that of jupyterlite-pyodide-kernel 0.8 does to a site.

Tests write this file into environments, since that package would change all other sites of the
tests, too. It copies what is in ``static/pyodide``, and then says in ``jupyter-lite.json`` where
that is: once, as long as doit finds the copy unchanged.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from jupyterlite_core.addons.base import BaseAddon

#: the plugin whose settings name the copy
PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"

#: what a page is told
URL = "./static/pyodide/pyodide.mjs"


class Addon(BaseAddon):
    """Copy Pyodide, and tell pages where it is."""

    __all__: ClassVar = ["build", "post_build"]

    def build(self, manager: Any) -> Iterator[dict[str, Any]]:
        """Yield a task that copies Pyodide."""
        source = manager.lite_dir / "static" / "pyodide"
        if source.exists():
            target = manager.output_dir / "static" / "pyodide"
            files = [path for path in source.rglob("*") if path.is_file()]
            yield {
                "name": "copy:pyodide",
                "file_dep": files,
                "targets": [target / path.relative_to(source) for path in files],
                "actions": [(self.copy_one, [source, target])],
            }

    def post_build(self, manager: Any) -> Iterator[dict[str, Any]]:
        """Yield a task that tells where it is."""
        if (manager.lite_dir / "static" / "pyodide").exists():
            path = manager.output_dir / "jupyter-lite.json"
            yield {
                "name": "patch:jupyter-lite.json",
                "file_dep": [manager.output_dir / URL],
                "actions": [(self._tell, [path])],
            }

    def _tell(self, path: Any) -> None:
        settings = self.get_lite_plugin_settings(path, PLUGIN)
        if settings.get("pyodideUrl") != URL:
            self.set_lite_plugin_settings(path, PLUGIN, {**settings, "pyodideUrl": URL})
