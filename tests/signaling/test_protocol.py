# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is a message, what is refused, and what becomes of a publish."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlite_webrtc.signaling.closing import ProtocolError
from jupyterlite_webrtc.signaling.protocol import (
    PONG,
    Features,
    Ping,
    Publish,
    Relay,
    Subscribe,
    Unsubscribe,
    parse,
)

#: bytes of the reason in a close frame (RFC 6455, sections 5.5 and 5.5.1)
MAX_REASON_BYTES = 123

UNDERSTOOD = {
    '{"type":"subscribe","topics":["a","b"]}': Subscribe(("a", "b")),
    '{"type":"subscribe","topics":[]}': Subscribe(()),
    '{"type":"subscribe","topics":[""]}': Subscribe(("",)),
    '{"type":"unsubscribe","topics":["ä"]}': Unsubscribe(("ä",)),
    ' {"topics":["\\u00e4"],"type":"unsubscribe","more":1}\n': Unsubscribe(("ä",)),
    '{"type":"ping"}': Ping(),
    '{"type":"features"}': Features(),
    b"\x01\x01a": Relay("a", b"\x01\x01a"),
    b"\x01\x00\xff": Relay("", b"\x01\x00\xff"),
    "\u00e4".encode().join([b"\x01\x02", b"\x00rest"]): Relay("ä", b"\x01\x02\xc3\xa4\x00rest"),
    # newer clients may know more
    '{"type":"pong"}': None,
    '{"type":"something new","topics":5}': None,
}

REFUSED = {
    # not JSON, or not what a browser takes for JSON
    "": 1007,
    "x": 1007,
    "{": 1007,
    '{"type":"ping"} {"type":"ping"}': 1007,
    '{"type":"publish","topic":"a","data":NaN}': 1007,
    '{"type":"publish","topic":"a","data":-Infinity}': 1007,
    '{"type":"publish","topic":"a","data":' + "9" * 5000 + "}": 1007,
    "[" * 50_000: 1007,
    '{"a":' * 10_000: 1007,
    # no object
    "5": 1007,
    "null": 1007,
    '"ping"': 1007,
    '[{"type":"ping"}]': 1007,
    # an object that no client sends
    "{}": 1008,
    '{"type":5}': 1008,
    '{"type":null,"topics":[]}': 1008,
    '{"type":"subscribe"}': 1008,
    '{"type":"subscribe","topics":5}': 1008,
    '{"type":"subscribe","topics":"a"}': 1008,
    '{"type":"subscribe","topics":{"a":1}}': 1008,
    '{"type":"subscribe","topics":["a",5]}': 1008,
    '{"type":"unsubscribe","topics":[["a"]]}': 1008,
    '{"type":"publish"}': 1008,
    '{"type":"publish","topic":5}': 1008,
    '{"type":"publish","topic":["a"],"data":1}': 1008,
    # half of a surrogate pair, which UTF-8 can't write
    '{"type":"subscribe","topics":["\\ud800"]}': 1007,
    '{"type":"publish","topic":"\\udfff"}': 1007,
    # neither text nor a relayed frame
    b'{"type":"ping"}': 1003,
    b"": 1003,
    b"\x01": 1003,
    b"\x02\x01a": 1003,
    # a relayed frame whose topic isn't all there, or no text
    b"\x01\x02a": 1008,
    b"\x01\x01\xff": 1007,
}


def short(frame: object) -> str:
    """Name a parameter set."""
    return repr(frame)[:60]


@pytest.mark.parametrize(("frame", "message"), UNDERSTOOD.items(), ids=short)
def test_is_understood(frame: str | bytes, message: object) -> None:
    assert parse(frame) == message


@pytest.mark.parametrize(("frame", "code"), REFUSED.items(), ids=short)
def test_is_refused_with_a_code(frame: str | bytes, code: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse(frame)
    assert caught.value.code == code


@given(
    st.one_of(
        st.text(), st.binary(), st.binary().map(b"\x01".__add__), st.from_regex(r"\{\"type\":.*\}")
    )
)
def test_anything_at_all_is_a_message_or_is_refused_in_a_reason_that_fits(
    frame: str | bytes,
) -> None:
    reason = "fits"
    try:
        parse(frame)
    except ProtocolError as error:
        reason = error.reason
    assert 0 < len(reason.encode()) <= MAX_REASON_BYTES


def refuse_constant(name: str) -> Any:
    """Do as JSON.parse does."""
    raise ValueError(name)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
).filter(lambda value: "Infinity" not in json.dumps(value))

WHITESPACE = st.text(" \t\r\n", max_size=3)


@given(
    topic=st.text(),
    rest=st.dictionaries(st.text().filter(lambda key: key not in {"type", "topic"}), JSON_VALUES),
    clients=st.integers(0, 5000),
    ensure_ascii=st.booleans(),
    space=st.tuples(WHITESPACE, WHITESPACE),
)
def test_a_publish_goes_out_as_it_came_with_the_number_of_clients(
    topic: str, rest: dict[str, Any], clients: int, ensure_ascii: bool, space: tuple[str, str]
) -> None:
    sent = {"type": "publish", "topic": topic, **rest}
    message = parse(space[0] + json.dumps(sent, ensure_ascii=ensure_ascii) + space[1])
    assert isinstance(message, Publish)
    assert message.topic == topic
    received = json.loads(message.serialise(clients), parse_constant=refuse_constant)
    assert received == {**sent, "clients": clients}


def test_numbers_keep_their_digits() -> None:
    # a glare token of y-webrtc, and numbers that Python would write otherwise
    text = '{"type":"publish","topic":"t","token":1795417453927.6173,"x":1e400,"y":1.10}'
    message = parse(text)
    assert isinstance(message, Publish)
    assert message.serialise(3) == text[:-1] + ',"clients":3}'
    assert math.isinf(json.loads(message.serialise(3))["x"])  # as in a browser


def test_a_pong_is_what_clients_expect() -> None:
    assert json.loads(PONG) == {"type": "pong"}
