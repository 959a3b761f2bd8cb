# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A part of a file that goes out in pieces, so that none is ever in memory as a whole."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .limits import KIB

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

#: bytes that are read at once, and that wait for one reader
PIECE_BYTES = 64 * KIB


class FileChangedError(Exception):
    """A file is no longer what it was when its reader was told of it."""


@dataclass(frozen=True)
class Stamp:
    """What a file has of its own as long as nobody writes to it."""

    size: int
    #: nanoseconds since 1970
    modified: int
    #: of the file in its file system: another file may have been moved to its place
    number: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take it from what the system says of a file.

        Parameters
        ----------
        status : os.stat_result
            Of the file.

        Returns
        -------
        Stamp
            Its stamp.
        """
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True)
class FilePart:
    """Some bytes of a file that are sent as they are."""

    path: Path
    stamp: Stamp
    #: the first byte, from 0
    start: int
    length: int

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Read piece by piece, without making others wait for the disk.

        Yields
        ------
        bytes
            At most `PIECE_BYTES`.

        Raises
        ------
        FileChangedError
            If the file was written to, replaced or deleted meanwhile.
        """
        end = self.start + self.length
        for start in range(self.start, end, PIECE_BYTES):
            yield await asyncio.to_thread(self._read, start, min(PIECE_BYTES, end - start))

    def _read(self, start: int, length: int) -> bytes:
        # opened anew each time: a slow reader holds no descriptor but that of its connection
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(start)
                piece = file.read(length)
                is_same = Stamp.of(os.fstat(file.fileno())) == self.stamp
        except OSError as error:
            raise FileChangedError(str(error)) from error
        if not is_same or len(piece) < length:
            raise FileChangedError(str(self.path))
        return piece
