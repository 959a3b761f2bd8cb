# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the build says of addresses is what Chromium itself says (P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import addresses
from jupyterlite_webrtc import config_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser

#: where the page is that tries them: on http, where ws:// is no mixed content
PAGE = "http://page.example/"

#: hand each address to the browser
TRY = """({signaling, ice}) => {
    const isTaken = make => {
        try {
            make().close();
            return true;
        } catch {
            return false;
        }
    };
    const servers = urls => ({ iceServers: [{ urls, username: 'a', credential: 'b' }] });
    return {
        signaling: signaling.map(url => isTaken(() => new WebSocket(url))),
        ice: ice.map(url => isTaken(() => new RTCPeerConnection(servers(url)))),
    };
}"""

#: by kind of address: whether Chromium takes it, and whether the build does
SIGNALING = {
    **dict.fromkeys(addresses.GOOD_SIGNALING, (True, True)),
    **dict.fromkeys(addresses.BAD_SIGNALING, (False, False)),
    **dict.fromkeys(addresses.USELESS_SIGNALING, (True, False)),
    **dict.fromkeys(addresses.BEYOND_SIGNALING, (False, True)),
}
ICE = {
    **dict.fromkeys(addresses.GOOD_ICE, (True, True)),
    **dict.fromkeys(addresses.BAD_ICE, (False, False)),
    **dict.fromkeys(addresses.USELESS_ICE, (True, False)),
}


@pytest.mark.gate
def test_the_build_refuses_the_addresses_that_the_browser_refuses(browser: Browser) -> None:
    context = browser.new_context()
    context.route(PAGE, lambda route: route.fulfill(body="", content_type="text/html"))
    page = context.new_page()
    page.goto(PAGE)
    taken = page.evaluate(TRY, {"signaling": [*SIGNALING], "ice": [*ICE]})
    context.close()

    def built(values: Iterable[dict[str, object]]) -> list[bool]:
        return [not config_schema.mistakes(value, dict.fromkeys(value, "")) for value in values]

    def server(url: str) -> dict[str, str]:
        return {"urls": url, "username": "a", "credential": "b"}

    signaling = built({"fullWebRtcSignalingUrls": [url]} for url in SIGNALING)
    ice = built({"webRtcIceServers": [server(url)]} for url in ICE)
    found = zip(taken["signaling"], signaling, strict=True)
    assert dict(zip(SIGNALING, found, strict=True)) == SIGNALING
    assert dict(zip(ICE, zip(taken["ice"], ice, strict=True), strict=True)) == ICE
