# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The docs speak of a page in the words that the page has."""

import re

import pytest

from jupyterlite_webrtc.ice_urls import PUBLIC_ICE_SERVERS
from sites import REPOSITORY

#: where the words of a state are
WORDS = (REPOSITORY / "labextension-src/src/ui/words.ts").read_text(encoding="utf-8")

#: a label, also one that depends on a number or on a condition
LABEL = re.compile(r"label:[^']*trans\.__?n?\(\s*'([^']+)'")


#: what pages have where a README has '
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def labels() -> set[str]:
    """Name what the status can say, without numbers."""
    found = LABEL.findall(WORDS)
    assert len(found) >= 7
    return {label.replace("%1", "").strip(" .…") for label in found}


def test_each_status_has_its_place_in_troubleshooting() -> None:
    page = (REPOSITORY / "docs/guide/troubleshooting.md").read_text(encoding="utf-8")
    headings = "\n".join(re.findall(r"^## (.+)$", page, re.MULTILINE))
    assert [label for label in labels() if label not in headings] == []


def test_each_status_is_in_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = "\n".join(re.findall(r"^\| (.+?) \|", readme, re.MULTILINE)).replace("'", APOSTROPHE)
    # without a room there is no status: only the details of the connection say this
    shown = labels() - {"Not shared"}
    assert [label for label in shown if label not in rows] == []


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/guide/class.md",
        "docs/guide/configuration.md",
        "docs/guide/security.md",
        "jupyterlite_webrtc/addon.py",
        "jupyterlite_webrtc/schema/webrtc.v0.schema.json",
    ],
)
def test_who_is_asked_by_default_is_named_where_people_look(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for server in PUBLIC_ICE_SERVERS:
        host = server["urls"].split(":")[1]
        assert host in text
        assert "Google" in text
    # and how that is switched off
    assert '"webRtcIceServers": []' in text or "empty list" in text
