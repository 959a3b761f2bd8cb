# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is ours is put into a configuration file, and all else there stays as it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlite_webrtc import config_files
from jupyterlite_webrtc.config_files import OurPart
from jupyterlite_webrtc.constants import DISABLED_PLUGINS, LABEXTENSIONS
from site_parts import take_out


def entries(names: Any) -> Any:
    """Write some entries of ``federated_extensions``, in the order of JupyterLite, each once."""
    each = names.map(lambda name: {"name": name})
    lists = st.lists(each, max_size=4, unique_by=str)
    return lists.map(lambda found: sorted(found, key=lambda entry: str(entry["name"])))


#: what a file may hold: of ours, and of others
DATA = st.fixed_dictionaries(
    {},
    optional={
        "appName": st.sampled_from(["A", "B"]),
        "collaborative": st.booleans(),
        "signalingServers": st.just(["wss://a"]),
        "webRtcRoomPrefix": st.text(),
        "litePluginSettings": st.dictionaries(st.sampled_from(["p:q", "r:s"]), st.integers()),
        "disabledExtensions": st.lists(st.sampled_from(["a", "b", *DISABLED_PLUGINS[:3]])),
        "federated_extensions": entries(st.sampled_from(["@a/b", "z", *LABEXTENSIONS])),
    },
)


def copy(data: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(data))
    return copied


@given(DATA, DATA)
def test_what_is_others_stays_and_what_is_ours_is_as_told(
    data: dict[str, Any], told: dict[str, Any]
) -> None:
    before = copy(data)
    result = copy(OurPart.of(told).put_into(data))
    assert data == before
    left, wanted = copy(data), copy(told)
    take_out(left)
    ours = take_out(wanted)
    if "disabledExtensions" in ours:
        # each once, whoever wrote it twice
        ours["disabledExtensions"] = sorted({*ours["disabledExtensions"]})
    assert take_out(result) == ours
    assert result == left


@given(DATA)
def test_what_is_as_it_should_be_is_not_touched(data: dict[str, Any]) -> None:
    part = OurPart.of(data)
    once = part.put_into(data)
    assert part.put_into(once) == once
    if len({*data.get("disabledExtensions", [])}) == len(data.get("disabledExtensions", [])):
        assert once == data


@given(DATA, DATA)
def test_one_file_comes_over_another_as_jupyterlite_has_it(
    base: dict[str, Any], own: dict[str, Any]
) -> None:
    key = "disabledExtensions"
    joined = {**base, **own, key: [*base.get(key, []), *own.get(key, [])]}
    key = "federated_extensions"
    named = {entry["name"]: entry for entry in [*base.get(key, []), *own.get(key, [])]}
    joined[key] = list(named.values())
    assert OurPart.of(own).over(OurPart.of(base)) == OurPart.of(joined)


@pytest.mark.parametrize(
    "data",
    [
        {"disabledExtensions": "x", "federated_extensions": {"name": "x"}},
        {"disabledExtensions": [1, {"a": 2}], "federated_extensions": [1, {"no": "name"}]},
    ],
)
def test_what_makes_no_sense_is_nobodys(data: dict[str, Any]) -> None:
    assert OurPart.of(data) == OurPart()
    assert OurPart().put_into(data) == data


@pytest.mark.parametrize("document", [None, [], "x", {"metadata": None}, {"metadata": {}}])
def test_a_file_without_a_part_is_as_good_as_an_empty_one(document: Any) -> None:
    assert config_files.part_of("lab/jupyter-lite.ipynb", document) == {}


def test_the_part_of_a_notebook_is_in_its_metadata() -> None:
    part = {"jupyter-config-data": {"a": 1}, "other": 2}
    document = {"cells": [], "metadata": {"kernelspec": {}, "jupyter-lite": part}}
    assert config_files.part_of("jupyter-lite.ipynb", document) == part
    assert config_files.with_data("jupyter-lite.ipynb", document, {"b": 2}) == {
        "cells": [],
        "metadata": {
            "kernelspec": {},
            "jupyter-lite": {"jupyter-config-data": {"b": 2}, "other": 2},
        },
    }
    assert config_files.with_data("jupyter-lite.json", part, {"b": 2}) == {
        "jupyter-config-data": {"b": 2},
        "other": 2,
    }
