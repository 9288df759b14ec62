"""Clients over HTTP: connections kept, cookies of their own, addresses of their own."""

from __future__ import annotations

import itertools
import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Headers = Mapping[str, str]

T = TypeVar("T")
Piece = TypeVar("Piece")
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_START = re.compile(rb'name="start"[^>]*value="([^"]+)"')
_addresses = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """One answer, and how long it took from the first byte sent to the last one read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def token(self) -> str:
        """The form's token."""
        found = _TOKEN.search(self.body)
        assert found is not None, f"no token on a page of {len(self.body)} bytes"
        return found[1].decode()

    def starts(self) -> set[str]:
        """The starts that the page lets choose, as it writes them."""
        return {text.decode() for text in _START.findall(self.body)}


@dataclass
class Client:
    """A browser without a face; `cookies` are sent as they are and kept when `keeps` is set."""

    port: int
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    keeps: bool = True
    _connection: HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields).encode(), headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: Headers) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent["X-Forwarded-For"] = self.address or "127.0.0.1"
        began = time.perf_counter()
        try:
            answer = self._once(method, path, body, sent)
        except (HTTPException, ConnectionError):
            self.close()  # the server let go of a connection that was idle
            answer = self._once(method, path, body, sent)
        content = answer.read()
        seconds = time.perf_counter() - began
        if self.keeps:
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        return Answer(answer.status, answer.headers, content, seconds)

    def _once(self, method, path, body, headers):
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def fresh_address() -> str:
    """An address that nobody has held a time from."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def path_of(url: str) -> str:
    """The path of an address, with its query."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


# --- measuring ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Samples:
    """Seconds (or pieces a second) in rounds; what counts is the median of the rounds' medians."""

    rounds: list[list[float]]

    @property
    def medians(self) -> list[float]:
        return [statistics.median(one) for one in self.rounds]

    @property
    def median(self) -> float:
        return statistics.median(self.medians)

    def share(self, of: float) -> float:
        """The value below which this share (0 to 1) of a round's samples lies, in the median round."""
        ordered = map(sorted, self.rounds)
        return statistics.median(one[min(len(one) - 1, int(of * len(one)))] for one in ordered)


def in_turn(contestants: Mapping[str, Callable[[], float]], *, rounds: int, each: int) -> dict[str, Samples]:
    """Let contestants take turns, one act each, so that a slow moment meets them all alike."""
    found: dict[str, list[list[float]]] = {name: [] for name in contestants}
    for act in contestants.values():
        act()
    for _ in range(rounds):
        rows = [[act() for act in contestants.values()] for _ in range(each)]
        for name, column in zip(contestants, zip(*rows, strict=True), strict=True):
            found[name].append(list(column))
    return {name: Samples(rows) for name, rows in found.items()}


def per_second(crowd: Sequence[T], act: Callable[[T, Piece], object], pieces: Iterable[Piece]) -> float:
    """Let everybody in the crowd do pieces of the work, each as soon as his last is answered."""
    waiting, lock = list(pieces)[::-1], threading.Lock()
    count = len(waiting)

    def work(one: T) -> None:
        while True:
            with lock:
                if not waiting:
                    return
                piece = waiting.pop()
            act(one, piece)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(crowd)) as threads:
        for done in [threads.submit(work, one) for one in crowd]:
            done.result()
    return count / (time.perf_counter() - began)
