"""Fixtures that every test may use; those of one subject stand beside its tests."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from billing.settings import BillingSettings
from tests import cluster, sums, thrift
from tests.fakes import desk
from tests.pages import Visitor
from webapp.app import create_app
from webapp.settings import Settings
from webapp.translations.build import compile_if_stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

pytest_plugins = ["tests.fakes.stripe_double", "tests.fakes.shop", "tests.schedule", "tests.crowd"]

_home: list[Path] = []
_names = itertools.count(1)
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
# Machines are shared: a slow example is no fault. A build draws the same examples each time; at
# home every run draws others.
settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("house")
CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


def pytest_configure(config: pytest.Config) -> None:
    """Start the run's server once, in the controller; workers find it in the environment."""
    thrift.share_work()
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    compile_if_stale()
    home = cluster.folder()
    _home.append(home)
    server = cluster.start(home, now=NOW)
    cluster.add_template(
        server, cluster.DESK, of=cluster.DEMO, home=home, fill=lambda db: desk.furnish(db, NOW)
    )
    os.environ["PRIYOM_TEST_SERVER"] = f"{server.socket_dir}:{server.port}"


def pytest_collection_finish() -> None:
    """What is imported by now stays."""
    thrift.rest_the_collector()


def pytest_unconfigure() -> None:
    """Stop the run's server and remove what it wrote."""
    cluster.leave()
    while _home:
        cluster.stop(_home.pop())


@pytest.fixture
def now() -> datetime:
    """Monday, 23 November 2026, 10:20 in Moscow: the moment at which most stories begin."""
    return NOW


@pytest.fixture
def database(tmp_path: Path, worker_id: str, request: pytest.FixtureRequest) -> Iterator[cluster.Database]:
    """An empty, migrated database of this test's own."""
    yield from _database(cluster.EMPTY, tmp_path, worker_id, request)


@pytest.fixture
def demo(tmp_path: Path, worker_id: str, request: pytest.FixtureRequest) -> Iterator[cluster.Database]:
    """A database of this test's own with the demo vendor in it, loaded at `now`; `desk` furnishes it."""
    template = cluster.DESK if "desk" in request.fixturenames else cluster.DEMO
    yield from _database(template, tmp_path, worker_id, request)


@pytest.fixture
def db(database: cluster.Database) -> Iterator[Session]:
    """A session of the serving role; what another connection must see has to be committed."""
    with database.app_sessions() as session:
        yield session


@pytest.fixture
def demo_db(demo: cluster.Database) -> Iterator[Session]:
    """The same on the demo's database."""
    with demo.app_sessions() as session:
        yield session


class Clock:
    """The site's clock: it stands until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The clock of `app`."""
    return Clock(now)


@pytest.fixture
def billing_settings() -> BillingSettings:
    """Nobody can pay by card, unless a test says otherwise."""
    return BillingSettings()


@pytest.fixture
def app(demo: cluster.Database, clock: Clock, billing_settings: BillingSettings) -> Iterator[Flask]:
    """The site over the demo's database, with everything that a browser would meet."""
    settings = Settings(
        core=demo.core,
        billing=billing_settings,
        database_url=demo.url,
        pool_size=4,
        password_cost=CHEAP,
    )
    made = create_app(settings, clock=clock)
    made.testing = False  # a broken page is answered as customers would see it
    yield made
    made.extensions["priyom.database"].engine.dispose()


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """Make visitors: `visit("en")`, each a browser of his own."""
    return lambda language="ru", **facts: Visitor(app, language, **facts)


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """Somebody who reads Russian."""
    return visit()


def _database(
    template: str, home: Path, worker: str, request: pytest.FixtureRequest
) -> Iterator[cluster.Database]:
    made = cluster.create(
        cluster.server_from_environment(),
        name=f"test_{worker}_{next(_names)}",
        template=template,
        home=home,
    )
    try:
        yield made
        if request.node.get_closest_marker("planted_faults") is None:
            sums.assert_balanced(made, now=NOW)
    finally:
        cluster.drop(made)
