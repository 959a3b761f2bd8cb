# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two people replace the same text by the same, at the same moment: it stands once (P1)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.sites import NOTEBOOK, TEXT

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: who they are
NAMES = ("Ada", "Grace")

#: how often they do: a message may come in between
ROUNDS = 5

#: does what *Replace All* and formatters do, at a given moment
REPLACE = """([at, text]) => new Promise(done => setTimeout(() => {
    const { content, context } = jupyterapp.shell.currentWidget;
    const cell = content.widgets?.find(({ model }) => model.type === 'code');
    (cell ?? context).model.sharedModel.setSource(text);
    done();
}, at - Date.now()))"""

#: the same, and does not wait for it
BEGIN = f"arguments => {{ void ({REPLACE})(arguments); }}"


@pytest.mark.parametrize(("app", "path"), [("edit", TEXT), ("notebooks", NOTEBOOK)])
def test_what_two_people_replace_by_the_same_at_once_stands_once(
    app: str, path: str, peers: Peers, site_url: str
) -> None:
    pages = [visit(peers.new(name), site_url, app, path, room="r1").shown() for name in NAMES]
    for page in pages:
        page.wait_company(1)
    for number in range(ROUNDS):
        text = f"quite another text, number {number}"
        moment = (time.time() + 0.2) * 1000
        for begin, page in zip((BEGIN, REPLACE), pages, strict=True):
            page.page.evaluate(begin, [moment, text])
        # what each types comes after what they have replaced
        for page, name in zip(pages, NAMES, strict=True):
            page.type_at_end(f"<{name}{number}>")
        for page in pages:
            page.wait_text(text, *(f"<{name}{number}>" for name in NAMES))
