"""A large bank statement, read, previewed, imported and matched; and what must be true of it then."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from billing import bank
from tests.fakes.bank import OTHERS, OUR_INN, OWN, Bank, Paper, inn_of, statement

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = 12


class Took(NamedTuple):
    """Seconds of each step, and what was wrong."""

    preview: float
    bring: float
    match: float
    wrong: list[str]

    @property
    def whole(self) -> float:
        """From the file to the last line."""
        return self.preview + self.bring + self.match


def import_large(till: Bank, many: int) -> Took:
    """Import a statement of `many` documents in which twelve orders are paid."""
    orders = [till.order(inn=inn_of(n), days=8 + n // 4) for n in range(ORDERS)]
    content = statement(*_papers(till, orders, many))
    began = perf_counter()
    shown = till.preview(content)
    previewed = perf_counter()
    made = till.bring(content)
    brought = perf_counter()
    matched = till.match(made)
    ended = perf_counter()
    with till.sessions() as db:
        true = {
            "applied by the rule": (matched, ORDERS),
            "as previewed": (len(shown.by_rule), ORDERS),
            "progress": (bank.progress_of(db, statement=made), bank.Progress(many, many)),
            "sum of the journal": (db.scalar(text("SELECT sum(minor) FROM billing.line")), 0),
            "to be decided": (bank.count_waiting(db), many * 9 // 10 - ORDERS + ORDERS // 10 + 1),
        }
    wrong = [f"{what}: {found}, not {right}" for what, (found, right) in true.items() if found != right]
    return Took(previewed - began, brought - previewed, ended - brought, wrong)


def _papers(till: Bank, orders: list[str], many: int) -> Iterator[Paper]:
    """Mostly payments that name nothing of ours, some of what leaves, and the orders' own."""
    on = till.now.date()
    for n in range(many - len(orders)):
        if n % 10 == 9:
            rent = f"Аренда {n}"
            yield Paper(100_00 + n, rent, payer=OWN, payee=OTHERS, inn=OUR_INN, payee_inn=inn_of(n), on=on)
        else:
            purpose = f"Оплата по договору {n} от 12.01.2026, в т.ч. НДС 22%"
            yield Paper(100_00 + n, purpose, inn=inn_of(n), on=on)
    for order in orders:
        yield till.pays(order, on=on)
