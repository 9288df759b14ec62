"""What importing a file would do, told before it does it; nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.bank.importing import days_of, find_imported, list_known, seen_lines
from billing.bank.rule import Rule, Sight
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from billing.bank.matching import Invoice, Verdict
    from billing.bank.models import BankStatement, StatementFile
    from billing.bank.sorting import Seen
    from billing.bank.statement import Balance


@dataclass(frozen=True)
class Judged:
    """A new line and what would happen to it; `invoices` are those it would pay."""

    seen: Seen
    verdict: Verdict
    invoices: tuple[Invoice, ...]

    @property
    def amount(self) -> Money:
        """How much the line moves."""
        return Money(self.seen.line.minor, self.seen.line.currency)

    @property
    def pays_a_part(self) -> bool:
        """Whether something of the invoice is still owed then."""
        return len(self.invoices) == 1 and self.verdict.puts[0].minor < self.invoices[0].owed


@dataclass(frozen=True)
class Preview:
    """What would happen: new lines with their verdicts, how many are known, what the bank sums up.

    `imported` is the statement that the same bytes became before.
    """

    format: str
    from_on: date
    to_on: date
    balances: tuple[Balance, ...]
    known: int
    fresh: tuple[Judged, ...]
    imported: BankStatement | None

    @property
    def by_rule(self) -> list[Judged]:
        """Lines that would pay invoices by themselves."""
        return [one for one in self.fresh if one.verdict.puts]

    @property
    def for_a_person(self) -> list[Judged]:
        """Incoming lines that would wait, in whole or with a rest."""
        return [one for one in self.fresh if one.seen.direction == "in" and one.verdict.reason is not None]

    @property
    def refunds(self) -> list[Judged]:
        """Outgoing lines that would show refunds gone."""
        return [one for one in self.fresh if one.verdict.refund_id is not None]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why lines would wait, and how many for each reason, the most frequent first."""
        return Counter(str(one.verdict.reason) for one in self.for_a_person).most_common()

    def count(self, direction: str) -> int:
        """How many new lines go this way."""
        return sum(one.seen.direction == direction for one in self.fresh)

    def sum_of(self, direction: str) -> list[Money]:
        """How much they move, for each currency."""
        return sums(one.amount for one in self.fresh if one.seen.direction == direction)


def preview(db: Session, *, file: StatementFile) -> Preview:
    """Judge a file as the import would; raises StatementError and StatementRefusedError."""
    statement, seen = seen_lines(db, file=file)
    known = list_known(db, identities=[one.identity for one in seen])
    rule = Rule.of(db, seller_id=file.seller_id)
    fresh = tuple(_judged(rule, one) for one in seen if one.identity not in known)
    from_on, to_on = days_of(statement)
    return Preview(
        format=statement.format,
        from_on=from_on,
        to_on=to_on,
        balances=statement.balances,
        known=len(seen) - len(fresh),
        fresh=fresh,
        imported=find_imported(db, file=file),
    )


def _judged(rule: Rule, seen: Seen) -> Judged:
    verdict = rule.judge(Sight.of_seen(seen))
    return Judged(seen, verdict, rule.named([put.invoice_id for put in verdict.puts]))


def sums(amounts: Iterable[Money]) -> list[Money]:
    """Add amounts up, each currency for itself."""
    totals: dict[str, Money] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, Money.zero(amount.currency)) + amount
    return list(totals.values())
