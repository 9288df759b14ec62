"""The knowledge base: articles that are found by the stems of their words."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _vector(path: str, weight: str) -> str:
    """One text's words: Cyrillic ones by their Russian stems, Latin ones by their English stems; ё is е."""
    config = "english" if path.endswith("'en'") else "russian"
    return f"setweight(to_tsvector('{config}', translate({path}, 'ёЁ', 'еЕ')), '{weight}')"


_PARTS = [("title ->> 'ru'", "A"), ("title ->> 'en'", "A"), ("plain ->> 'ru'", "B"), ("plain ->> 'en'", "B")]
_SEARCH = " || ".join(_vector(path, weight) for path, weight in _PARTS)


def upgrade() -> None:
    """Add articles with the history of their texts."""
    op.execute(f"""
        CREATE TABLE support.article (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
            -- Null: about all products.
            product_id bigint REFERENCES catalogue.product,
            title jsonb NOT NULL CHECK (core.both_languages(title)),
            -- Markdown, and the same without its signs.
            body jsonb NOT NULL CHECK (core.both_languages(body)),
            plain jsonb NOT NULL CHECK (core.both_languages(plain)),
            state text NOT NULL CHECK (state IN ('draft', 'published')),
            position integer NOT NULL DEFAULT 0,
            minutes integer NOT NULL CHECK (minutes > 0),
            helped bigint NOT NULL DEFAULT 0 CHECK (helped >= 0),
            updated_at timestamptz NOT NULL,
            updated_by text NOT NULL,
            -- Both languages in one: the Russian rules stem Latin words as the English ones do.
            search tsvector GENERATED ALWAYS AS ({_SEARCH}) STORED
        );
        CREATE INDEX article_search ON support.article USING gin (search) WHERE state = 'published';
        CREATE INDEX article_product ON support.article (product_id, position, id);

        CREATE TABLE support.article_version (
            article_id bigint NOT NULL REFERENCES support.article,
            n integer NOT NULL CHECK (n > 0),
            product_id bigint REFERENCES catalogue.product,
            title jsonb NOT NULL,
            body jsonb NOT NULL,
            state text NOT NULL,
            at timestamptz NOT NULL,
            by text NOT NULL,
            PRIMARY KEY (article_id, n)
        );
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.article_version
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        GRANT SELECT, INSERT, UPDATE ON support.article TO priyom_app, priyom_free;
        GRANT SELECT, INSERT ON support.article_version TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
