# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Let several processes act as one signaling server, by way of Redis or Valkey.

Each process subscribes to a topic's channel as long as it has subscribers of its own, and keeps
their number in a hash beside it. To publish is one script in Redis, which adds up the numbers and
sends; so ``clients`` is right for all, and everybody sees one order. The process that published
delivers to its own clients when the script returns, and ignores what comes back by the channel.

Others may write to Redis, too: a message that can't be read, or that another release has written,
is passed over, and a number that is none is thrown away; the sum is 0 then, by which each process
knows that it has to put down its number again.

A process that dies takes its numbers along: they count as long as its lease is renewed. While
Redis is out of reach each process serves its own clients, and puts all down again afterwards;
nothing in Redis has to survive.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from . import bus_messages
from .admission import OptionError
from .bus_messages import NAME_BYTES
from .hub import Subscriber
from .limits import MIB
from .logs import report
from .tasks import end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

    from .exchange import Publication
    from .protocol import Publish, Relay

#: what the names of all keys and channels begin with
PREFIX = b"jupyterlite-webrtc:"

#: seconds in which Redis answers, or is taken for lost: less than a user's patience
ANSWER_SECONDS = 3

#: seconds for which the subscribers of a process that is gone are still counted
LEASE_SECONDS = 15

#: seconds between two renewals of a lease: two may fail
RENEWAL_SECONDS = 5

#: seconds between two attempts to find a lost Redis again: grows from the first to the second
RETRY_SECONDS = (0.2, 5.0)

#: seconds for which Redis keeps the numbers of a topic that nobody touches, in case all processes
#: died, and between two times that they are touched
COUNTS_SECONDS = 3600
REFRESH_SECONDS = 600

#: publications that wait for Redis, and their characters or bytes; what is more is delivered here
MAX_WAITING = 20_000
MAX_WAITING_BYTES = 32 * MIB

#: what is sent to Redis in one go
BATCH = 500

#: what Redis says of a key that holds something else than it should
_WRONG_TYPE = "WRONGTYPE"

#: how many of a topic's subscribers are here
_Count = tuple[str, int]


@dataclass(frozen=True)
class BusEvents(Generic[Subscriber]):
    """What a bus wants to know, and tells."""

    #: delivers a message to those who are here; with its sender if that is here too, and with the
    #: number of subscribers in all processes if that is known
    deliver: Callable[[Publish | Relay, Subscriber | None, int | None], None]
    #: tells the number of a topic's subscribers who are here
    count: Callable[[str], int]
    #: lists the topics with those numbers
    counts: Callable[[], dict[str, int]]
    #: called when Redis is lost
    on_loss: Callable[[], None]
    #: called for what can't be read in Redis
    on_malformed: Callable[[], None]


class RedisBus(Generic[Subscriber]):
    """Reach the subscribers of a topic in all processes.

    Parameters
    ----------
    url : str
        As ``redis://127.0.0.1:6379/0``; ``rediss://`` is with TLS, ``unix://`` a socket.
    events : BusEvents
        The rest of the process.

    Raises
    ------
    OptionError
        If the URL isn't one, or if the Python package is missing.
    """

    def __init__(self, url: str, events: BusEvents[Subscriber]) -> None:
        self._client = _client(url)
        self._events = events
        self._name = secrets.token_hex(NAME_BYTES // 2).encode()
        self._waiting: deque[Publication[Subscriber] | _Count] = deque()
        self._waiting_bytes = 0
        self._malformed_is_said = False
        self._loss_is_said = False
        self._in_flight: list[Publication[Subscriber]] = []
        self._is_wanted = asyncio.Event()
        self._listening: set[bytes] = set()
        self._confirmations: dict[bytes, asyncio.Future[None]] = {}
        self._up = asyncio.Event()
        self._errors: tuple[type[Exception], ...] = _errors()

    @property
    def is_up(self) -> bool:
        """Whether Redis is there."""
        return self._up.is_set()

    def publish(self, publication: Publication[Subscriber]) -> None:
        """Send a message to all subscribers of its topic; to those who are here, in any case.

        Parameters
        ----------
        publication : Publication
            The message and its sender.
        """
        size = bus_messages.size(publication.message)
        is_bounded = self._waiting_bytes + size <= MAX_WAITING_BYTES
        if self.is_up and is_bounded and len(self._waiting) < MAX_WAITING:
            self._waiting_bytes += size
            self._enqueue(publication)
        else:
            self._events.deliver(publication.message, publication.sender, None)

    def note_count(self, topic: str, count: int) -> None:
        """Tell the others how many subscribers a topic has here.

        Parameters
        ----------
        topic : str
            The topic.
        count : int
            0 if it has none any more.
        """
        if self.is_up:
            self._enqueue((topic, count))

    async def wait_until_up(self, seconds: float = ANSWER_SECONDS) -> None:
        """Wait for Redis, but not for ever.

        Parameters
        ----------
        seconds : float
            At most.
        """
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._up.wait(), seconds)

    async def run(self) -> None:
        """Keep in touch with Redis until this is cancelled."""
        retry, longest = RETRY_SECONDS
        while True:
            try:
                await self._work_together()
            # whatever it is: without this task, other processes are out of reach for ever
            except Exception as error:  # noqa: BLE001
                if not self._loss_is_said:
                    self._loss_is_said = True
                    retry = RETRY_SECONDS[0]
                    report(
                        logging.WARNING,
                        "bus_lost",
                        f"The bus is out of reach ({type(error).__name__}): only clients of this "
                        "process find each other until it is back",
                        error=type(error).__name__,
                    )
            await asyncio.sleep(retry * random.uniform(0.5, 1))  # noqa: S311 (no secret)
            retry = min(2 * retry, longest)

    async def close(self) -> None:
        """Stop being counted."""
        with suppress(*self._errors):
            await self._client.delete(self._lease)
        with suppress(*self._errors):
            await self._client.aclose()

    @property
    def _lease(self) -> bytes:
        return PREFIX + b"process:" + self._name

    def _enqueue(self, item: Publication[Subscriber] | _Count) -> None:
        self._waiting.append(item)
        self._is_wanted.set()

    def _enqueue_counts(self) -> None:
        for item in self._events.counts().items():
            self._enqueue(item)

    def _lose(self) -> None:
        """Deliver here what was on its way."""
        if self.is_up:
            self._up.clear()
            self._events.on_loss()
        for future in self._confirmations.values():
            future.cancel()
        self._confirmations.clear()
        self._listening.clear()
        left, self._in_flight = self._in_flight, []
        left += [item for item in self._waiting if not isinstance(item, tuple)]
        self._waiting.clear()
        self._waiting_bytes = 0
        for publication in left:
            self._events.deliver(publication.message, publication.sender, None)

    async def _work_together(self) -> None:
        """Be connected; ends with an error."""
        script = await self._client.script_load(bus_messages.PUBLISH_SCRIPT)
        pubsub = self._client.pubsub()
        try:
            # a channel of its own, so that there is something to listen to from the start
            await pubsub.subscribe(self._lease)
            await self._client.set(self._lease, 1, ex=LEASE_SECONDS)
            self._up.set()
            self._loss_is_said = False
            report(logging.INFO, "bus_up", "The bus connects this process with others")
            self._enqueue_counts()
            tasks = [
                asyncio.create_task(work)
                for work in (self._listen(pubsub), self._send(pubsub, script), self._renew())
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                await end(*tasks)
        finally:
            self._lose()
            with suppress(*self._errors):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # upstream
            with suppress(*self._errors):
                await self._client.connection_pool.disconnect()

    async def _renew(self) -> None:
        """Tell that this process lives."""
        loop = asyncio.get_running_loop()
        refreshed = loop.time()
        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            before = await self._client.set(self._lease, 1, ex=LEASE_SECONDS, get=True)
            if before is None or loop.time() > refreshed + REFRESH_SECONDS:
                # others may have taken this process for dead
                self._enqueue_counts()
                refreshed = loop.time()

    async def _listen(self, pubsub: PubSub) -> None:
        """Deliver what other processes publish."""
        prefix = _channel("")
        while True:
            message = await pubsub.get_message(timeout=None)  # for ever
            if message is None:
                continue
            channel: bytes = message["channel"]
            if message["type"] in {"subscribe", "unsubscribe"}:
                future = self._confirmations.pop(channel, None)
                if future is not None and not future.done():
                    future.set_result(None)
            elif message["type"] == "message" and channel.startswith(prefix):
                self._receive(channel[len(prefix) :].decode(), message["data"])

    def _receive(self, topic: str, data: bytes) -> None:
        if data.startswith(self._name):
            # our own was delivered when the script returned
            return
        try:
            message, clients = bus_messages.decode(topic, data)
        except ValueError:
            self._note_malformed()
        else:
            self._deliver(message, None, clients)

    def _deliver(self, message: Publish | Relay, sender: Subscriber | None, clients: int) -> None:
        """Deliver here; if our number has got lost in Redis, put it down again."""
        here = 0 if clients else self._events.count(message.topic)
        if here:
            self._enqueue((message.topic, here))
        self._events.deliver(message, sender, clients or None)

    def _note_malformed(self) -> None:
        self._events.on_malformed()
        if not self._malformed_is_said:
            self._malformed_is_said = True
            report(
                logging.WARNING,
                "bus_malformed",
                "Something in Redis can't be read, and is passed over: nothing but signaling "
                "servers of one release should write there (said once; the metrics count)",
            )

    async def _send(self, pubsub: PubSub, script: str) -> None:
        """Bring to Redis what waits, in its order."""
        while True:
            await self._is_wanted.wait()
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            if not self._waiting:
                self._is_wanted.clear()
            counts = dict(item for item in batch if isinstance(item, tuple))
            self._in_flight = [item for item in batch if not isinstance(item, tuple)]
            self._waiting_bytes -= sum(bus_messages.size(item.message) for item in self._in_flight)
            await self._listen_to(pubsub, (topic for topic, count in counts.items() if count))
            pipeline = self._client.pipeline(transaction=False)
            for item in batch:
                if isinstance(item, tuple):
                    self._put_count(pipeline, *item)
                else:
                    self._put_publication(pipeline, script, item.message)
            results = await pipeline.execute(raise_on_error=False)
            for result in results:
                if isinstance(result, Exception):
                    if _WRONG_TYPE not in str(result):
                        raise result
                    # the next publication there throws it away
                    self._note_malformed()
            sums = [n for item, n in zip(_doubled(batch), results, strict=True) if item is not None]
            published, self._in_flight = self._in_flight, []
            for publication, clients in zip(published, sums, strict=True):
                if clients < 0:
                    self._note_malformed()
                self._deliver(publication.message, publication.sender, max(0, clients))
            await self._forget(pubsub, (topic for topic, count in counts.items() if not count))

    async def _listen_to(self, pubsub: PubSub, topics: Iterable[str]) -> None:
        new = [channel for topic in topics if (channel := _channel(topic)) not in self._listening]
        if not new:
            return
        loop = asyncio.get_running_loop()
        futures = {channel: loop.create_future() for channel in new}
        self._confirmations.update(futures)
        await pubsub.subscribe(*new)
        # whoever is counted must be reached
        await asyncio.wait_for(asyncio.gather(*futures.values()), ANSWER_SECONDS)
        self._listening.update(new)

    async def _forget(self, pubsub: PubSub, topics: Iterable[str]) -> None:
        now = self._events.counts()
        old = [
            channel
            for topic in topics
            if not now.get(topic) and (channel := _channel(topic)) in self._listening
        ]
        if old:
            await pubsub.unsubscribe(*old)
            self._listening.difference_update(old)

    def _put_count(self, pipeline: Any, topic: str, count: int) -> None:  # noqa: ANN401 (untyped)
        key = _counts_key(topic)
        if count:
            pipeline.hset(key, self._name, count)
        else:
            pipeline.hdel(key, self._name)
        pipeline.expire(key, COUNTS_SECONDS)

    def _put_publication(
        self,
        pipeline: Any,  # noqa: ANN401 (untyped)
        script: str,
        message: Publish | Relay,
    ) -> None:
        keys = (_counts_key(message.topic), _channel(message.topic))
        parts = bus_messages.encode(self._name, message)
        pipeline.evalsha(script, 2, *keys, PREFIX + b"process:", *parts)


def _doubled(
    batch: list[Publication[Subscriber] | _Count],
) -> Iterable[Publication[Subscriber] | None]:
    """Name the publication that each result of a pipeline belongs to: a count has two of none."""
    for item in batch:
        if isinstance(item, tuple):
            yield None
            yield None
        else:
            yield item


def _channel(topic: str) -> bytes:
    return PREFIX + b"topic:" + topic.encode()


def _counts_key(topic: str) -> bytes:
    return PREFIX + b"count:" + topic.encode()


def _client(url: str) -> Redis:
    try:
        from redis.asyncio import Redis  # noqa: PLC0415 (an extra)
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
    except ImportError:
        raise OptionError(
            "--bus needs the Python package redis: run `pip install 'jupyterlite-webrtc[redis]'`."
        ) from None
    try:
        return Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            # what is lost in between must be put down again, which the library can't
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        raise OptionError(
            "--bus is no URL of a Redis or Valkey server: write it as redis://127.0.0.1:6379/0."
        ) from error


def _errors() -> tuple[type[Exception], ...]:
    """Name what can happen to a connection."""
    from redis.exceptions import RedisError  # noqa: PLC0415 (an extra)

    return (RedisError, OSError, asyncio.TimeoutError)
