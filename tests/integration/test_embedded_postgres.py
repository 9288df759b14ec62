"""The embedded PostgreSQL starts, survives crashes and says plainly why it can't."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.core import embedded, roles

FAST = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="priyom-test-", dir=memory if memory.is_dir() else None))
    yield made
    for version in made.glob("**/PG_VERSION"):
        if (version.parent / "postmaster.pid").exists():
            embedded.stop(version.parent)
    shutil.rmtree(made)


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "pg"


def answer(server: embedded.Server, user: str = "postgres", database: str = "postgres") -> str:
    with psycopg.connect(server.url(user, database)) as connection:
        row = connection.execute("SELECT current_user::text").fetchone()
    assert row is not None
    return str(row[0])


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def kill_and_wait(pid: int) -> None:
    process = os.pidfd_open(pid)
    signal.pidfd_send_signal(process, signal.SIGKILL)
    select.select([process], [], [], 10)
    os.close(process)


def test_first_start_makes_a_cluster_second_finds_it_running(data: Path) -> None:
    first = embedded.start(data, options=FAST)
    assert answer(first) == "postgres"
    pid = postmaster(data)

    assert embedded.start(data) == first
    assert postmaster(data) == pid
    assert embedded.is_running(data)

    embedded.stop(data)
    assert not embedded.is_running(data)
    embedded.stop(data)


def test_server_outlives_a_killed_starter_and_a_killed_postmaster_recovers(data: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from services.core import embedded;"
        f"embedded.start(Path(sys.argv[1]), options={FAST!r}); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(data)], check=False)
    assert killed.returncode == -signal.SIGKILL
    server = embedded.start(data)
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        connection.execute("CHECKPOINT")
        kill_and_wait(postmaster(data))
        again = embedded.start(data, options=FAST)

    with psycopg.connect(again.url("postgres", "postgres")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_locks_of_a_reused_process_number_are_swept(data: Path) -> None:
    embedded.start(data, options=FAST)
    lines = (data / "postmaster.pid").read_text().splitlines()
    embedded.stop(data)
    lines[0] = str(os.getpid())
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (data / ".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n")

    assert not embedded.is_running(data)
    assert answer(embedded.start(data, options=FAST)) == "postgres"


def test_two_clusters_at_once_in_folders_with_blanks_and_long_names(folder: Path) -> None:
    blank = embedded.start(folder / "a folder with 'blanks'" / "pg", options=FAST)
    long = embedded.start(folder / ("long" * 40) / "pg", options=FAST)

    assert blank.socket_dir != long.socket_dir
    assert blank.socket_dir.stat().st_mode & 0o077 == 0
    assert answer(blank) == answer(long) == "postgres"
    for server in (blank, long):
        assert " " not in str(server.socket_dir)


def test_killed_initdb_leaves_nothing_that_stops_the_next_start(data: Path) -> None:
    aside = data.with_name(data.name + ".new")
    aside.mkdir()
    (aside / "half").touch()

    assert answer(embedded.start(data, options=FAST)) == "postgres"
    assert not aside.exists()


def test_cluster_of_another_major_is_named_in_a_sentence(data: Path) -> None:
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.EmbeddedPostgresError, match=r"PostgreSQL 17.*pg_dump"):
        embedded.start(data)


def test_folder_with_other_files_is_left_alone(data: Path) -> None:
    data.mkdir()
    (data / "letter.txt").touch()

    with pytest.raises(embedded.EmbeddedPostgresError, match="choose another folder"):
        embedded.start(data)
    assert (data / "letter.txt").exists()


def test_refused_setting_tells_the_servers_own_words(data: Path) -> None:
    with pytest.raises(embedded.EmbeddedPostgresError, match="no_such_setting"):
        embedded.start(data, options={"no_such_setting": "1"})


def test_roles_are_prepared_twice_and_app_may_become_free_only(data: Path) -> None:
    server = embedded.start(data, options=FAST)
    for _ in range(2):
        roles.prepare(server.url("postgres", "postgres"), "priyom")

    with psycopg.connect(server.url(roles.APP, "priyom")) as connection:
        connection.execute(f"SET LOCAL ROLE {roles.FREE}")
        assert connection.execute("SELECT current_user::text").fetchone() == (roles.FREE,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SET LOCAL ROLE {roles.OWNER}")
    assert answer(server, roles.OWNER, "priyom") == roles.OWNER


def test_printed_script_does_the_same_in_psql(data: Path) -> None:
    server = embedded.start(data, options=FAST)
    script = roles.script("of o'clock")
    psql = [str(embedded.binaries() / "psql"), "-v", "ON_ERROR_STOP=1", "-q"]
    address = server.url("postgres", "postgres")
    for _ in range(2):
        subprocess.run([*psql, address], input=script, text=True, check=True, capture_output=True)

    assert answer(server, roles.OWNER, "of o'clock") == roles.OWNER


def is_open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
@pytest.mark.skipif(not is_open_to_all(embedded.binaries()), reason="nobody can't reach the environment")
def test_root_without_namespaces_runs_it_as_nobody_or_says_why_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_namespace", tuple)
    with pytest.raises(embedded.EmbeddedPostgresError, match="start Priyom as an ordinary user"):
        embedded.start(folder / "closed" / "pg", options=FAST)

    folder.chmod(0o755)
    assert answer(embedded.start(folder / "pg", options=FAST)) == "postgres"
    assert (folder / "pg").stat().st_uid != 0
