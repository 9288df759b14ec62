"""The database server of a test run: one cluster in memory, a fresh database for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from services.core import embedded, roles
from services.core.crypto import KeyRing
from services.core.db import FREE_ROLE, make_engine, make_sessions
from services.core.settings import CoreSettings
from webapp.database import migrate
from webapp.demo.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from psycopg import Connection
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

ROOT = Path(__file__).parent.parent
EMPTY, DEMO, DESK = "template_empty", "template_demo", "template_desk"
# A database that is thrown away needs no safety, and gains a factor of ten without it.
_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_ENOUGH = 2**30
_administrations: dict[str, Connection] = {}


def folder() -> Path:
    """A new folder for a cluster, in memory where there is room for it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ENOUGH
    return Path(tempfile.mkdtemp(prefix="priyom-tests-", dir=memory if roomy else None))


def start(home: Path, *, now: datetime) -> embedded.Server:
    """Start a cluster in `home` and make the two templates in it: migrated, and with the demo."""
    server = embedded.start(home / "pg", options=_OPTIONS)
    roles.prepare(server.url("postgres", "postgres"), EMPTY)
    migrate(server.url(roles.OWNER, EMPTY))
    add_template(server, DEMO, of=EMPTY, home=home, fill=lambda db: load(db, now=now))
    return server


def add_template(
    server: embedded.Server, name: str, *, of: str, home: Path, fill: Callable[[Session], None]
) -> None:
    """Make another template of template `of`, with what `fill` writes into it."""
    template = create(server, name=name, template=of, home=home)
    with template.app_sessions.begin() as db:
        fill(db)
    template.engine.dispose()


def stop(home: Path) -> None:
    """Stop the cluster and remove all of it."""
    leave()
    embedded.stop(home / "pg")
    shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Database:
    """A database of one test's own."""

    name: str
    admin_url: str
    owner_url: str
    url: str
    core: CoreSettings
    engine: Engine
    app_sessions: sessionmaker[Session]
    free_sessions: sessionmaker[Session]

    def engine_again(self, *, pool_size: int = 8) -> Engine:
        """Another engine on the same database: a second process, as far as it can tell."""
        return make_engine(self.url, pool_size=pool_size)


def core_settings(home: Path, *, smtp_url: str | None = None) -> CoreSettings:
    """Settings of a demonstration whose files live in `home`."""
    return CoreSettings(
        environment="demo",
        public_url="http://localhost:8000",
        data_dir=home,
        keys=KeyRing.from_text("t1:" + "A" * 43 + "="),
        mail_from="support@priyom.example",
        templates_dir=ROOT / "templates",
        translations_dir=ROOT / "webapp" / "translations",
        smtp_url=smtp_url,
    )


def create(server: embedded.Server, *, name: str, template: str, home: Path) -> Database:
    """Make database `name` as a copy of `template` and open it."""
    admin_url = server.url("postgres", "postgres")
    _execute(
        admin_url,
        "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy",
        name,
        roles.OWNER,
        template,
    )
    core = core_settings(home)
    url = server.url(roles.APP, name)
    engine = make_engine(url)
    return Database(
        name=name,
        admin_url=admin_url,
        owner_url=server.url(roles.OWNER, name),
        url=url,
        core=core,
        engine=engine,
        app_sessions=make_sessions(engine, core),
        free_sessions=make_sessions(engine, core, role=FREE_ROLE),
    )


def drop(database: Database) -> None:
    """Close `database` and remove it."""
    database.engine.dispose()
    _execute(database.admin_url, "DROP DATABASE {} WITH (FORCE)", database.name)


def _execute(url: str, statement: str, *names: str) -> None:
    composed = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
    _administration(url).execute(composed)


def leave() -> None:
    """Close what this process has open at the cluster."""
    while _administrations:
        _administrations.popitem()[1].close()


def _administration(url: str) -> Connection:
    """One connection a process: to open and close one costs a third of a copied database."""
    if url not in _administrations:
        _administrations[url] = psycopg.connect(url, autocommit=True)
    return _administrations[url]


def server_from_environment() -> embedded.Server:
    """The server that the run's controller has started."""
    folder_and_port = os.environ["PRIYOM_TEST_SERVER"]
    socket_dir, _, port = folder_and_port.rpartition(":")
    return embedded.Server(Path(socket_dir), int(port))
