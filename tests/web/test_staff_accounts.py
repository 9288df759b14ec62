"""Bank accounts, numbers and signatures of a seller, as the administrator edits them."""

from __future__ import annotations

import pytest

from billing import sellers
from services.people.bank_accounts import list_bank_accounts, main_account
from tests.fakes.desk import enter

OVERVIEW = "/staff/sellers/ooo/accounts/"
NEW = "/staff/sellers/ooo/accounts/new"
ALFA = {
    "bank_name": "АО «Альфа-Банк»",
    "city": "г. Москва",
    "bic": "044525593",
    "corr_account": "3010 1810 2000 0000 0593",
    "account": "40702-810-2-00000000001",
    "currency": "rub",
}


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


def accounts(desk):
    with desk.database.app_sessions() as db:
        own = sellers.get_seller(db, code="ooo").organisation_id
        return list_bank_accounts(db, organisation_id=own), main_account(
            db, organisation_id=own, currency="RUB"
        )


def good(**changes):
    # 40702810…001 with the БИК of a bank whose key it has.
    return {**ALFA, "bic": "044525225", "corr_account": "3010 1810\u00a04000 0000 0225", **changes}


def test_an_account_is_added_with_blanks_and_hyphens_and_becomes_the_main_one_on_request(desk, admin):
    _before, main = accounts(desk)
    admin.submit(admin.get(NEW), **good())
    rows, still = accounts(desk)
    added = next(row for row in rows if row.account == "40702810200000000001")
    assert (added.bic, added.corr_account, added.currency) == ("044525225", "30101810400000000225", "RUB")
    assert main is None or still.id == main.id
    page = admin.get(OVERVIEW)
    token = str(page.all("[name=csrf_token]")[0]["value"])
    admin.post(f"/staff/sellers/ooo/accounts/{added.id}/main", {"csrf_token": token})
    assert accounts(desk)[1].id == added.id
    admin.post(f"/staff/sellers/ooo/accounts/{added.id}/close", {"csrf_token": token})
    assert accounts(desk)[1] is None


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"bic": "04452522"}, "bic", "nine digits"),
        ({"bic": "144525225"}, "bic", "begins with 04"),
        ({"account": "40702810200000000002"}, "account", "doesn’t belong to this bank"),
        ({"account": "4070281020000000000"}, "account", "20 digits"),
        ({"corr_account": "30101810500000000225"}, "corr_account", "doesn’t belong to this bank"),
        ({"corr_account": "40101810500000000225"}, "corr_account", "begins with 301"),
        ({"swift": "SBER"}, "swift", "8 or 11 signs"),
        ({"bank_name": " "}, "bank_name", "Fill this in"),
    ],
)
def test_what_doesnt_fit_is_said_beside_its_field_and_nothing_typed_is_lost(desk, wrong, field, said):
    admin = enter(desk.app, "administrator", "en")
    before, _main = accounts(desk)
    page = admin.submit(admin.get(NEW), status=422, **good(**wrong))
    assert said in page.text
    assert page.one(f"#{field}").get("aria-invalid") == "true"
    assert page.one("[name=city]")["value"] == "г. Москва"
    assert len(accounts(desk)[0]) == len(before)


def test_the_same_account_is_not_there_twice(desk, admin):
    admin.submit(admin.get(NEW), **good())
    page = admin.submit(admin.get(NEW), status=422, **good())
    assert "This account is there already." in page.text


def test_abroad_an_iban_is_checked_and_other_numbers_are_taken(desk, admin):
    new = "/staff/sellers/abroad/accounts/new"
    foreign = {"bank_name": "Bank", "currency": "EUR", "swift": "EXAMCY2N"}
    page = admin.submit(admin.get(new), status=422, **foreign, account="CY18 0020 0128 0000 0012 0052 7600")
    assert "IBAN" in page.text
    admin.submit(admin.get(new), **foreign, account="DE89 3704 0044 0532 0130 00")
    admin.submit(admin.get(new), **foreign, account="12-345-678")
    with desk.database.app_sessions() as db:
        own = sellers.get_seller(db, code="abroad").organisation_id
        numbers = {row.account for row in list_bank_accounts(db, organisation_id=own)}
    assert {"DE89370400440532013000", "12345678"} <= numbers


def test_numbers_and_signatures_are_saved_and_a_pattern_without_a_number_is_refused(desk, admin):
    page = admin.get("/staff/sellers/ooo/papers")
    refused = admin.submit(page, status=422, number_pattern="2026-{n:06}")
    assert "{year}" in refused.text
    admin.submit(
        refused, number_pattern="АП-{year}/{n:04}", head_name="Петров П. П.", head_position="Директор"
    )
    with desk.database.app_sessions() as db:
        seller = sellers.get_seller(db, code="ooo")
        assert (seller.number_pattern, seller.head_name) == ("АП-{year}/{n:04}", "Петров П. П.")
