# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What an earlier build left in a configuration file is taken out again."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyterlite_core.addons.base import BaseAddon
from jupyterlite_core.manager import LiteManager

from jupyterlite_webrtc import config_files


def whole(**data: Any) -> dict[str, Any]:
    return {"jupyter-config-data": data}


#: what a user may write
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "jupyter-config-data": st.fixed_dictionaries(
            {},
            optional={
                "appName": st.sampled_from(["A", "B"]),
                "list": st.lists(st.integers(0, 2), max_size=2),
                "settingsOverrides": st.dictionaries(
                    st.sampled_from(["p:q", "r:s"]),
                    st.dictionaries(st.sampled_from("xy"), st.integers(0, 1), max_size=2),
                    max_size=2,
                ),
                "disabledExtensions": st.lists(st.sampled_from("abc"), max_size=3),
                "federated_extensions": st.lists(
                    st.sampled_from("abc").map(lambda name: {"name": name}),
                    max_size=2,
                    unique_by=str,
                ),
            },
        ),
        "other": st.integers(0, 1),
    },
)

BASE: dict[str, Any] = {"jupyter-config-data": {"appName": "base", "baseUrl": "./"}, "other": 5}


#: has core's way to join two files
CORE: Any = cast("Any", BaseAddon)(LiteManager())


def merge(output: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """Merge as JupyterLite does; its own functions want files only for the outermost level."""
    merged = {**output, **source}
    key = "jupyter-config-data"
    before = {k: _copy(v) for k, v in output.get(key, {}).items()}
    merged[key] = CORE.merge_jupyter_config_data(before, source.get(key, {}))
    CORE.dedupe_federated_extensions(merged[key])
    return merged


def _copy(value: Any) -> Any:
    """Copy what JupyterLite would change in place."""
    return {k: _copy(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(st.lists(st.tuples(PARTS, st.booleans()), min_size=1, max_size=4))
def test_after_any_changes_a_file_is_what_a_clean_build_makes_of_the_last(
    builds: list[tuple[dict[str, Any], bool]],
) -> None:
    sources = [source for source, _ in builds]
    output: dict[str, Any] = BASE
    previous = None
    for n, (source, is_emptied) in enumerate(builds):
        if is_emptied:
            output = BASE
        # this is what JupyterLite looks at, also when it emptied the output
        if source != previous:
            output = merge(output, source)
        output = config_files.current(output, source, BASE, sources[: n + 1], [])
        previous = source
    assert output == merge(BASE, sources[-1])


@given(PARTS, PARTS)
def test_a_second_time_changes_nothing(before: dict[str, Any], now: dict[str, Any]) -> None:
    output = merge(merge(BASE, before), now)
    once = config_files.current(output, now, BASE, [before, now], [])
    assert config_files.current(once, now, BASE, [before, now], []) == once


def test_what_others_put_there_stays() -> None:
    before = whole(appName="mine", disabledExtensions=["mine"])
    output = whole(appName="theirs", pluginUrl="theirs", disabledExtensions=["mine", "theirs"])
    assert config_files.current(output, {}, {}, [before], []) == whole(
        appName="theirs", pluginUrl="theirs", disabledExtensions=["theirs"]
    )


def test_entries_of_labextensions_in_the_site_stay() -> None:
    entries = [{"name": "a"}, {"name": "b"}]
    before = whole(federated_extensions=entries)
    left = config_files.current(before, {}, {}, [before], ["b"])
    assert left == whole(federated_extensions=[{"name": "b"}])


@pytest.mark.parametrize("document", [None, [], "x", {"metadata": None}, {"metadata": {}}])
def test_a_file_without_a_part_is_as_good_as_an_empty_one(document: Any) -> None:
    assert config_files.part_of("lab/jupyter-lite.ipynb", document) == {}


def test_the_part_of_a_notebook_is_in_its_metadata() -> None:
    document = {"cells": [], "metadata": {"kernelspec": {}, "jupyter-lite": {"a": 1}}}
    assert config_files.part_of("jupyter-lite.ipynb", document) == {"a": 1}
    assert config_files.with_part("jupyter-lite.ipynb", document, {"b": 2}) == {
        "cells": [],
        "metadata": {"kernelspec": {}, "jupyter-lite": {"b": 2}},
    }
    assert config_files.with_part("jupyter-lite.json", {"a": 1}, {"b": 2}) == {"b": 2}
