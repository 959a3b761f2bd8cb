# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How processes write what they publish to each other by Redis, and read it.

The name of the process, a version, the kind, the sum that the script in Redis puts in, and the
message itself.
"""

from __future__ import annotations

import re

from .protocol import Publish, Relay

#: bytes of a process's name, which is hexadecimal
NAME_BYTES = 16

#: says how all that follows is written: another release, which writes otherwise, says otherwise
_VERSION = b"1"

_TEXT, _BINARY = b"t", b"b"

#: what stands before a message
_HEAD = re.compile(rb"[0-9a-f]{%d}%s([tb])([0-9a-f]{8})" % (NAME_BYTES, _VERSION))

#: adds up the subscribers of a topic in all processes that live, publishes, and returns the sum;
#: where there was something else than numbers, 0 is published, and -1 returned
PUBLISH_SCRIPT = """
local total, known = 0, true
local counts = redis.pcall('HGETALL', KEYS[1])
if counts.err then
  redis.call('DEL', KEYS[1])
  known = false
end
for i = 1, #counts, 2 do
  local count = tonumber(counts[i + 1])
  if not (count and count > 0 and count < 1e6) then
    redis.call('HDEL', KEYS[1], counts[i])
    known = false
  elseif redis.call('EXISTS', ARGV[1] .. counts[i]) == 1 then
    total = total + count
  else
    redis.call('HDEL', KEYS[1], counts[i])
  end
end
if not known then
  total = 0
end
redis.call('PUBLISH', KEYS[2], ARGV[2] .. string.format('%08x', total) .. ARGV[3])
return known and total or -1
"""


def encode(name: bytes, message: Publish | Relay) -> tuple[bytes, bytes]:
    """Write a message.

    Parameters
    ----------
    name : bytes
        Of this process.
    message : Publish or Relay
        The message.

    Returns
    -------
    tuple of bytes
        What comes before the sum, and what comes behind it.
    """
    if isinstance(message, Relay):
        return name + _VERSION + _BINARY, message.frame
    return name + _VERSION + _TEXT, message.text.encode()


def decode(topic: str, data: bytes) -> tuple[Publish | Relay, int]:
    """Read what another process published.

    Parameters
    ----------
    topic : str
        Of the channel that it came by.
    data : bytes
        All of it.

    Returns
    -------
    tuple of Publish or Relay, and int
        The message, and the number of subscribers in all processes; 0 if that is not known.

    Raises
    ------
    ValueError
        If it can't be read, or was written by another release.
    """
    head = _HEAD.match(data)
    if head is None:
        raise ValueError(data)
    kind, total = head.groups()
    body = data[head.end() :]
    if kind == _BINARY:
        return Relay(topic, body), int(total, 16)
    text = body.decode()
    # of an object, which each process has parsed before it published
    if not (text.lstrip().startswith("{") and text.rstrip().endswith("}")):
        raise ValueError(text)
    return Publish(topic, text), int(total, 16)


def size(message: Publish | Relay) -> int:
    """Count the bytes of a frame, or the characters of a text."""
    return len(message.frame if isinstance(message, Relay) else message.text)
