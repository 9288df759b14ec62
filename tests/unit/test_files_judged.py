"""Files are judged by what they are, not by what they are called."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import random
import tarfile
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.files import FileRefusedError, judge
from services.core.files.storage import clean_name

if TYPE_CHECKING:
    from collections.abc import Callable

EXE = b"MZ\x90\x00" + bytes(200)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def refused(content: bytes, name: str = "picture.png") -> str:
    with pytest.raises(FileRefusedError) as caught:
        judge(content, name=name)
    return f"{caught.value.code} {caught.value.facts.get('kind', '')}".strip()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (EXE, "windows_program"),
        (b"\x7fELF" + bytes(60), "linux_program"),
        (b"\xcf\xfa\xed\xfe" + bytes(60), "mac_program"),
        (b"#!/bin/sh\nrm -rf /", "script"),
        (b"MSCF" + bytes(60), "cabinet"),
        (bytes(2048) + b"koly" + bytes(508), "mac_installer"),
        (zipped(**{"AndroidManifest.xml": b"x", "classes.dex": b"y"}), "android_package"),
        (zipped(**{"META-INF/MANIFEST.MF": b"x"}), "java_program"),
        (zipped(**{"Payload/App.app/Info.plist": b"x"}), "ios_package"),
    ],
)
def test_programs_and_installers_are_refused_under_any_name(content: bytes, kind: str) -> None:
    assert refused(content) == f"file_program {kind}"


@pytest.mark.parametrize("told", [0, 1])
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_makes_itself_smaller_than_it_is_hides_no_program(told: int, packing: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("a.txt", EXE)
        listed = archive.getinfo("a.txt")
        listed.file_size, listed.CRC = told, zlib.crc32(EXE[:told])
    assert refused(buffer.getvalue()).split()[0] in {"file_program", "file_damaged"}


@pytest.mark.parametrize("name", ["RUN.BAT", "run.bat.", "run.vbe . ."])
def test_a_script_is_known_by_its_name_as_windows_reads_it(name: str) -> None:
    assert refused(b"del *", name) == "file_program script"


def test_a_program_is_found_three_archives_deep() -> None:
    nested = zipped(**{"b.zip": zipped(**{"c.zip": zipped(setup=EXE)})})
    assert refused(nested, "photos.zip") == "file_program windows_program"


def test_deeper_than_we_look_is_quarantined_not_trusted() -> None:
    content = zipped(text=b"hello")
    for _ in range(6):
        content = zipped(**{"inner.zip": content})
    assert judge(content, name="a.zip").verdict == "quarantined"


def test_a_program_in_a_tar_is_found() -> None:
    assert refused(tarred(setup=EXE), "base.tar") == "file_program windows_program"


def test_a_bomb_and_a_damaged_archive_are_refused() -> None:
    assert refused(zipped(big=bytes(60 * 2**20)), "a.zip") == "file_bomb"
    whole = zipped(text=b"hello" * 100)
    assert refused(whole[:40], "a.zip").startswith("file_damaged")


def test_archives_in_an_archive_share_one_room() -> None:
    part = zipped(text=b"Ab1" * 3 * 2**20 + random.Random(1).randbytes(60_000))
    assert judge(part, name="part.zip").verdict == "accepted"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.zip", part)
    assert refused(buffer.getvalue(), "parts.zip") == "file_bomb"


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_whose_content_is_damaged_is_refused_as_damaged(packing: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("log.txt", random.Random(2).randbytes(1000) * 5)
    damaged = bytearray(buffer.getvalue())
    damaged[60:80] = bytes(sign ^ 0xFF for sign in damaged[60:80])
    assert refused(bytes(damaged), "log.zip").startswith("file_damaged")


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_archive_gets_a_verdict_too(damages: list[tuple[int, int]]) -> None:
    content = bytearray(zipped(text=b"hello" * 99, inner=zipped(text=b"x" * 99)))
    for place, sign in damages:
        content[place % len(content)] = sign
    with contextlib.suppress(FileRefusedError):
        assert judge(bytes(content), name="a.zip").verdict in {"accepted", "quarantined"}


def test_large_members_are_judged_by_their_ends_and_not_held_in_memory() -> None:
    noise = random.Random(3)
    large = b"".join(noise.randbytes(2000) * 50 for _ in range(500))
    packed = zipped(base=large)
    tracemalloc.start()
    try:
        assert judge(packed, name="a.zip").verdict == "accepted"
        assert tracemalloc.get_traced_memory()[1] < len(large) / 4
    finally:
        tracemalloc.stop()
    assert refused(zipped(setup=EXE + large), "a.zip") == "file_program windows_program"
    assert judge(zipped(packed=b"7z\xbc\xaf\x27\x1c" + large), name="a.zip").verdict == "quarantined"


@pytest.mark.parametrize("start", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd"])
def test_an_archive_that_nobody_can_open_is_quarantined(start: bytes) -> None:
    judged = judge(start + bytes(60), name="a.bin")
    assert (judged.verdict, judged.reason) == ("quarantined", "closed")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_stream_is_looked_into(pack: Callable[[bytes], bytes]) -> None:
    assert judge(pack("Ошибка обмена".encode()), name="log.gz").verdict == "accepted"
    assert refused(pack(EXE), "log.gz") == "file_program windows_program"
    assert refused(pack(tarred(setup=EXE)), "base.tar.gz") == "file_program windows_program"
    assert refused(pack(b"hello" * 99)[:-9], "log.gz") == "file_damaged"
    assert refused(pack(bytes(60 * 2**20)), "log.gz") == "file_bomb"


def test_a_program_behind_a_large_file_in_a_packed_tar_is_found() -> None:
    large = random.Random(4).randbytes(17 * 2**20)
    content = gzip.compress(tarred(base=large, setup=EXE), 1)
    assert refused(content, "base.tgz") == "file_program windows_program"


def test_two_gzip_streams_in_one_file_are_both_read() -> None:
    assert judge(gzip.compress(b"a") + gzip.compress(b"b") + bytes(9), name="a.gz").verdict == "accepted"
    assert refused(gzip.compress(bytes(600)) + b"noise", "a.gz") == "file_damaged"


def test_an_installer_is_found_wherever_its_directory_stands() -> None:
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = (400).to_bytes(4, "little")
    entry = bytearray(512)
    entry[80:96] = bytes.fromhex("84100c0000000000c000000000000046")
    assert refused(bytes(head) + bytes(400 * 512) + bytes(entry)) == "file_program windows_installer"
    assert judge(bytes(head) + bytes(401 * 512), name="old.doc").verdict == "accepted"


def test_ordinary_files_pass_with_their_true_type() -> None:
    assert judge(b"\x89PNG\r\n\x1a\n" + bytes(20), name="exe.exe").media == "image/png"
    assert judge("Ошибка обмена".encode(), name="log.txt").media == "text/plain"
    assert judge(b"SQLite format 3\0" + bytes(90), name="base").media == "application/vnd.sqlite3"
    assert judge(zipped(text=b"x"), name="a.zip").verdict == "accepted"
    assert refused(b"", "empty.txt") == "file_empty"
    assert refused(b"echo", "start.bat") == "file_program script"


@given(st.binary(min_size=1, max_size=3000), st.text(max_size=40))
def test_whatever_comes_gets_a_verdict(content: bytes, name: str) -> None:
    with contextlib.suppress(FileRefusedError):
        assert judge(content, name=name).verdict in {"accepted", "quarantined"}


@given(st.text(max_size=400))
def test_names_lose_folders_and_unprintable_signs(name: str) -> None:
    shown = clean_name(name)
    assert 0 < len(shown) <= 150
    assert "/" not in shown
    assert shown == shown.rstrip(". ")
    assert shown.isprintable()
