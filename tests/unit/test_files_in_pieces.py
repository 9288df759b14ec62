"""Files that arrive in pieces: sealed in blocks, going on where they broke off, judged from the disk."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.crypto import KeyRing, UnreadableError
from services.core.errors import NotFoundError
from services.core.files import FileRefusedError, pieces
from services.core.files.judgement import judge_file
from services.core.files.pieces import BLOCK, OffsetError, SealedFile
from services.core.files.unpacking import Room

KEYS = KeyRing.from_text(KeyRing.generate_text())


def look_at_nothing(_first: bytes) -> None:
    pass


def send(path, content, *, offset, total, keys=KEYS, stream=None):
    stream = stream or io.BytesIO(content[offset:])
    return pieces.append(path, keys, stream, offset=offset, total=total, first=look_at_nothing)


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "ab" / "abc"
    pieces.make_empty(made, KEYS)
    return made


@given(size=st.integers(1, 4 * BLOCK), cuts=st.lists(st.integers(1, 2 * BLOCK), max_size=4))
def test_however_a_file_is_cut_it_arrives_whole(tmp_path_factory, size, cuts):
    path = tmp_path_factory.mktemp("cut") / "file"
    pieces.make_empty(path, KEYS)
    content = random.Random(size).randbytes(size)
    for cut in [*cuts, size]:
        offset = pieces.arrived(path, total=size)
        assert offset % BLOCK == 0 or offset == size
        send(path, content, offset=offset, total=size, stream=io.BytesIO(content[offset : offset + cut]))
    assert pieces.arrived(path, total=size) == size
    with SealedFile(path, KEYS) as file:
        assert file.size == size
        assert file.read() == content


def test_a_piece_that_does_not_follow_is_refused_with_the_place_that_does(path):
    content = bytes(3 * BLOCK)
    send(path, content[:BLOCK], offset=0, total=3 * BLOCK)
    for wrong in (0, 1, 2 * BLOCK):
        with pytest.raises(OffsetError) as caught:
            send(path, content, offset=wrong, total=3 * BLOCK)
        assert caught.value.facts["offset"] == BLOCK


def test_of_two_writers_one_goes_on(path):
    content = random.Random(1).randbytes(4 * BLOCK)

    class Overtaken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() == 2 * BLOCK and pieces.arrived(path, total=len(content)) == 2 * BLOCK:
                send(path, content, offset=2 * BLOCK, total=len(content))
            return super().read(size)

    with pytest.raises(OffsetError):
        send(path, content, offset=0, total=len(content), stream=Overtaken(content))
    with SealedFile(path, KEYS) as file:
        assert file.read() == content


def test_what_a_crash_left_half_written_is_written_anew(path):
    content = random.Random(2).randbytes(2 * BLOCK + 77)
    send(path, content[: 2 * BLOCK], offset=0, total=len(content))
    with path.open("ab") as file:
        file.write(b"half a block")
    assert pieces.arrived(path, total=len(content)) == 2 * BLOCK
    assert send(path, content, offset=2 * BLOCK, total=len(content)) == len(content)
    with SealedFile(path, KEYS) as file:
        assert file.read() == content


def test_a_sender_who_goes_away_loses_less_than_a_block(path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > BLOCK:
                raise ConnectionResetError
            return super().read(size)

    assert send(path, b"", offset=0, total=4 * BLOCK, stream=Broken(bytes(4 * BLOCK))) == BLOCK


def test_nothing_beyond_the_announced_size_is_taken(path):
    assert send(path, bytes(BLOCK), offset=0, total=5) == 5
    assert SealedFile(path, KEYS).size == 5


def test_neither_content_nor_order_can_be_altered(path):
    send(path, b"secret of the customer" * 40_000, offset=0, total=22 * 40_000)
    raw = path.read_bytes()
    assert b"secret" not in raw
    block = BLOCK + 28
    header = len(raw) - (22 * 40_000 + 28 * 4)
    path.write_bytes(raw[:header] + raw[header + block : header + 2 * block] + raw[header + block :])
    with pytest.raises(UnreadableError):
        SealedFile(path, KEYS).read()


def test_a_sealed_file_is_readable_after_the_key_was_exchanged(path):
    newer = KeyRing.from_text(KeyRing.generate_text("k2") + "," + f"k1:{_encoded(KEYS)}")
    content = bytes(range(256)) * 2048
    send(path, content[:BLOCK], offset=0, total=len(content))
    send(path, content, offset=BLOCK, total=len(content), keys=newer)
    with SealedFile(path, newer) as file:
        assert file.read() == content


def _encoded(ring):
    import base64

    return base64.b64encode(ring.keys[0][1]).decode()


def test_a_large_archive_is_judged_from_the_disk_in_little_memory(tmp_path, path):
    noise = random.Random(3).randbytes(2**20)
    with zipfile.ZipFile(tmp_path / "base.zip", "w") as archive:
        archive.writestr("base.db", noise * 60)
        archive.writestr("setup.dat", b"MZ" + bytes(200))
    content = (tmp_path / "base.zip").read_bytes()
    send(path, content, offset=0, total=len(content))
    tracemalloc.start()
    try:
        with SealedFile(path, KEYS) as file, pytest.raises(FileRefusedError) as caught:
            judge_file(file, name="base.zip", room=Room.for_large(len(content)))
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    assert caught.value.facts["kind"] == "windows_program"


def test_a_directory_too_large_to_be_honest_is_not_held(path):
    # The end record says where the directory of the archive stands and how large it is.
    directory = 9 * 2**20
    end = b"PK\5\6" + bytes(4) + b"\1\0\1\0" + directory.to_bytes(4, "little") + bytes(6)
    content = b"PK\3\4" + bytes(directory - 4) + end
    send(path, content, offset=0, total=len(content))
    with SealedFile(path, KEYS) as file, pytest.raises(FileRefusedError) as caught:
        judge_file(file, name="a.zip", room=Room.for_large(len(content)))
    assert caught.value.code == "file_damaged"


def test_a_file_that_was_given_up_while_it_was_sent_is_not_found(path):
    path.unlink()
    with pytest.raises(NotFoundError):
        send(path, b"hello", offset=0, total=5)
