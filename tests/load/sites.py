"""Databases and web servers of a bench: one cluster, a database a workload, real gunicorn processes."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from services.core import embedded
from tests import cluster
from tests.fakes.mail_server import free_port
from tests.load import floor
from tests.load.workload import Workload, seed
from webapp import children, supervisor
from webapp.children import Children
from webapp.sandbox.keys import keys_in

if TYPE_CHECKING:
    from collections.abc import Iterator

# As `make run` starts it, every commit synced to the disk, for us and for the floor; but nothing is
# swept in the middle of a figure, and the log says whose statement it was.
_OPTIONS = {
    "autovacuum": "off",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "log_line_prefix": "%d ",
}


@dataclass
class Ground:
    """A running cluster with the demo as its template."""

    server: embedded.Server
    home: Path
    log: Path
    stack: ExitStack
    made: int = 0

    def seeded(self, name: str, workload: Workload, *, with_floor: bool = False) -> Seeded:
        """Make a database of the demo and `workload`."""
        database = cluster.create(self.server, name=name, template=cluster.DEMO, home=self.home)
        self.stack.callback(database.engine.dispose)
        admin = self.server.url(embedded.ADMINISTRATOR, name)
        began = time.perf_counter()
        ids = seed(admin, workload)
        if with_floor:
            with psycopg.connect(admin, autocommit=True) as db:
                db.execute(floor.TABLE)
        return Seeded(workload, database, admin, ids, time.perf_counter() - began)


@dataclass
class Seeded:
    """A database with its workload in it; `ids` are the specialists in the workload's order."""

    workload: Workload
    database: cluster.Database
    admin_url: str
    ids: list[int]
    seconds: float = field(default=0.0)

    def ask(self, query: str) -> int:
        """One number out of the database."""
        with psycopg.connect(self.admin_url) as db:
            row = db.execute(query).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def open_ground() -> Iterator[Ground]:
    """A cluster beside the data of `make run`, gone at the end."""
    beside = cluster.ROOT / "var"
    beside.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=beside))
    with ExitStack() as stack:
        stack.callback(cluster.stop, home)
        embedded.start(home / "pg", options=_OPTIONS)
        server = cluster.start(home, now=datetime.now(UTC))
        yield Ground(server, home, home / "pg.log", stack)


@contextmanager
def serve(ground: Ground, seeded: Seeded, *, sandbox: bool = False) -> Iterator[int]:
    """Serve the real site on this database; gives its port.

    One proxy is trusted, so that each client has an address of its own.
    """
    port = free_port()
    data = ground.home / "data"
    facts = {
        "DATABASE_URL": seeded.database.url,
        "PRIYOM_DATA": str(data),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_PREPARE": supervisor.PREPARE_AFTER,
        "TRUSTED_PROXIES": "1",
    }
    arguments: list[list[str]] = [children.web("127.0.0.1", port)]
    if sandbox:
        at = free_port()
        keys = keys_in(data / "sandbox")
        facts |= {
            "STRIPE_SECRET_KEY": keys.secret_key,
            "STRIPE_WEBHOOK_SECRETS": keys.webhook_secret,
            "STRIPE_API_BASE": f"http://127.0.0.1:{at}",
        }
        # Nobody listens at its webhook: what is counted is what a customer waits for.
        arguments.append(
            children.sandbox(
                at,
                host="127.0.0.1",
                folder=str(data / "sandbox"),
                webhook="",
                public_url=f"http://127.0.0.1:{at}",
            )
        )
    with _started(facts, arguments, port):
        yield port


@contextmanager
def serve_floor(seeded: Seeded) -> Iterator[int]:
    """Serve the floor on this database by the same web server with the same arguments."""
    port = free_port()
    arguments = [
        "tests.load.floor:app" if word == "webapp.wsgi:app" else word
        for word in children.web("127.0.0.1", port)
    ]
    with _started({"FLOOR_DATABASE_URL": seeded.database.url}, [arguments], port):
        yield port


@contextmanager
def _started(facts: dict[str, str], commands: list[list[str]], port: int) -> Iterator[None]:
    with Children(os.environ | facts) as started:
        for arguments in commands:
            started.start(arguments[1], arguments)
        deadline = time.monotonic() + 60
        while not _answers(port):
            dead = started.find_dead()
            if dead is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no answer at port {port}; ended: {dead}")
            time.sleep(0.05)
        yield


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
