"""A server on a thread that answers each connection as a script says, and the bytes to answer with."""
from __future__ import annotations

import json
import pathlib
import socket
import ssl
import sys
import threading
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

CLIENTS = pathlib.Path(__file__).resolve().parents[3] / "Sources" / "HoldfastServer" / "Clients"
sys.path.insert(0, str(CLIENTS / "Python"))
sys.dont_write_bytecode = True

import holdfast  # noqa: E402  (the folder has to be known first)

PATIENCE = 20  # seconds after which a test that hangs fails
LOG = "7c1a"


class Request(NamedTuple):
    """What a client sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


class ScriptedServer:
    """Takes one connection after the other, and one script for each: bytes to send, or `HOLD`.

    Behind its last script nobody listens any more.
    """

    HOLD = object()  # wait until the client closes

    def __init__(self, *scripts: list[Any], context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.closed_by_client = threading.Event()
        self._scripts, self._context = scripts, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        for script in self._scripts:
            try:
                channel, _ = self._listener.accept()
                channel.settimeout(PATIENCE)
                if self._context:
                    channel = self._context.wrap_socket(channel, server_side=True)
                with channel:
                    self._answer(channel, script)
            except ConnectionError:
                self.closed_by_client.set()
            except OSError:
                continue  # the test has gone, or the certificate was refused
        self._listener.close()

    def _answer(self, channel: socket.socket, script: list[Any]) -> None:
        with channel.makefile("rb") as lines:
            method, target, _ = lines.readline().decode().split(" ")
            headers = {}
            for line in iter(lines.readline, b"\r\n"):
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0)))
            self.requests.append(Request(method, target, headers, body))
            for part in script:
                if part is not self.HOLD:
                    channel.sendall(part)
                elif not lines.read(1):
                    self.closed_by_client.set()


HOLD = ScriptedServer.HOLD
STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Frames a part of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def block(id: int | str, event: str, value: Any, retry: int | None = None) -> bytes:
    """Writes a block of a stream as one chunk."""
    before = "" if retry is None else f"retry: {retry}\n"
    return chunk(f"{before}id: {id}\nevent: {event}\ndata: {json.dumps(value)}\n\n".encode())


def opened(at: int = 0, log: str = LOG, retry: int | None = None) -> bytes:
    """The first block of every stream."""
    return block(at, "stream.open", {"log": log, "from": str(at), "earliest": "1", "tail": "9"}, retry)


def envelope(position: int, kind: str = "log.written") -> dict[str, Any]:
    """A stored event."""
    return {
        "position": str(position), "job": "j1", "version": position, "kind": kind,
        "at": "2026-10-08T14:03:00.123456Z", "attempt": 1, "actor": {"type": "worker", "id": "w"},
        "data": {"message": "grüße"}}


def opened_with_gap(after: int, to: int, log: str = LOG, reason: str = "foreign") -> tuple[bytes, bytes]:
    """What a reader whose cursor does not hold is told: both blocks have the position before `to`."""
    value = {"log": log, "from": str(after), "earliest": str(to), "tail": "9"}
    gap = {"reason": reason, "from": str(after), "to": str(to)}
    return block(to - 1, "stream.open", value), block(to - 1, "stream.gap", gap)


def stored(*positions: int) -> bytes:
    """The blocks of stored events."""
    return b"".join(block(position, "log.written", envelope(position)) for position in positions)


def ended(at: int) -> bytes:
    """The last block of a job's stream."""
    return block(at, "stream.end", {"job": "j1", "state": "completed", "position": str(at)})


def answer(status: int, value: Any = None, *headers: str) -> bytes:
    """An answer that is no stream."""
    body = b"" if value is None else json.dumps(value).encode()
    kind = "application/json" if status < 400 else "application/problem+json"
    lines = [f"HTTP/1.1 {status} Some", f"Content-Type: {kind}", *headers]
    lines += [] if status == 204 else [f"Content-Length: {len(body)}"]
    return "\r\n".join(lines + ["", ""]).encode() + body


def problem(status: int, name: str, detail: str, *headers: str, **extras: Any) -> bytes:
    """A refusal."""
    value = {"type": f"urn:holdfast:problem:{name}", "title": "No", "status": status, "detail": detail}
    return answer(status, {**value, **extras}, *headers)


def page(positions: list[int], through: int, next: int | None = None, log: str = LOG) -> bytes:
    """The answer to a long-poll."""
    after = None if next is None else str(next)
    events = [envelope(position) for position in positions]
    return answer(200, {"log": log, "events": events, "next": after, "through": str(through)})


class Waits(list):
    """Stands in for waiting: notes the seconds and goes on, but not for ever."""

    then = staticmethod(lambda: None)

    def __call__(self, seconds: float) -> None:
        self.append(seconds)
        self.then()
        assert len(self) < 30, f"it waits again and again: {self}"
