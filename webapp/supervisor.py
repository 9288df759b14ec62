"""`make run`: a whole demonstration on one machine, from nothing to an open page.

It starts the embedded database, brings it up to date, loads the demo on the first start, then keeps
web server, worker and payment sandbox until Ctrl-C or until one of them dies: nothing is started
again silently. Production starts the same processes by its own service manager (operations.md).
"""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from services.core import embedded, roles
from services.core.db import make_engine, make_sessions
from services.core.vendor import find_setting
from webapp import children
from webapp.children import Children, bracketed
from webapp.database import migrate
from webapp.demo.sign_ins import SignIn, list_sign_ins
from webapp.sandbox.keys import keys_in
from webapp.settings import SettingsError, check_zones, load_settings
from webapp.translations.build import compile_if_stale

DATABASE = "priyom"
PREPARE_AFTER = "3"
"""DATABASE_PREPARE for a database that nothing stands before."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is shown instead of "everywhere"
_READY_SECONDS = 60
# Ctrl-C too: a shell that starts programs in the background makes them deaf to it.
_POLITE = (signal.SIGINT, signal.SIGTERM)


class StartError(Exception):
    """Why the demonstration doesn't start or has ended: a sentence for whoever typed the command."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this demonstration lives: addresses and data folder."""

    host: str
    port: int
    sandbox_port: int
    data: Path
    public_url: str
    """Scheme, host and port that a browser uses, without a slash at the end."""

    @property
    def sandbox_url(self) -> str:
        """Where browser and server reach the payment sandbox: the same host, its own port."""
        host = urlsplit(self.public_url).hostname or self.host
        return f"http://{bracketed(host)}:{self.sandbox_port}"


def run(environ: Mapping[str, str] = os.environ) -> int:
    """Serve the demonstration until Ctrl-C; gives the exit status.

    Settings: HOST (127.0.0.1), PORT (8000), SANDBOX_PORT (PORT + 1), PRIYOM_DATA (var), PUBLIC_URL.
    """
    for polite in _POLITE:
        signal.signal(polite, _interrupt)
    try:
        check_zones()
        place = place_of(environ)
        with _only_one(place), opened_database(place, environ) as addresses:
            _serve(place, dict(environ) | addresses)
    except (StartError, SettingsError) as error:
        print(f"\nPriyom has stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nPriyom has stopped. Your data are kept; `make run` starts it again.")
    return 0


def place_of(environ: Mapping[str, str]) -> Place:
    """Read where to serve; raises StartError for what can't be."""
    if environ.get("PRIYOM_ENV", "demo") != "demo":
        message = "`make run` serves a demonstration; docs/operations.md says how production starts."
        raise StartError(message)
    host = environ.get("HOST") or "127.0.0.1"
    port = _port(environ, "PORT", 8000)
    shown = f"http://{bracketed(_ANY.get(host, host))}:{port}"
    return Place(
        host=host,
        port=port,
        sandbox_port=_port(environ, "SANDBOX_PORT", port + 1),
        data=Path(environ.get("PRIYOM_DATA") or "var").resolve(),
        public_url=(environ.get("PUBLIC_URL") or shown).rstrip("/"),
    )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        message = f"{name}={text} is no port number; choose one from 1024 to 65535."
        raise StartError(message)
    return int(text)


@contextmanager
def _only_one(place: Place) -> Iterator[None]:
    """Refuse a second supervisor on the same data, and ports that somebody else has."""
    place.data.mkdir(parents=True, exist_ok=True)
    with (place.data / "running").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            message = f"it already serves the data in {place.data}, at {lock.read().strip()}."
            raise StartError(message) from None
        lock.truncate(0)
        lock.write(place.public_url)
        lock.flush()
        for name, port in (("PORT", place.port), ("SANDBOX_PORT", place.sandbox_port)):
            _check_free(place.host, port, name)
        yield


def _check_free(host: str, port: int, name: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            free = f"choose another: {name}={port + 10} make run"
            message = f"port {port} on {host} can't be used ({error.strerror}); {free}"
            raise StartError(message) from error


@contextmanager
def opened_database(place: Place, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give a migrated database's addresses as settings; the embedded one stops at the end."""
    if environ.get("DATABASE_URL"):
        owner = environ.get("DATABASE_OWNER_URL")
        if not owner:
            message = "DATABASE_URL is set, so DATABASE_OWNER_URL must name the role that migrates."
            raise StartError(message)
        migrate(owner)
        yield {}
        return
    folder = place.data / "postgres"
    if not folder.exists():
        print("→ Making the database (once)", flush=True)
    try:
        server = embedded.start(folder)
    except embedded.EmbeddedPostgresError as error:
        raise StartError(str(error)) from error
    try:
        roles.prepare(server.url(embedded.ADMINISTRATOR, "postgres"), DATABASE)
        migrate(server.url(roles.OWNER, DATABASE))
        # Nothing stands between: statements may stay prepared.
        yield {"DATABASE_URL": server.url(roles.APP, DATABASE), "DATABASE_PREPARE": PREPARE_AFTER}
    finally:
        embedded.stop(folder)


def _serve(place: Place, environ: dict[str, str]) -> None:
    settings = settings_of(place, environ)
    sign_ins = load_demo(settings)
    with Children(settings) as started:
        start_all(place, started)
        _greet(place, sign_ins)
        _watch(started)


def settings_of(place: Place, environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of the processes at `place`: `environ`, and how they find each other."""
    keys = keys_in(place.data / "sandbox")
    return dict(environ) | {
        "PRIYOM_DATA": str(place.data),
        "PUBLIC_URL": place.public_url,
        "STRIPE_SECRET_KEY": keys.secret_key,
        "STRIPE_WEBHOOK_SECRETS": keys.webhook_secret,
        "STRIPE_API_BASE": place.sandbox_url,
    }


def start_all(place: Place, started: Children) -> None:
    """Start web, sandbox and worker, each when those it talks to are there.

    Raises StartError when one dies or the web gives no answer.
    """
    started.start("the web server", children.web(place.host, place.port))
    _wait_until_ready(place, started)
    started.start("the payment sandbox", _sandbox(place))
    started.start("the worker", children.worker())


def _sandbox(place: Place) -> list[str]:
    return children.sandbox(
        place.sandbox_port,
        host=place.host,
        folder=str(place.data / "sandbox"),
        webhook=f"http://{bracketed(_ANY.get(place.host, place.host))}:{place.port}/hooks/stripe",
        public_url=place.sandbox_url,
    )


def load_demo(environ: Mapping[str, str]) -> list[SignIn]:
    """Fill the database on the first start; gives the sign-ins of the demo's staff."""
    compile_if_stale()  # before two processes find it stale at once
    settings = load_settings(environ)
    password_file = settings.core.data_dir / "password.txt"
    engine = make_engine(settings.database_url, pool_size=1)
    sessions = make_sessions(engine, settings.core, billing=settings.billing)
    with sessions() as db:
        is_empty = find_setting(db, key="vendor") is None
    if is_empty:
        # Imported on the first start alone: half a second of each later one.
        from webapp.demo.first_start import fill

        print("→ Loading the demonstration (once)", flush=True)
        fill(sessions, password_file=password_file, now=datetime.now(UTC))
    engine.dispose()
    return list_sign_ins(password_file)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End once, in order: who asks again meanwhile is not heard."""
    del number, frame
    for polite in _POLITE:
        signal.signal(polite, signal.SIG_IGN)
    raise KeyboardInterrupt


def _wait_until_ready(place: Place, started: Children) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _answers(place):
        _complain_of_the_dead(started)
        if time.monotonic() > deadline:
            message = f"the web server gave no answer within {_READY_SECONDS} seconds."
            raise StartError(message)
        time.sleep(0.05)


def _answers(place: Place) -> bool:
    connection = HTTPConnection(_ANY.get(place.host, place.host), place.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(started: Children) -> NoReturn:
    while True:
        _complain_of_the_dead(started)
        time.sleep(0.5)


def _complain_of_the_dead(started: Children) -> None:
    dead = started.find_dead()
    if dead is not None:
        how = dead.process.returncode
        message = f"{dead.name} ended by itself ({f'status {how}' if how >= 0 else f'signal {-how}'}); "
        raise StartError(message + "what it said stands above.")


def _greet(place: Place, sign_ins: list[SignIn]) -> None:
    print(f"\nPriyom serves at {place.public_url}  (Ctrl-C ends it)\n")
    print(f"  mailbox of the demonstration   {place.public_url}/mailbox")
    print(f"  sign-in of the staff           {place.public_url}/sign-in")
    for sign_in in sign_ins:
        print(f"    {', '.join(sign_in.roles):<14} {sign_in.email:<26} {sign_in.password}")
    print("\nEverything here is a demonstration: no real money, no mail to real addresses.", flush=True)
