"""Files are judged by what they are, not by what they are called."""

from __future__ import annotations

import contextlib
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.files import FileRefusedError, judge
from services.core.files.storage import clean_name

EXE = b"MZ\x90\x00" + bytes(200)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
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


def test_a_program_is_found_three_archives_deep() -> None:
    nested = zipped(**{"b.zip": zipped(**{"c.zip": zipped(setup=EXE)})})
    assert refused(nested, "photos.zip") == "file_program windows_program"


def test_deeper_than_we_look_is_quarantined_not_trusted() -> None:
    content = zipped(text=b"hello")
    for _ in range(6):
        content = zipped(**{"inner.zip": content})
    assert judge(content, name="a.zip").verdict == "quarantined"


def test_a_program_in_a_tar_is_found() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("setup")
        info.size = len(EXE)
        archive.addfile(info, io.BytesIO(EXE))
    assert refused(buffer.getvalue(), "base.tar") == "file_program windows_program"


def test_a_bomb_and_a_damaged_archive_are_refused() -> None:
    assert refused(zipped(big=bytes(60 * 2**20)), "a.zip") == "file_bomb"
    whole = zipped(text=b"hello" * 100)
    assert refused(whole[:40], "a.zip").startswith("file_damaged")


def test_an_archive_that_nobody_can_open_is_quarantined() -> None:
    assert judge(b"7z\xbc\xaf\x27\x1c" + bytes(60), name="a.7z").verdict == "quarantined"


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
    assert shown.isprintable()
