# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The version, and other facts that stand in more than one file."""

import importlib.metadata
import json
import re

import yaml

import jupyterlite_webrtc
from jupyterlite_webrtc.constants import CONFIG_SCHEMA, LABEXTENSION
from sites import REPOSITORY

PACKAGE = json.loads((REPOSITORY / "labextension-src" / "package.json").read_text(encoding="utf-8"))


def test_python_and_npm_agree_about_the_version() -> None:
    assert jupyterlite_webrtc.__version__ == PACKAGE["version"]


def test_the_installed_distribution_is_this_version() -> None:
    assert importlib.metadata.version("jupyterlite-webrtc") == jupyterlite_webrtc.__version__


def test_python_and_npm_agree_about_the_labextension() -> None:
    assert PACKAGE["name"] == LABEXTENSION
    assert PACKAGE["jupyterlab"]["outputDir"] == "../jupyterlite_webrtc/labextension"


def test_the_installed_labextension_is_this_version() -> None:
    built = REPOSITORY / "jupyterlite_webrtc" / "labextension" / "package.json"
    assert json.loads(built.read_text(encoding="utf-8"))["version"] == PACKAGE["version"]


def test_the_addon_is_registered_with_jupyterlite() -> None:
    (addon,) = importlib.metadata.entry_points(
        group="jupyterlite.addon.v0", name="jupyterlite-webrtc"
    )
    assert addon.load().__name__ == "WebRtcAddon"


def test_the_newest_entry_of_the_changelog_is_of_this_version() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    # between what tools of the ecosystem look for
    newest = changelog.split("<!-- <START NEW CHANGELOG ENTRY> -->")[1]
    newest = newest.split("<!-- <END NEW CHANGELOG ENTRY> -->")[0]
    (heading,) = re.findall(r"^## (.+)$", newest, re.MULTILINE)
    assert heading.removesuffix(" (unreleased)") == jupyterlite_webrtc.__version__


def test_the_schema_of_the_configuration_is_of_the_version_that_its_name_says() -> None:
    schema = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))
    assert schema["$id"] == CONFIG_SCHEMA.name
    # the predecessor's and ours up to here: another number is another format
    assert CONFIG_SCHEMA.name == "webrtc.v0.schema.json"


def test_the_schema_of_the_settings_is_that_of_the_built_labextension() -> None:
    built = REPOSITORY / "jupyterlite_webrtc" / "labextension" / "schemas" / LABEXTENSION
    source = REPOSITORY / "labextension-src" / "schema" / "plugin.json"
    assert (built / "plugin.json").read_bytes() == source.read_bytes()


def test_each_release_is_tried_on_the_pythons_that_it_names() -> None:
    classifiers = importlib.metadata.metadata("jupyterlite-webrtc").get_all("Classifier") or []
    named = [each.rsplit(" ", 1)[1] for each in classifiers if re.search(r":: 3\.\d+$", each)]
    workflow = REPOSITORY / ".github" / "workflows" / "distributions.yml"
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    assert jobs["install"]["strategy"]["matrix"]["python"] == named
    requires = importlib.metadata.metadata("jupyterlite-webrtc")["Requires-Python"]
    assert requires == f">={named[0]}"
