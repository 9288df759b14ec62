"""Fixtures that every test may use; those of one subject stand beside its tests."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

pytest_plugins = ["tests.fakes.stripe_double"]

_home: list[Path] = []
_names = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Start the run's server once, in the controller; workers find it in the environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    home = cluster.folder()
    _home.append(home)
    server = cluster.start(home)
    os.environ["PRIYOM_TEST_SERVER"] = f"{server.socket_dir}:{server.port}"


def pytest_unconfigure() -> None:
    """Stop the run's server and remove what it wrote."""
    while _home:
        cluster.stop(_home.pop())


@pytest.fixture
def now() -> datetime:
    """Monday, 23 November 2026, 10:20 in Moscow: the moment at which most stories begin."""
    return datetime(2026, 11, 23, 7, 20, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, worker_id: str) -> Iterator[cluster.Database]:
    """An empty, migrated database of this test's own."""
    yield from _database(cluster.EMPTY, tmp_path, worker_id)


@pytest.fixture
def db(database: cluster.Database) -> Iterator[Session]:
    """A session of the serving role; what another connection must see has to be committed."""
    with database.app_sessions() as session:
        yield session


def _database(template: str, home: Path, worker: str) -> Iterator[cluster.Database]:
    made = cluster.create(
        cluster.server_from_environment(),
        name=f"test_{worker}_{next(_names)}", template=template, home=home,
    )
    try:
        yield made
    finally:
        cluster.drop(made)
