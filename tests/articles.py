"""Articles by the thousand, for the speed of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from tests import cluster

# Everyday words in every body, a rare one in each title: as in a real base, only larger.
_FILL = text("""
    INSERT INTO support.article (slug, title, body, plain, state, minutes, updated_at, updated_by)
    SELECT 'made-' || n, jsonb_build_object('ru', title, 'en', 'Case ' || n),
           body, body, 'published', 1, now(), 'system'
    FROM generate_series(1, :count) AS n
    CROSS JOIN LATERAL (SELECT 'Случай' || n % 997 || ': ' || words[1 + n % 8] AS title,
        jsonb_build_object('en', 'The long text of case ' || n, 'ru',
            (SELECT string_agg(words[1 + (n * k + k) % 8] || ' ' || words[1 + (n / 8 + k) % 8], ' ')
             FROM generate_series(1, 40) AS k) || ' ' || n) AS body
        FROM (SELECT ARRAY['накладная', 'печать', 'штрихкод', 'терминал', 'возврат', 'маршрут',
                           'скидка', 'касса'] AS words) AS known) AS made
""")


def fill(database: cluster.Database, count: int) -> None:
    """Add published articles and let the planner know of them."""
    owner = create_engine(
        database.owner_url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with owner.connect() as connection:
        connection.execute(_FILL, {"count": count})
        connection.execute(text("VACUUM ANALYZE support.article"))
    owner.dispose()
