# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Log lines of a signaling server: no topic, no content, and never without bound."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from .rates import TokenBucket

#: lines per second in the long run, and at once: an attack must not fill a disk
LINES_PER_SECOND = 10
LINES_AT_ONCE = 100

#: the parent of all loggers of the server
log = logging.getLogger("jupyterlite_webrtc.signaling")

#: of the event loop, which has a line, or a traceback, for each connection that it can't accept
loop_log = logging.getLogger("asyncio")


def report(level: int, event: str, sentence: str, **fields: str | float) -> None:
    """Log something.

    Parameters
    ----------
    level : int
        As of `logging`.
    event : str
        A name for it that doesn't change, for programs.
    sentence : str
        For people.
    **fields : str or number
        What differs each time, for programs.
    """
    log.log(level, sentence, extra={"event": event, "fields": fields})


class Flood(logging.Filter):
    """Let through so many lines, and say how many are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._bucket = TokenBucket(LINES_PER_SECOND, LINES_AT_ONCE, time.monotonic())
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Decide on a line.

        Parameters
        ----------
        record : logging.LogRecord
            The line.

        Returns
        -------
        bool
            Whether it is written.
        """
        now = time.monotonic()
        if self._bucket.take(0 if self._left_out else 1, now):
            self._left_out += 1
            return False
        if self._left_out:
            self._bucket.take(1, now)
            record.msg = f"{record.msg} ({self._left_out} lines before it were left out)"
            self._left_out = 0
        return True


class JsonFormatter(logging.Formatter):
    """Write a line as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line.

        Parameters
        ----------
        record : logging.LogRecord
            Of `report`, or of a library.

        Returns
        -------
        str
            JSON with time (seconds since 1970), level, event and message at least.
        """
        fields: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "event": getattr(record, "event", record.name),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def configure(log_format: str, level: str) -> None:
    """Write the server's log, and the event loop's, to stderr.

    Parameters
    ----------
    log_format : {"text", "json"}
        How.
    level : str
        The least that is written, as "WARNING".
    """
    handler = logging.StreamHandler()
    handler.addFilter(Flood())
    if log_format == "json":
        handler.setFormatter(JsonFormatter())
    log.setLevel(level)
    for logger in (log, loop_log):
        logger.handlers = [handler]
        logger.propagate = False
