"""Articles are found by the stems of words, whatever was typed, and keep all that they have said."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from services import catalogue
from services.catalogue.models import Product
from services.core.errors import InvalidError, NotFoundError
from services.core.texts import Texts
from services.support import articles
from services.support.articles.searching import _OF_ALL_WORDS, split_words
from tests.articles import fill

WHO = "staff:1"


def add_product(db, slug, now):
    name = Texts(ru=slug, en=slug)
    entry = Product(slug=slug, position=1, name=name, identifier_kind="none", preparation=name)
    return catalogue.add(db, entry=entry, actor=WHO, now=now)


def write(db, now, slug, *, ru, en, product=None, published=True):
    article = articles.add_article(
        db,
        slug=slug,
        product=product,
        title=Texts(ru=ru[0], en=en[0]),
        body=Texts(ru=ru[1], en=en[1]),
        actor=WHO,
        now=now,
    )
    if published:
        articles.publish_article(db, article=article, actor=WHO, now=now)
    return article


def write_three(db, now):
    product = add_product(db, "napoleon", now)
    stock = write(
        db, now, "stock", product=product,
        ru=("Остатки не приходят на планшеты", "После **обновления** возьмите справочник. Учёт не страдает."),
        en=("Stock doesn’t arrive on tablets", "After the *update* take the reference books anew."),
    )  # fmt: skip
    account = write(
        db, now, "account",
        ru=("Код проекта в кабинете", "Откройте [личный кабинет](https://x.example/secret)."),
        en=("The project’s code", "Open your account."),
    )  # fmt: skip
    other = add_product(db, "aceteam", now)
    theirs = write(
        db, now, "theirs", product=other,
        ru=("Другой продукт", "Остатки и планшеты упомянуты и здесь."), en=("Another", "Stock here as well."),
    )  # fmt: skip
    return product, stock, account, theirs


def found(db, words, product=None, locale="ru"):
    hits = articles.search_articles(
        db, words=words, product_id=product.id if product else None, locale=locale, limit=5
    )
    return [hit.article.slug for hit in hits]


def test_stems_beginnings_and_most_of_the_words_find_an_article_and_titles_weigh_more(db, now):
    product, stock, _account, _theirs = write_three(db, now)

    assert found(db, "остаток планшета") == ["stock", "theirs"]
    assert found(db, "остатками", product) == ["stock"]
    assert found(db, "справоч") == ["stock"]  # a beginning, while it is typed
    assert found(db, "учет") == ["stock"]  # е for ё
    assert found(db, "кабинета", product) == ["account"]  # about all products
    assert found(db, "updating references") == ["stock"]
    # No article has all of these words: most of them are enough, one of four is not.
    assert found(db, "После обновления пропали остатки на планшетах у всех", product) == ["stock"]
    assert found(db, "кабинет сломался полностью вчера вечером") == []
    assert found(db, "secret") == []  # an address behind words is no word of the text
    assert found(db, "и не на") == found(db, "") == found(db, " ") == []

    articles.withdraw_article(db, article=stock, actor=WHO, now=now)
    assert found(db, "остаток планшета") == ["theirs"]


def test_a_quote_is_in_the_readers_language_with_the_words_marked_and_its_own_letters(db, now):
    write_three(db, now)

    (hit,) = articles.search_articles(db, words="учет обновление", product_id=None, locale="ru", limit=5)
    assert "".join(piece for piece, _ in hit.quote).startswith("После обновления возьмите")
    assert [piece for piece, marked in hit.quote if marked] == ["обновления", "Учёт"]
    (hit,) = articles.search_articles(db, words="reference", product_id=None, locale="en", limit=5)
    assert [piece for piece, marked in hit.quote if marked] == ["reference"]


def test_every_change_stays_in_the_history_which_nobody_changes(db, now):
    product, stock, _account, _theirs = write_three(db, now)
    articles.edit_article(
        db, article=stock, product=product, position=3, actor=WHO, now=now,
        title=stock.title, body=Texts(ru="слово " * 400, en="Short."),
    )  # fmt: skip

    kept = articles.list_article_versions(db, article=stock)
    assert [(one.n, one.state) for one in kept] == [(3, "published"), (2, "published"), (1, "draft")]
    assert "обновления" in kept[1].body.ru
    assert stock.minutes == 3
    assert found(db, "справочники") == []
    articles.count_help(db, article=stock)
    db.refresh(stock)
    assert stock.helped == 1
    with pytest.raises(DatabaseError, match="permission denied"), db.begin_nested():
        db.execute(text("UPDATE support.article_version SET n = 9"))
    with pytest.raises(InvalidError, match="taken"):
        write(db, now, "stock", ru=("а", "б"), en=("a", "b"))
    with pytest.raises(InvalidError, match="empty"):
        write(db, now, "blank", ru=("а", "---"), en=("a", "b"))
    write(db, now, "hidden", ru=("а", "б"), en=("a", "b"), published=False)
    with pytest.raises(NotFoundError):
        articles.get_article(db, slug="hidden", published_only=True)


def test_anything_may_be_typed(db, now):
    write_three(db, now)
    hostile = st.text(max_size=80) | st.text(alphabet="абв&|!():*<->'\"\\\0 ёЁ_%-:.,1", max_size=80)

    @settings(max_examples=150)
    @given(hostile)
    @example("остатки " * 1250)
    @example("!!! & | :* <-> ( \\ ' \0 \ud800")
    @example("a:*b!'c")
    def asked(typed):
        assert len(split_words(typed)) <= 12
        hits = articles.search_articles(db, words=typed, product_id=None, locale="ru", limit=5)
        for hit in hits:
            assert "".join(piece for piece, _ in hit.quote) in hit.article.plain.ru

    asked()


def test_a_search_among_thousands_reads_the_index(database):
    fill(database, 5_000)
    with database.app_sessions() as db:
        asked = {"asked": " & ".join(split_words("случай37 наклад")), "product_id": None, "limit": 5}
        plan = "\n".join(db.scalars(text(f"EXPLAIN {_OF_ALL_WORDS}"), asked))
        assert "article_search" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert len(found(db, "случай37")) == 5
