# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a page of a Jupyter server says of its configuration."""

import json

import pytest

from jupyterlite_webrtc import page_config, server_page

#: a page as JupyterLab's server makes it
PAGE = """<!doctype html><html><head><title>JupyterLab</title>
<script id="other" type="application/json">{"federated_extensions": 1}</script>
<script id="jupyter-config-data" type="application/json">%s</script>
<script>let x = '</scrip' + 't>';</script></head><body></body></html>"""

CONFIG = {"federated_extensions": [], "collaborative": True, "baseUrl": "/user/ada/"}


def test_the_configuration_is_that_of_the_page_with_urls_as_they_are_written() -> None:
    config = {**CONFIG, "fullWebRtcSignalingUrls": ["/user/ada/signaling", "wss://y"]}
    found = server_page.config_in((PAGE % json.dumps(config)).encode())
    assert found == {**CONFIG, "fullWebRtcSignalingUrls": ["./user/ada/signaling", "wss://y"]}
    assert page_config.mistakes(found) == []


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"baseUrl": "/"}', "{", "null"])
def test_a_page_that_asks_for_a_password_or_anything_else_has_none(config: str) -> None:
    assert server_page.config_in((PAGE % config).encode()) is None
    assert server_page.config_in(config.encode()) is None
    assert server_page.config_in(b"\xff<script id=jupyter-config-data>" + config.encode()) is None


def test_a_mistake_in_urls_is_found_as_it_is_written() -> None:
    config = {**CONFIG, "fullWebRtcSignalingUrls": [1, "http://x"]}
    found = server_page.config_in((PAGE % json.dumps(config)).encode())
    assert found == config
    assert "is not a signaling URL" in " ".join(page_config.mistakes(found))
