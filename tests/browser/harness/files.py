# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What people do to files in the file browser and the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.jupyter import JupyterPage


def write(page: JupyterPage, path: str, content: str) -> None:
    """Put a text file into somebody's drive."""
    page.page.evaluate(
        """async ([path, content]) => {
            const { contents } = jupyterapp.serviceManager;
            await contents.save(path, { type: 'file', format: 'text', content });
        }""",
        [path, content],
    )


def rename(page: JupyterPage, path: str, new_path: str) -> None:
    """Rename a file, as the file browser and the menu do."""
    page.page.evaluate(
        """async ([path, newPath]) => {
            await jupyterapp.serviceManager.contents.rename(path, newPath);
        }""",
        [path, new_path],
    )


def make_folder(page: JupyterPage, path: str) -> None:
    """Make a folder in somebody's drive."""
    page.page.evaluate(
        """path => jupyterapp.serviceManager.contents.save(path, {
            type: 'directory', format: 'json'
        })""",
        path,
    )


def delete(page: JupyterPage, path: str) -> None:
    """Delete a file, as the file browser does; its tab is closed then."""
    page.page.evaluate(
        """async path => {
            const { contents } = jupyterapp.serviceManager;
            await contents.delete(path);
            for (const widget of jupyterapp.shell.widgets('main')) {
                if (widget.context?.path === path) widget.dispose();
            }
        }""",
        path,
    )
