"""Where an incoming payment goes: by itself only when number, payer and standing agree; else why not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.bank.matching import REASONS, Incoming, Invoice, Judge, Put

OURS = Invoice(1, "2027-000045", 11, "2499004176", "RUB", 549000, "open")
OTHER = Invoice(2, "2027-000046", 12, "2499004176", "RUB", 100000, "open")
PAID = Invoice(3, "2027-000047", 13, "2499004176", "RUB", 0, "covered")
VOID = Invoice(4, "2027-000048", 14, "2499004176", "RUB", 549000, "void")
FOREIGN = Invoice(5, "2027-000049", 15, "", "RUB", 100000, "open")
FLAGGED = Invoice(6, "2027-000050", 16, "2499004176", "RUB", 100000, "open", flagged=True)
EURO = Invoice(7, "2027-000051", 17, "2499004176", "EUR", 100000, "open")
TWIN = Invoice(8, "2027 000045", 18, "2499004176", "RUB", 549000, "open")
ALL = (OURS, OTHER, PAID, VOID, FOREIGN, FLAGGED, EURO)
LINE = Incoming(549000, "RUB", "2499004176", "Оплата по счету № 2027-000045 от 18.01.2027")


def judge(line=LINE, invoices=ALL):
    return Judge.of(invoices).judge(line)


def paid(number: str, **facts) -> Incoming:
    return replace(LINE, purpose=f"Оплата по счету № {number}", **facts)


def test_number_payer_and_standing_agree_so_the_money_is_put_by_itself() -> None:
    verdict = judge()
    assert verdict.puts == (Put(1, 11, 549000),)
    assert verdict.reason is None


def test_less_than_is_due_pays_a_part() -> None:
    assert judge(replace(LINE, minor=200000)).puts == (Put(1, 11, 200000),)


def test_more_than_is_due_pays_the_invoice_and_leaves_the_rest_to_a_person() -> None:
    verdict = judge(replace(LINE, minor=600000))
    assert verdict.puts == (Put(1, 11, 549000),)
    assert verdict.reason == "overpaid"


def test_several_invoices_are_paid_when_the_sum_is_exactly_theirs() -> None:
    both = replace(LINE, minor=649000, purpose="счета 2027-000046, 2027-000045")
    assert judge(both).puts == (Put(1, 11, 549000), Put(2, 12, 100000))


@pytest.mark.parametrize(
    ("reason", "line", "invoices"),
    [
        ("no_number", replace(LINE, purpose="Оплата за услуги по договору"), ALL),
        ("payer_unknown", replace(LINE, payer_inn=""), ALL),
        ("buyer_unknown", paid("2027-000049"), ALL),
        # Lawful by ГК 313, but a person confirms it.
        ("other_payer", replace(LINE, payer_inn="7707083893"), ALL),
        ("other_currency", paid("2027-000051"), ALL),
        ("ambiguous", LINE, (OURS, TWIN)),
        ("covered", paid("2027-000047"), ALL),
        # Late money for a voided invoice is never put by itself.
        ("void", paid("2027-000048"), ALL),
        ("attention", paid("2027-000050"), ALL),
        ("several_sums", replace(LINE, purpose="счета 2027-000045 и 2027-000046"), ALL),
    ],
)
def test_each_reason_to_leave_a_payment_to_a_person_puts_nothing(reason, line, invoices) -> None:
    verdict = judge(line, invoices)
    assert verdict.reason == reason
    assert verdict.puts == ()


def test_every_reason_has_its_example_here_or_where_money_is_put() -> None:
    here = {"no_number", "payer_unknown", "buyer_unknown", "other_payer", "other_currency", "ambiguous",
            "covered", "void", "attention", "several_sums", "overpaid"}  # fmt: skip
    assert set(REASONS) - here == {"time_gone", "order_ended", "taken_back"}


def test_one_bad_invoice_among_several_leaves_all_to_a_person() -> None:
    line = replace(LINE, minor=549000, purpose="счета 2027-000045 и 2027-000048")
    assert judge(line).reason == "void"


def test_the_same_sum_of_the_same_payer_is_a_suggestion_only() -> None:
    verdict = judge(replace(LINE, purpose="Оплата за услуги"))
    assert verdict.puts == ()
    assert verdict.candidates == (1,)


def test_candidates_are_the_named_invoices_first() -> None:
    assert judge(replace(LINE, purpose="счета 2027-000048")).candidates == (4, 1)


def test_what_one_line_has_paid_is_not_paid_by_the_next() -> None:
    one = Judge.of(ALL)
    assert one.judge(replace(LINE, minor=300000)).puts
    assert one.judge(replace(LINE, minor=249000)).puts == (Put(1, 11, 249000),)
    again = one.judge(LINE)
    assert again.reason == "covered"
    assert again.puts == ()


@given(
    minor=st.integers(1, 2_000_000),
    inn=st.sampled_from(["", "2499004176", "7707083893"]),
    currency=st.sampled_from(["RUB", "EUR"]),
    numbers=st.lists(st.sampled_from([one.number for one in ALL]), max_size=3),
)
def test_what_is_put_never_exceeds_what_came_nor_what_is_owed(minor, inn, currency, numbers) -> None:
    verdict = judge(Incoming(minor, currency, inn, "счета " + ", ".join(numbers)))
    by_bill = {one.bill_id: one for one in ALL}
    assert sum(put.minor for put in verdict.puts) <= minor
    for put in verdict.puts:
        bill = by_bill[put.bill_id]
        assert 0 < put.minor <= bill.owed
        assert (bill.standing, bill.buyer_inn, bill.currency) == ("open", inn, currency)
        assert bill.number in numbers
    assert verdict.reason is not None or sum(put.minor for put in verdict.puts) == minor
