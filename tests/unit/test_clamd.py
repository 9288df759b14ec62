"""A virus scanner, where there is one, is asked about every file; a double speaks its protocol."""

from __future__ import annotations

import io
import random
import socket
import threading
from dataclasses import replace

import pytest

from services.core.files import FileRefusedError, judge
from services.core.files.clamd import scanned
from tests.cluster import core_settings


class Scanner:
    """clamd's INSTREAM: finds `EICAR`, takes at most a megabyte, says nothing when `silent`."""

    def __init__(self, path, *, silent=False):
        self.silent, self.seen = silent, b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        line, _ = self.socket.accept()
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(said.read(4), "big"):
                self.seen += said.read(size)
                if len(self.seen) > 2**20:
                    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            if not self.silent:
                line.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in self.seen else b"stream: OK\0")

    def close(self):
        self.thread.join(5)
        self.socket.close()


@pytest.fixture
def scan(tmp_path):
    def ask(content, **how):
        scanner = Scanner(tmp_path / "clamd", **how)
        try:
            core = replace(core_settings(tmp_path), clamd=f"unix:{tmp_path / 'clamd'}")
            return scanned(core, io.BytesIO(content), judge(content, name="a.txt"), name="a.txt")
        finally:
            scanner.close()

    return ask


def test_a_clean_file_passes(scan):
    assert scan(b"hello" * 50_000).verdict == "accepted"


def test_what_the_scanner_finds_is_refused_by_its_name(scan):
    with pytest.raises(FileRefusedError) as caught:
        scan(b"a text with EICAR in it")
    assert (caught.value.code, caught.value.facts["kind"]) == ("file_virus", "Eicar")


def test_what_it_does_not_get_to_see_is_kept_apart(scan):
    judged = scan(random.Random(1).randbytes(4 * 2**20))
    assert (judged.verdict, judged.reason) == ("quarantined", "unscanned")


def test_a_scanner_that_says_nothing_clears_nothing(scan):
    assert scan(b"hello", silent=True).reason == "unscanned"


@pytest.mark.parametrize(
    "address", ["unix:/nowhere/clamd.ctl", "tcp://127.0.0.1:1", "tcp://127.0.0.1:x", "?"]
)
def test_a_scanner_that_is_away_clears_nothing(tmp_path, address):
    core = replace(core_settings(tmp_path), clamd=address)
    assert scanned(core, io.BytesIO(b"a"), judge(b"a", name="a"), name="a").reason == "unscanned"


def test_without_a_scanner_nothing_is_asked(tmp_path):
    judged = judge(b"a", name="a")
    assert scanned(core_settings(tmp_path), io.BytesIO(b"a"), judged, name="a") is judged
