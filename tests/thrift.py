"""What each test would work out anew is worked out once a process: templates, statements, routes, files.

Every test has an application and an engine of its own, and each of them would compile what all
the others have compiled. What is kept here is a pure function of its key, so that no test can
tell; what a test changes (rows, settings, clocks, counters) is kept nowhere.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from webapp import assets

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2.bccache import Bucket
    from sqlalchemy import Engine

# Modules, models and templates live as long as the process: the collector need not walk them.
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 20


class Bytecode(BytecodeCache):
    """Compiled templates by name and source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


class SharingEnvironment(Environment):
    """Templates of an application that compiles only what no other has compiled.

    It is the class that shares: an application's own options take the place of Flask's.
    """

    kept = Bytecode()

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=self.kept, **options)


def share_work() -> None:
    """Let all applications and engines of this process share what they compile."""
    flask: Any = Flask
    flask.jinja_environment = SharingEnvironment
    files: Any = assets
    files.load_assets = cache(assets.load_assets)
    _share_statements()
    _share_routes()


def rest_the_collector() -> None:
    """Leave all that has been imported and collected out of every later collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def _share_statements() -> None:
    """Engines have one cache of statements; their dialects differ in nothing, so they are equal."""
    statements: Any = LRUCache(5_000)

    def engine_created(_class: type[PGDialect_psycopg], engine: Engine) -> None:
        engine._compiled_cache = statements

    dialect: Any = PGDialect_psycopg
    dialect.engine_created = classmethod(engine_created)
    dialect.__eq__ = lambda self, other: type(self) is type(other)
    dialect.__hash__ = lambda self: hash(type(self))


def _share_routes() -> None:
    """A rule without defaults builds its addresses by its own pieces and nothing else."""
    rule: Any = Rule
    compile_builder: Callable[..., Any] = rule._compile_builder
    kept: dict[tuple[object, ...], Any] = {}

    def compile_once(self: Any, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(self, append_unknown)
        return kept[key]

    rule._compile_builder = compile_once
