"""Statements stay prepared where nothing stands between us and the database, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from services.core.db import make_engine

if TYPE_CHECKING:
    from tests.cluster import Database


@pytest.mark.parametrize(("prepare_after", "kept"), [(0, 0), (3, 1)])
def test_a_statement_is_kept_from_the_use_on_that_was_said(
    database: Database, prepare_after: int, kept: int
) -> None:
    engine = make_engine(database.url, prepare_after=prepare_after)
    asked = text("SELECT CAST(:number AS int) + 1 AS kept")
    with engine.connect() as connection:
        answers = [connection.scalar(asked, {"number": number}) for number in range(6)]
        found = connection.scalar(
            text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS kept'")
        )
    engine.dispose()
    assert (answers, found) == ([1, 2, 3, 4, 5, 6], kept)
