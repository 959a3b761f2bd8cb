# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the browser keeps of documents stays small."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit, wait_all_saved
from harness.sites import TEXT

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = [pytest.mark.usefixtures("site_signaling"), pytest.mark.thorough]

#: what each types again and again, without a rest: at each ``<`` they take back a letter
WORDS = (
    "It is a truth universally acknowledged, that a single man in posession<<<<<<session of a good "
    "fortune, must be in want of a wife. However little known the feelings or views of such a man "
    "may be on his first entering a neighbourhood, thsi<<is truth is so well fixed in the minds of "
    "the surrounding families, that he is considered as the rightful property of some one. "
)

#: how many letters there are at least where it holds: fewer than slow people type in ten minutes
LARGE = 4000

#: how many there are in the end
LARGEST = 5000

#: the bytes of what is stored, by what it is; the browser's own count has its log in it
STORED = """async () => {
    const answer = request =>
        new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
    const sizeOf = value =>
        ArrayBuffer.isView(value)
            ? value.byteLength
            : typeof value === 'object' && value !== null
              ? Object.entries(value).reduce((sum, [k, v]) => sum + k.length + sizeOf(v), 0)
              : String(value).length;
    const stored = {};
    for (const { name } of await indexedDB.databases()) {
        if (!name.startsWith('jupyterlite-webrtc/')) {
            continue;
        }
        const db = await answer(indexedDB.open(name));
        const last = name.slice(name.lastIndexOf('/') + 1);
        const kind = /^[0-9a-f]{64}$/.test(last) ? 'history' : last;
        for (const store of db.objectStoreNames) {
            const all = await answer(db.transaction(store).objectStore(store).getAll());
            stored[kind] = (stored[kind] ?? 0) + sizeOf(all);
        }
        db.close();
    }
    return stored;
}"""


def press(page: JupyterPage, keys: str) -> None:
    """Type, and take back."""
    keyboard = page.page.keyboard
    for number, part in enumerate(keys.split("<")):
        if number:
            keyboard.press("Backspace")
        keyboard.type(part)


def left(keys: str) -> str:
    """Give what is left of what is typed."""
    while "<" in keys:
        keys = re.sub("[^<]<", "", keys)
    return keys


def test_what_a_browser_keeps_while_three_people_type_is_at_most_three_times_the_text(
    peers: Peers, site_url: str
) -> None:
    people = [
        visit(peers.new(name), site_url, "edit", TEXT, room="r1").shown()
        for name in ("Ada", "Grace", "Joan")
    ]
    for page in people:
        page.wait_status("connected", 2)
    people[0].type_at_end("\n")
    people[0].page.keyboard.type("<ada>\n<grace>\n<joan>")
    for number, page in enumerate(people):
        page.wait_text("<joan>")
        page.editors.first.click()
        page.page.keyboard.press("Control+End")
        for _ in range(len(people) - 1 - number):
            page.page.keyboard.press("ArrowUp")
        page.page.keyboard.press("End")
    line = left(WORDS)
    times = LARGEST // (len(people) * len(line)) + 1
    words = WORDS.split(" ")
    for time in range(times):
        # word by word, as if at once
        for word in words:
            for page in people:
                press(page, word + " " if word else "")
        length = (time + 1) * len(people) * len(line)
        stored = people[0].page.evaluate(STORED)
        if length > LARGE:
            assert sum(stored.values()) < 3 * length, stored
    for page in people:
        page.wait_text("<ada>", "<grace>", "<joan>")
    wait_all_saved(*people)
    for page in people:
        # each in their line, whole
        assert page.drive_text(TEXT).count(line) == len(people) * times
