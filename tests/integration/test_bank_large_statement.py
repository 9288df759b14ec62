"""A statement of ten thousand documents: read, previewed, imported and matched in time."""

from __future__ import annotations

import os
import time

import pytest
from sqlalchemy import text

from billing import bank
from tests.fakes.bank import OTHERS, OUR_INN, OWN, Bank, Paper, inn_of, statement

MANY = 10_000
AIM_S = 20.0


@pytest.fixture
def till(demo, now):
    return Bank(demo, now)


def crowd() -> float:
    """How many want each processor just now: on a crowded machine everything takes so much longer."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def papers(till, orders):
    """Mostly payments that name nothing of ours, some of what leaves, and the orders' own."""
    for n in range(MANY - len(orders)):
        if n % 10 == 9:
            yield Paper(100_00 + n, f"Аренда {n}", payer=OWN, payee=OTHERS, inn=OUR_INN, payee_inn=inn_of(n))
        else:
            yield Paper(100_00 + n, f"Оплата по договору {n} от 12.01.2026, в т.ч. НДС 22%", inn=inn_of(n))
    for order in orders:
        yield till.pays(order)


def test_ten_thousand_documents_are_imported_and_matched_in_time(till):
    orders = [till.order(inn=inn_of(n), days=8 + n // 4) for n in range(12)]
    content = statement(*papers(till, orders))
    took = {}

    def measured(name, verb, *arguments):
        began = time.perf_counter()
        result = verb(*arguments)
        took[name] = round(time.perf_counter() - began, 2)
        return result

    shown = measured("preview", till.preview, content)
    made = measured("import", till.bring, content)
    assert measured("match", till.match, made) == len(shown.by_rule) == len(orders)
    print("large statement, s:", took)
    assert took["import"] + took["match"] < AIM_S * crowd()
    with till.sessions() as db:
        assert bank.progress_of(db, statement=made) == bank.Progress(MANY, MANY)
        assert db.scalar(text("SELECT sum(minor) FROM billing.line")) == 0
        assert bank.count_waiting(db) == MANY * 9 // 10 - len(orders) + len(orders) // 10 + 1
