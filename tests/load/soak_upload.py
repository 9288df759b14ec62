"""`make soak`: a gigabyte, broken off twice, arrives whole while the web server's memory stays flat."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests import cluster
from tests.browser.site import open_site

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = 2**20
_MAY_GROW = 40 * 2**20
_PATIENCE_SECONDS = 300


def main() -> int:
    """Send it, and end with 1 when it arrives otherwise or costs memory."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    size = parser.parse_args().megabytes * _PART
    home = cluster.folder()
    try:
        server = cluster.start(home, now=datetime.now(UTC))
        database = cluster.create(server, name="soak", template=cluster.EMPTY, home=home)
        database.engine.dispose()
        with tempfile.TemporaryDirectory() as folder, open_site(database.url, Path(folder)) as site:
            return report(size, site.url, database.url)
    finally:
        cluster.stop(home)


def report(size: int, url: str, database_url: str) -> int:
    before, began = most_memory(url), time.perf_counter()
    key, digest = send(size, url)
    sent = time.perf_counter() - began
    verdict = judged(database_url, key)
    grown = most_memory(url) - before
    whole = verdict.get("sha256") == digest
    looked = time.perf_counter() - began - sent
    print(
        f"{size / _PART:.0f} MB in {sent:.1f} s, judged after {looked:.1f} s more; "
        f"{'whole' if whole else 'NOT whole'}; the web server's peak grew by {grown / _PART:.1f} MB "
        f"to {(before + grown) / _PART:.0f} MB"
    )
    return 0 if whole and grown < _MAY_GROW else 1


def send(size: int, url: str) -> tuple[str, str]:
    """Send `size` bytes of noise in three requests, two of them broken off; give reference and SHA-256."""
    address = url.removeprefix("http://")
    line = HTTPConnection(address)
    line.request("GET", "/sla/")
    page = line.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page.read())
    assert token is not None
    headers = {"Content-Type": "application/json", "Cookie": cookie, "X-CSRFToken": token[1].decode()}
    line.request("POST", "/uploads/", json.dumps({"name": "base.db", "size": size}), headers)
    made = json.loads(line.getresponse().read())
    for breaks_at in (size // 3, size * 2 // 3, size):
        line.close()
        # What was sent before the line broke may still be on its way to the disk.
        while (offset := how_far(line, made["location"])) < breaks_at:
            with suppress(ConnectionError):
                piece(line, made["location"], offset, breaks_at, size)
                break
            line.close()
    digest = hashlib.sha256()
    for part in parts(0, size):
        digest.update(part)
    return made["key"].partition(".")[0], digest.hexdigest()


def how_far(line: HTTPConnection, place: str) -> int:
    line.request("HEAD", place)
    answer = line.getresponse()
    answer.read()
    return int(answer.headers["Upload-Offset"])


def piece(line: HTTPConnection, place: str, offset: int, end: int, size: int) -> None:
    """Announce all the rest and send it up to `end`; before the last byte that is breaking off."""
    line.putrequest("PATCH", place)
    line.putheader("Content-Type", "application/offset+octet-stream")
    line.putheader("Upload-Offset", str(offset))
    line.putheader("Content-Length", str(size - offset))
    line.endheaders()
    for part in parts(offset, end):
        line.send(part)
    if end == size and line.getresponse().status != 204:
        raise ConnectionError


def parts(start: int, end: int) -> Iterator[bytes]:
    """The noise between two places; every megabyte is another one."""
    noise = random.Random(1).randbytes(_PART)
    for number in range(start // _PART, -(-end // _PART)):
        part = number.to_bytes(8, "big") + noise[8:]
        yield part[max(0, start - number * _PART) : min(_PART, end - number * _PART)]


def judged(database_url: str, reference: str) -> dict[str, str]:
    """The verdict, once the worker has it."""
    until = time.monotonic() + _PATIENCE_SECONDS
    with psycopg.connect(database_url, autocommit=True) as db:
        while time.monotonic() < until:
            row = db.execute("SELECT verdict FROM core.upload WHERE reference = %s", [reference]).fetchone()
            if row and row[0]:
                return dict(row[0])
            time.sleep(0.2)
    return {}


def most_memory(url: str) -> int:
    """The largest peak of the processes that serve `url`, in bytes."""
    port = url.rpartition(":")[2].encode()
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(FileNotFoundError, ProcessLookupError, IndexError):
            if re.search(rb"gunicorn.*:" + port, (status.parent / "cmdline").read_bytes(), re.DOTALL):
                peaks.append(int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024)
    return max(peaks)


if __name__ == "__main__":
    sys.exit(main())
