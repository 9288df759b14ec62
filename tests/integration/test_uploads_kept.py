"""What becomes of a file that arrives in pieces: judged by the worker, claimed, or forgotten."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import select

from services.core import files
from services.core.errors import ConflictError, InvalidError, NotFoundError
from services.core.files.models import Upload
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.ground import add_upload_jobs
from webapp.settings import Settings

ABOUT = "request:R-2222-2222"


@pytest.fixture
def work(database, clock):
    """Do the jobs of uploads that are due."""
    bench = make_bench(Settings(core=database.core, billing=None, database_url=database.url), clock=clock)

    def do() -> None:
        app = App(connector=PsycopgConnector(conninfo=database.url))
        add_upload_jobs(app, bench)
        do_due_jobs(app, bench, queues=["free"])

    yield do
    bench.close()


def send(database, now, content, name="base.db", network="203.0.113.7"):
    """Announce and send a file as the free flow, and give its address's two parts."""
    with database.free_sessions.begin() as db:
        upload, token = files.announce(db, name=name, size=len(content), network=network, now=now)
    received = files.receive(database.core, upload, io.BytesIO(content), offset=0)
    with database.free_sessions.begin() as db:
        upload = files.get_upload(db, reference=upload.reference, token=token, now=now)
        files.note_arrival(db, upload=upload, received=received, now=now)
    return upload.reference, token


def kept(database):
    return [path for path in (database.core.data_dir / "files").rglob("*") if path.is_file()]


def state(db, reference):
    return db.scalar(select(Upload.state).where(Upload.reference == reference))


@pytest.mark.parametrize("claimed_first", [True, False])
def test_a_judged_and_claimed_upload_is_a_file_of_its_thing(database, db, now, work, claimed_first):
    content = b"SQLite format 3\0" + bytes(range(256)) * 3000
    reference, token = send(database, now, content)

    def claim() -> None:
        with database.free_sessions.begin() as free:
            upload = files.get_upload(free, reference=reference, token=token, now=now)
            files.claim(free, upload=upload, subject_ref=ABOUT, now=now)

    for step in [claim, work] if claimed_first else [work, claim]:
        step()
    (stored,) = files.list_files(db, subject_ref=ABOUT)
    assert (stored.media, stored.verdict, stored.size) == (
        "application/vnd.sqlite3",
        "accepted",
        len(content),
    )
    assert stored.sha256 == hashlib.sha256(content).digest()
    assert files.read(db, stored=stored) == content
    with pytest.raises(ConflictError):
        claim()
    files.expire_uploads(db, now=now + timedelta(days=9))
    assert files.read(db, stored=stored) == content


def test_a_refused_upload_leaves_no_bytes(database, db, now, work):
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", b"MZ" + bytes(200))
    reference, _ = send(database, now, buffer.getvalue(), name="photos.zip")
    assert len(kept(database)) == 1
    work()
    assert state(db, reference) == "refused"
    assert kept(database) == []


def test_what_the_disk_altered_is_refused_as_damaged(database, db, now, work):
    reference, _ = send(database, now, bytes(300_000))
    (path,) = kept(database)
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 1
    path.write_bytes(raw)
    work()
    assert state(db, reference) == "refused"


def test_what_nobody_claims_is_gone_after_a_day(database, db, now, clock, work):
    reference, token = send(database, now, b"hello")
    work()
    clock.at += timedelta(hours=25)
    with pytest.raises(NotFoundError):
        files.get_upload(db, reference=reference, token=token, now=clock())
    files.expire_uploads(db, now=clock())
    db.commit()
    assert state(db, reference) == "gone"
    assert kept(database) == []
    files.expire_uploads(db, now=clock() + timedelta(days=31))
    assert state(db, reference) is None


def test_a_network_has_its_limits(database, now):
    def announce(size=1, network="203.0.113.7"):
        with database.free_sessions.begin() as db:
            files.announce(db, name="a", size=size, network=network, now=now)

    for _ in range(40):
        announce()
    with pytest.raises(InvalidError, match="upload_many"):
        announce()
    announce(network="203.0.113.8")
    for size in (0, files.LARGEST_UPLOAD + 1):
        with pytest.raises(InvalidError, match="upload_size"):
            announce(size=size, network="203.0.113.9")


def test_the_disk_is_never_filled(database, now, monkeypatch):
    import shutil
    from types import SimpleNamespace

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2 * 2**30))
    with database.free_sessions() as db, pytest.raises(InvalidError, match="upload_room"):
        files.announce(db, name="a", size=1, network="203.0.113.7", now=now)
