"""The page of a paid session behind its secret link: what it says, what it takes, how it ends."""

from __future__ import annotations

import pytest

from billing import orders
from services.core.links import secret_path


@pytest.fixture
def paid(shop, app):
    """The path of a session that was just paid for, days before it starts, and its order."""
    del app  # over the same database
    reference = shop.place(nth=60)
    shop.pay(reference)
    shop.sync(reference)
    session = shop.order(reference).session
    with shop.sessions() as db:
        core = db.info["core"]
    return secret_path(core, "s", session.reference, session.link_version), reference


@pytest.mark.parametrize(
    ("language", "theirs", "home"), [("ru", "Красноярск, МСК+4", "В Москве"), ("en", "MSK+4", "In Moscow")]
)
def test_the_page_says_when_in_both_zones_and_whose_turn_it_is(visit, paid, language, theirs, home):
    page = visit(language).get(paid[0])
    text = page.text.replace("\u00a0", " ")
    assert theirs in text
    assert home in text
    assert page.one("meta[name=robots]")["content"].startswith("noindex")
    assert page.all(f'a[href="{paid[0]}/invite.ics"]')


def test_an_odd_id_is_kept_with_a_warning_and_none_is_refused_beside_its_field(visitor, paid):
    page = visitor.get(paid[0])
    form = 'form[action$="/connection"]'
    refused = visitor.submit(page, form=form, status=422, tool="rustdesk", connection_id="")
    assert len(refused.errors()) == 1
    kept = visitor.submit(page, form=form, tool="rustdesk", connection_id="12x")
    assert kept.one("input[name=connection_id]")["value"] == "12x"
    assert "Не похоже на ID этой программы" in kept.text


def test_what_was_ticked_stays_ticked_and_nothing_else_is(visitor, paid):
    page = visitor.get(paid[0])
    form = 'form[action$="/preparation"]'
    kept = visitor.submit(page, form=form, done=["backup", "invented"])
    assert [tag["value"] for tag in kept.all("input[name=done][checked]")] == ["backup"]
    assert visitor.submit(kept, form=form, done=["backup"], consent="1").all("input[name=consent]") == []


def test_cancelling_shows_the_sum_first_and_then_gives_it_back_once(visitor, paid, shop):
    path, reference = paid
    asked = visitor.get(f"{path}/cancel")
    assert "Вернём 5 490" in asked.text.replace("\u00a0", " ")
    assert shop.order(reference).state == "confirmed", "a link in a letter changes nothing"
    ended = visitor.submit(asked, form="form.acts")
    assert "Сеанс отменён" in ended.text
    assert [refund.amount_minor for refund in shop.refunds()] == [549000]
    again = visitor.submit(asked, form="form.acts")
    assert "Сеанс отменён" in again.text
    assert len(shop.refunds()) == 1
    assert shop.order(reference).state == "cancelled"


def test_a_used_link_of_the_order_leads_to_the_session(visitor, paid, shop):
    with shop.sessions() as db:
        order = orders.get_order(db, reference=paid[1])
        link = secret_path(db.info["core"], "o", order.reference, order.link_version)
    for step in ("", "/details", "/review", "/pay"):
        assert visitor.get(link + step).path == paid[0]
