"""Files that people send: sealed on the disk, and there as long as their row is."""

from __future__ import annotations

import pytest

from services.core import files
from services.core.errors import InvalidError, NotFoundError

ABOUT = "session:S-2222-2222"


def store(db, now, content=b"hello", name="log.txt"):
    return files.store(db, content=content, name=name, subject_ref=ABOUT, now=now)


def kept(database):
    return [path for path in database.core.data_dir.rglob("*") if path.is_file()]


def test_what_lies_on_the_disk_tells_neither_name_nor_content(database, db, now):
    stored = store(db, now, content=b"the secret of the customer", name="C:\\secret\\..\\plan.txt")
    (path,) = kept(database)
    assert path.name == stored.reference
    assert b"secret" not in path.read_bytes()
    assert (stored.name, files.read(db, stored=stored)) == ("plan.txt", b"the secret of the customer")


def test_a_file_goes_with_the_commit_and_not_before(database, now):
    with database.app_sessions.begin() as db:
        store(db, now)
    with database.app_sessions() as db:
        files.remove(db, stored=files.list_files(db, subject_ref=ABOUT)[0])
        db.rollback()
    assert len(kept(database)) == 1
    with database.app_sessions.begin() as db:
        files.remove(db, stored=files.list_files(db, subject_ref=ABOUT)[0])
    assert kept(database) == []


def test_a_file_is_found_with_its_own_thing_only(db, now):
    stored = store(db, now)
    with pytest.raises(NotFoundError):
        files.get_file(db, reference=stored.reference, subject_ref="session:S-3333-3333")


def test_more_and_larger_files_than_fit_are_refused(db, now):
    with pytest.raises(InvalidError, match="file_size"):
        store(db, now, content=bytes(files.LARGEST + 1))
    for _ in range(10):
        store(db, now)
    with pytest.raises(InvalidError, match="file_count"):
        store(db, now)
