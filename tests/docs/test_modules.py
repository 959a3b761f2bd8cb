# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Imports point downwards, and the drawings of them are those of today."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import modules

#: each of these may import what stands behind it: what people do is told of documents, too
DOWNWARDS = ("index", "plugins", "ui", "people", "document", "peer", "room", "inert")


def test_imports_of_the_labextension_point_downwards() -> None:
    graph = modules.typescript()
    assert {*DOWNWARDS} == {*graph.imports}, "each has its place"
    for place, name in enumerate(DOWNWARDS):
        upwards = graph.imports[name] & set(DOWNWARDS[:place])
        assert not upwards, f"{name} imports what is above it: {', '.join(upwards)}"


def test_modules_do_not_import_each_other() -> None:
    packages = [file.parent for file in modules.PYTHON.rglob("__init__.py")]
    assert len(packages) > 1
    for graph in (modules.typescript(), *map(modules.python, packages)):
        order = graph.order()
        for name, imports in graph.imports.items():
            assert all(order.index(imported) > order.index(name) for imported in imports)


def test_files_of_the_labextension_do_not_need_each_other() -> None:
    graph = modules.typescript_files()
    assert len(graph.imports) > 100
    assert "peer/link" in graph.imports["document/room"]
    assert {*graph.imports} >= {name for names in graph.imports.values() for name in names}
    TopologicalSorter(graph.imports).prepare()


@pytest.mark.parametrize("path", modules.drawings(), ids=lambda path: path.name)
def test_a_drawing_is_that_of_the_sources(path: Path) -> None:
    drawn = path.read_text(encoding="utf-8")
    assert drawn == modules.drawings()[path], "run `doit modules`, and look at the drawing"


def test_imports_are_found_however_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.ts").write_text(
        "import type {\n  B\n} from '../b';\nimport React from 'x';"
    )
    (tmp_path / "b.tsx").write_text("export * from './c/y';\nconst d = await import('./d');")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "y.ts").write_text("")
    (tmp_path / "d.ts").write_text("// from nowhere")
    found = {name: set(imports) for name, imports in modules.typescript(tmp_path).imports.items()}
    assert found == {"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": set()}
    needed = modules.typescript_files(tmp_path).imports
    assert needed == {"a/x": set(), "b": {"c/y", "d"}, "c/y": set(), "d": set()}


def test_modules_that_import_each_other_are_named(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text("from package.b import x\n")
    (package / "b.py").write_text("def f():\n    from . import a\n")
    with pytest.raises(CycleError, match=r"\['[ab]', '[ab]', '[ab]'\]"):
        modules.drawing(modules.python(package), "")
