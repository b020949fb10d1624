"""Watches and steers the jobs of a Holdfast server. One file, no dependencies, Python 3.9 or later.

    client = holdfast.Client("http://127.0.0.1:8080")
    job = client.enqueue("inventory", {"path": "/etc", "output": "/var/tmp/etc.jsonl"})
    for event in client.job(job["id"]).events():
        print(event.kind, event.data)

`AsyncClient` has the same names: `await` its calls, and `async for` its events. In a shell,
`python3 holdfast.py URL JOB` prints the events of a job, one JSON object a line, until it ends.
"""
from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import re
import socket
import ssl
import sys
import time
from dataclasses import dataclass
from typing import Any, AsyncIterator, Callable, Generator, Iterable, Iterator, NamedTuple, Union
from urllib.parse import quote, urlencode, urlsplit

_Names = Union[str, Iterable[str]]  # one name or several
_log = logging.getLogger("holdfast")
_TIMEOUTS = (TimeoutError, socket.timeout, asyncio.TimeoutError)  # one class since 3.11
_FAILURES = _TIMEOUTS + (OSError,)


class Error(Exception):
    """A request was refused, or a call got no answer.

    `status` is the HTTP status, None without an answer; `problem` the RFC 9457 object, or {}.
    """

    def __init__(self, status: int | None, problem: Any, text: str = "refused") -> None:
        self.status = status
        self.problem: dict[str, Any] = problem if isinstance(problem, dict) else {}
        text = self.problem.get("detail") or text
        super().__init__(f"{status}: {text}" if status else text)


class Event(NamedTuple):
    """One event, or a `stream.snapshot` or `stream.gap`, which are not stored."""

    id: str  #: The cursor behind the event; give it as `after=`, with `log`.
    kind: str  #: Such as "step.completed".
    text: str  #: The JSON on one line; from a stream exactly as it was sent.
    envelope: dict[str, Any]  #: The same, parsed: position, job, version, kind, at, attempt, ..
    log: str | None  #: The log that the cursor is of; None while the server has not named it.

    @property
    def stored(self) -> bool:
        """Whether the event is in the log."""
        return not self.kind.startswith("stream.")

    @property
    def data(self) -> dict[str, Any]:
        """What is particular to the kind; the whole envelope where nothing is stored."""
        return self.envelope["data"] if self.stored else self.envelope


@dataclass(frozen=True)
class Timing:
    """How long to wait, in seconds, and where time and chance come from."""

    connect: float = 10  #: For a connection.
    first_byte: float = 5  #: For the first byte of a stream, before long-poll is used instead.
    watchdog: float = 45  #: For any further byte, and for answers. Heartbeats come every 15 s.
    retry: float = 2  #: First bound of the backoff, until the server says `retry:`.
    cap: float = 30  #: Last bound of the backoff.
    wait: int = 25  #: How long a long-poll asks the server to wait: 1 to 60, below `watchdog`.
    clock: Callable[[], float] = time.monotonic  #: Never goes backwards.
    random: Callable[[], float] = random.random  #: From 0 to 1, exclusive.


class Block(NamedTuple):
    """One dispatched block of an event stream; `id` is the last event id at that moment."""

    id: str
    event: str
    data: str


class SSEParser:
    """Parses an event stream as the HTML standard says, section 9.2.6."""

    def __init__(self) -> None:
        self.last_event_id = ""  #: As of the last blank line.
        self.retry: int | None = None  #: In milliseconds, below 10^18; None until it was sent.
        self._parts: list[bytes] = []
        self._bom, self._after_cr = True, False
        self._id = self._event = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[Block]:
        """Takes bytes, cut anywhere, and gives the blocks that they complete."""
        if not chunk:
            return []
        start = 1 if self._after_cr and chunk.startswith(b"\n") else 0
        self._after_cr = chunk.endswith(b"\r")
        *lines, rest = re.split(rb"\r\n|\n|\r", chunk[start:])
        if lines:
            lines[0] = b"".join(self._parts) + lines[0]
            self._parts = []
        self._parts.append(rest)
        return [block for block in map(self._line, lines) if block]

    def _line(self, line: bytes) -> Block | None:
        if self._bom and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        self._bom = False
        if not line:
            return self._dispatch()
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and re.fullmatch("[0-9]{1,18}", value):
            self.retry = int(value)
        return None

    def _dispatch(self) -> Block | None:
        event, data = self._event or "message", self._data
        self._event, self._data, self.last_event_id = "", [], self._id
        return Block(self._id, event, "\n".join(data)) if data else None


class _Answer:
    """Decodes one HTTP/1.1 answer."""

    status = 0  # until the head is there
    done = False

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self._rest, self._body = bytearray(), bytearray()
        self._ends_by_close = False
        self._decoding = self._decode()

    def feed(self, data: bytes) -> bytes:
        """Takes bytes, b"" for the close, and gives those of the body. Raises `ConnectionError`."""
        if not data and not self._ends_by_close:
            raise ConnectionError("the answer was cut")
        self._rest += data
        self.done = not data or next(self._decoding, "done") == "done"
        body, self._body = bytes(self._body), bytearray()
        return body

    def _decode(self) -> Iterator[None]:
        """Yields where it needs more bytes, and returns behind the answer."""
        while not self.status:
            lines = (yield from self._up_to(b"\r\n\r\n")).split("\r\n")
            pairs = (line.partition(":") for line in lines[1:])
            self.headers = {name.lower(): value.strip() for name, _, value in pairs}
            status = _number((lines[0].split(" ") + [""])[1], 10)
            self.status = status if status >= 200 else 0  # 1xx come before the answer
        if self.status in (204, 304):
            return
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while length := _number((yield from self._up_to(b"\r\n")).split(";")[0], 16):
                yield from self._take(length)
                yield from self._up_to(b"\r\n")
        elif "content-length" in self.headers:
            yield from self._take(_number(self.headers["content-length"], 10))
        else:
            self._ends_by_close = True
            yield from self._take(sys.maxsize)

    def _up_to(self, mark: bytes) -> Generator[None, None, str]:
        while (length := self._rest.find(mark)) < 0:
            yield
        text = self._rest[:length].decode("latin-1")
        del self._rest[:length + len(mark)]
        return text

    def _take(self, length: int) -> Iterator[None]:
        while length > len(self._rest):
            length -= len(self._rest)
            self._body += self._rest
            self._rest.clear()
            yield
        self._body += self._rest[:length]
        del self._rest[:length]


class _Request(NamedTuple):
    method: str
    path: str
    query: Iterable[tuple[str, str]] = ()
    accept: str = "application/json"
    body: Any = None
    key: str | None = None


class _Call:
    """One request and its answer, for the same shells as `Tail`."""

    ended, delay = False, 0.0

    def __init__(self, request: _Request, timing: Timing) -> None:
        self._request, self.timeout, self._parts = request, timing.watchdog, []

    def begin(self) -> _Request:
        self.reading, self._answer = True, _Answer()
        return self._request

    def asked(self) -> None:
        pass

    def feed(self, chunk: bytes) -> list[Any]:
        self._parts.append(self._answer.feed(chunk))
        if not self._answer.done:
            return []
        self.reading, self.ended = False, True
        status, value = self._answer.status, _parsed(b"".join(self._parts))
        if not 200 <= status < 300 or value is None:
            raise Error(status, value, "the answer is no JSON")
        return [value]

    def failed(self, error: BaseException) -> None:
        raise Error(None, {}, f"no answer: {type(error).__name__} {error}") from error


class Tail:
    """Decides what one reader of events does. It is pure: a shell connects, sends, reads and waits.

    Until `ended`, the shell waits `delay` seconds, sends what `begin()` gives, says `asked()`, and
    while `reading` gives `feed()` what arrives, waiting `timeout` seconds for each part. It tells
    `failed()` of what went wrong, and then begins again.
    """

    def __init__(
        self, stream: str, pages: str, query: Iterable[tuple[str, str]] = (),
        from_: str | None = None, after: str | int | None = None, log: str | None = None,
        timing: Timing = Timing(),
    ) -> None:
        """Takes the paths of the stream and of the long-poll, the filters, and where to begin."""
        self.cursor = None if after is None else str(after)
        self.log = None if after is None else log
        self.polling = self.ended = self.reading = False
        self.failures, self.delay = 0, 0.0
        self._paths, self._query, self._from = (stream, pages), list(query), from_
        self._timing, self._retry, self._unheard = timing, timing.retry, False
        self._seen = int(after) if str(after).isdecimal() else -1

    def begin(self) -> _Request:
        """Begins a request."""
        self._answer, self._parser = _Answer(), SSEParser()
        self._parts: list[bytes] = []
        self._opened: str | None = None
        self.reading, self.delay = True, 0.0
        query = self._query + [
            (name, value) for name, value in (
                ("last_event_id", self.cursor), ("log", self.log),
                ("from", self._from if self.cursor is None else None))
            if value is not None]
        if self.polling:
            query += [("format", "json"), ("wait", str(self._timing.wait))]
        return _Request("GET", self._paths[self.polling], query, self._media_type)

    def asked(self) -> None:
        """Notes that the request was sent: the time for the first byte begins."""
        self._unheard, self._asked_at = not self.polling, self._timing.clock()

    @property
    def timeout(self) -> float:
        """How many seconds to wait for the next bytes."""
        left = self._timing.first_byte + self._asked_at - self._timing.clock()
        return max(0.001, left) if self._unheard else self._timing.watchdog

    def feed(self, chunk: bytes) -> list[Event]:
        """Takes what the server sent, b"" for the close, and gives what the caller should see.

        Raises `Error` for what another request cannot mend, `ConnectionError` for a cut.
        """
        body = self._answer.feed(chunk)
        status = self._answer.status
        self._unheard = self._unheard and not body and status in (0, 200)
        media_type = self._answer.headers.get("content-type", "").lower()
        if status == 200 and self._media_type not in media_type:
            raise Error(status, {}, f"the answer is not {self._media_type}")
        try:
            if status == 200 and not self.polling:
                return self._streamed(body)
            self._parts.append(body)
            return self._finish(_parsed(b"".join(self._parts))) if self._answer.done else []
        except (ValueError, LookupError, TypeError) as error:
            raise Error(status, {}, "the server sent what makes no sense") from error

    def failed(self, error: BaseException) -> None:
        """Notes a failure: asks by long-poll if the stream stayed mute, else sets `delay`.

        Raises `Error` for a certificate that does not hold.
        """
        self.reading = False
        if isinstance(error, ssl.SSLCertVerificationError):
            raise Error(None, {}, str(error)) from error
        if self._unheard and isinstance(error, _TIMEOUTS):
            self.polling = True
            _log.info("the stream stays mute; asking by long-poll")
            return
        self.failures += 1
        bound = min(self._timing.cap, self._retry * 2 ** min(self.failures - 1, 30))
        self.delay = self._timing.random() * bound
        _log.info("%s %s; again in %.1f s", type(error).__name__, error, self.delay)

    @property
    def _media_type(self) -> str:
        return "application/json" if self.polling else "text/event-stream"

    def _streamed(self, body: bytes) -> list[Event]:
        blocks = self._parser.feed(body)
        if self._parser.retry is not None:
            self._retry = max(0.1, self._parser.retry / 1000)  # 0 would be no backoff at all
        events = [event for event in map(self._take, blocks) if event]
        if self._answer.done and self.reading:
            self.failed(ConnectionError("the stream was cut"))
        return events

    def _take(self, block: Block) -> Event | None:
        kind, value = block.event, json.loads(block.data)
        stored = not kind.startswith("stream.")
        if not self.reading or stored and not self._is_unseen(value):
            return None
        if kind == "stream.open":
            self._opened = value["log"]
            if self.cursor is not None:
                return None  # A stream.gap may follow; who is cut before it has to ask for it again.
        self.cursor, self.log = block.id or self.cursor, self._opened or self.log
        if kind == "stream.rotate":  # with a `retry:` that the server chose by chance
            self.reading, self.delay = False, min(self._timing.cap, self._retry)
        elif kind != "stream.open":
            self.failures = 0
        if kind == "stream.end":
            self.reading, self.ended = False, True
        elif kind == "stream.gap":
            self._seen = int(value["to"]) - 1
        elif kind == "stream.snapshot":
            self._seen = int(value["position"])
        shown = stored or kind in ("stream.gap", "stream.snapshot")
        return Event(block.id, kind, block.data, value, self.log) if shown else None

    def _is_unseen(self, envelope: dict[str, Any]) -> bool:
        before, self._seen = self._seen, max(self._seen, int(envelope["position"]))
        return before < self._seen

    def _finish(self, value: Any) -> list[Event]:
        status, self.reading = self._answer.status, False
        if status in (200, 204):
            self.ended = status == 204
            return [] if self.ended else self._page(value)
        error = Error(status, value)
        refused = re.search(":(foreign|pruned)-cursor$", str(error.problem.get("type")))
        if self.polling and refused:
            return [self._gap(refused[1], error)]
        if status < 500 and status not in (408, 429):
            raise error
        self.failed(error)
        wait = self._answer.headers.get("retry-after", "")
        self.delay = min(3600.0, int(wait)) if re.fullmatch("[0-9]{1,9}", wait) else self.delay
        return []

    def _gap(self, reason: str, refusal: Error) -> Event:
        """Goes on at the first event that is there. Raises the refusal of that very place."""
        to, log = refusal.problem["earliest"], refusal.problem.get("log", self.log)
        before = max(0, int(to) - 1)
        if (self.cursor, self.log) == (str(before), log):
            raise refusal
        gap = {"reason": reason, "from": self.cursor, "to": to}
        self.cursor, self.log, self._seen = str(before), log, before
        return Event(self.cursor, "stream.gap", _text(gap), gap, log)

    def _page(self, page: Any) -> list[Event]:
        events = [envelope for envelope in page["events"] if self._is_unseen(envelope)]
        self.cursor, self.log = str(page["through"]), page["log"]
        if page["events"] or self._timing.clock() - self._asked_at >= 1:
            self.failures = 0
        else:
            self.failed(ConnectionError("the server does not wait"))
        return [Event(e["position"], e["kind"], _text(e), e, self.log) for e in events]


class _Caller:
    """What both clients have."""

    _rest: Callable[[float], Any]  # waits
    _run: Callable[..., Any]  # does the requests of a Tail or a _Call, and gives their results
    _only: Callable[..., Any]  # gives the only one of them

    def __init__(
        self, url: str, token: str | Callable[[], str] | None = None, *,
        context: ssl.SSLContext | None = None, timing: Timing = Timing(),
        sleep: Callable[[float], Any] | None = None,
    ) -> None:
        """Names a server. Nothing is sent yet; each request has a connection of its own.

        `url` may have a path before `/v1`. A `token` that is a function is called for every request.
        `context` is for https. `sleep` takes seconds. Raises `ValueError` for what is no URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the URL should be like http://127.0.0.1:8080")
        secure = parts.scheme == "https"
        self._address = parts.hostname, parts.port or (443 if secure else 80)
        self._host = parts.netloc.rpartition("@")[2]
        self._prefix = quote(parts.path.rstrip("/"), safe="/%")
        self._context = (context or ssl.create_default_context()) if secure else None
        self._token, self._timing = token, timing
        self._sleep = self._rest if sleep is None else sleep

    def job(self, id: str) -> Job:
        """Gives the calls that concern one job; asks nothing yet."""
        return Job(self, id)

    def enqueue(self, kind: str, input: Any = None, **options: Any) -> Any:
        """Adds a job and gives it, or the one that keeps its `key`; safe to repeat with a
        key, as long as that job has not ended.

        `input` is any JSON, {} where it is None; `options` are the fields of `POST /v1/jobs`: queue,
        priority, key, .. Raises `Error`: 422 for a kind that no worker announced.
        """
        body = {"kind": kind, "input": {} if input is None else input, **options}
        return self._call("POST", "/v1/jobs", body=body)

    def checkpoints(self, limit: int = 50, after: str | None = None) -> Any:
        """Gives a page of what waits for a person, the oldest first: `checkpoints` and `next`.

        `limit` is 1 to 200, `after` the `next` of the page before. Raises `Error`.
        """
        query = {"limit": str(limit), **({"after": after} if after else {})}
        return self._call("GET", "/v1/checkpoints", query.items())

    def events(
        self, *, kind: _Names = (), queue: _Names = (), tag: _Names = (), job: _Names = (),
        types: _Names = (), owner: _Names = (), from_: str | None = None,
        after: str | int | None = None, log: str | None = None,
    ) -> Any:
        """Follows many jobs, where nothing else is said from now on, until the caller stops.

        `kind` is that of jobs, `types` are kinds of events. For the rest see `Job.events`.
        """
        filters = dict(kind=kind, queue=queue, tag=tag, job=job, types=types, owner=owner)
        query = [
            (name, value) for name, values in filters.items()
            for value in ([values] if isinstance(values, str) else values)]
        path = "/v1/stream"
        return self._run(Tail(path, path, query, from_, after, log, self._timing))

    def _bytes(self, request: _Request) -> bytes:
        token = self._token() if callable(self._token) else self._token
        body = b"" if request.body is None else json.dumps(request.body).encode()
        query = urlencode(list(request.query))
        target = self._prefix + request.path + ("?" + query if query else "")
        lines = [
            f"{request.method} {target} HTTP/1.1", f"Host: {self._host}", "Connection: close",
            f"Accept: {request.accept}", f"Content-Length: {len(body)}"]
        lines += ["Content-Type: application/json"] if body else []
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += [f"Idempotency-Key: {request.key}"] if request.key is not None else []
        if any(re.search("[\r\n\0]", line) for line in lines):
            raise ValueError("a token, a key or a URL may have no line breaks")
        return "\r\n".join(lines + ["", ""]).encode("latin-1") + body

    def _call(self, method: str, path: str, query: Any = (), body: Any = None, key: Any = None) -> Any:
        request = _Request(method, path, query, body=body, key=key)
        return self._only(self._run(_Call(request, self._timing)))


class Job:
    """One job. Its calls, but for `events`, give what the server answers; `AsyncClient`: awaitables.

    They raise `Error`: 404 when there is no such job, 409 when its state does not allow that. All
    but `signal` are safe to repeat. A `reason` is for people, and recorded.
    """

    def __init__(self, client: _Caller, id: str) -> None:
        self.id = id
        self._client, self._path = client, "/v1/jobs/" + quote(id, safe="")

    def events(
        self, from_: str | None = None, after: str | int | None = None, log: str | None = None,
    ) -> Any:
        """Follows the job to its end: an iterator of `Event`, each once, in the order of positions.

        It begins behind the cursor `after` (with `log`, both of an earlier event), else at `from_`:
        "start", "now" or "last:N" with N from 1 to 1000, else with a `stream.snapshot`. A cut stream
        is resumed for ever, with waits of 0 to 30 s; log lines of the logger "holdfast" tell of it.
        `stream.gap` means: the cursor is of another log, or events were pruned; those from `to` on
        follow. Where a proxy holds streams back, it asks by long-poll, which begins with the first
        event instead of a snapshot. `close()` it (`aclose()`) to stop early.
        Raises `Error` when the server refuses, but not for 408, 429 and 5xx, which are waited for.
        """
        paths = self._path + "/stream", self._path + "/events"
        return self._client._run(Tail(*paths, (), from_, after, log, self._client._timing))

    def get(self) -> Any:
        """Gives the job as it is, with its input and, when it completed, its output."""
        return self._client._call("GET", self._path)

    def cancel(self, reason: str | None = None, within_seconds: int | None = None) -> Any:
        """Stops the job; its handler has 0 to 31536000 seconds to give way."""
        return self._post("cancel", reason=reason, within_seconds=within_seconds)

    def pause(self, reason: str | None = None, within_seconds: int | None = None) -> Any:
        """Keeps the job from going on; its handler has 0 to 31536000 seconds to give way."""
        return self._post("pause", reason=reason, within_seconds=within_seconds)

    def resume(self, reason: str | None = None) -> Any:
        """Lets a paused job run again."""
        return self._post("resume", reason=reason)

    def retry(self, reason: str | None = None) -> Any:
        """Begins an ended job again, behind its recorded steps."""
        return self._post("retry", reason=reason)

    def signal(self, name: str, payload: Any = None, key: str | None = None) -> Any:
        """Tells the job something: any JSON. It counts once for each `key`."""
        body = {"name": name, "payload": payload}
        return self._client._call("POST", self._path + "/signal", body=body, key=key)

    def decide(
        self, checkpoint: str, decision: str, reason: str | None = None, data: Any = None,
        occurrence: int | None = None,
    ) -> Any:
        """Decides a checkpoint, "approve" or "reject"; gives the decision that counts, the first.

        `data` is any JSON for the handler, `occurrence` counts from 1 and is the newest where it is
        None. Raises `Error` also with 409 when it was decided otherwise before.
        """
        path = f"checkpoints/{quote(checkpoint, safe='')}"
        path += f"/{occurrence}" if occurrence else ""
        return self._post(path, decision=decision, reason=reason, data=data)

    def _post(self, path: str, **fields: Any) -> Any:
        body = {name: value for name, value in fields.items() if value is not None}
        return self._client._call("POST", f"{self._path}/{path}", body=body)


class Client(_Caller):
    """A server, for code that blocks. Threads may share it, but not an iterator of events."""

    _rest = staticmethod(time.sleep)

    def _only(self, results: Iterator[Any]) -> Any:
        return list(results)[0]

    def _run(self, work: Any) -> Iterator[Any]:
        while not work.ended:
            if work.delay:
                self._sleep(work.delay)
            request, channel = self._bytes(work.begin()), None
            try:
                channel = socket.create_connection(self._address, self._timing.connect)
                if self._context:
                    channel = self._context.wrap_socket(channel, server_hostname=self._address[0])
                channel.sendall(request)
                work.asked()
                while work.reading:
                    channel.settimeout(work.timeout)
                    yield from work.feed(channel.recv(65536))
            except _FAILURES as error:
                work.failed(error)
            finally:
                if channel:
                    channel.close()


async def _within(seconds: float | None, work: Any) -> Any:
    """Awaits something for a time. `asyncio.wait_for` of Python 3.11 loses a cancellation that comes with the result."""
    task = asyncio.ensure_future(work)
    try:
        if not (await asyncio.wait({task}, timeout=seconds))[0]:
            raise asyncio.TimeoutError
        return task.result()
    finally:
        task.cancel()


class AsyncClient(_Caller):
    """A server, for asyncio. Cancelling a call or an iteration closes its connection."""

    _rest = staticmethod(asyncio.sleep)

    async def _only(self, results: AsyncIterator[Any]) -> Any:
        return [result async for result in results][0]

    async def _run(self, work: Any) -> AsyncIterator[Any]:
        while not work.ended:
            if work.delay:
                await self._sleep(work.delay)
            request, writer = self._bytes(work.begin()), None
            try:
                connecting = asyncio.open_connection(*self._address, ssl=self._context)
                reader, writer = await _within(self._timing.connect, connecting)
                writer.write(request)
                work.asked()
                while work.reading:
                    chunk = await _within(work.timeout, reader.read(65536))
                    for result in work.feed(chunk):
                        yield result
            except _FAILURES as error:
                work.failed(error)
            finally:
                if writer:
                    writer.close()


def _number(text: str, base: int) -> int:
    if not re.fullmatch("[0-9a-fA-F]{1,15}", text.strip()):
        raise ConnectionError("the answer is no HTTP")
    return int(text, base)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    """Prints the events of the job `URL JOB`; the token is taken from `HOLDFAST_TOKEN`."""
    if len(arguments) != 2:
        print("usage: python3 holdfast.py URL JOB", file=sys.stderr)
        return 64
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        client = Client(arguments[0], os.environ.get("HOLDFAST_TOKEN"))
        for event in client.job(arguments[1]).events(from_="start"):
            output = sys.stdout.buffer if event.stored else sys.stderr.buffer
            output.write(event.text.encode("utf-8", "backslashreplace") + b"\n")
            output.flush()
    except (Error, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader has enough; Python would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
