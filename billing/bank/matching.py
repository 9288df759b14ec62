"""Where an incoming payment belongs: judged without a database, the same for preview and import.

Strict: money is put to a bill by itself only if the invoice's number, the payer's ИНН and the
bill's standing agree. Everything else is for a person, with a reason and with candidates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

from billing.bank.numbers import Numbers, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Standing = Literal["open", "covered", "void"]
Reason = Literal[
    "no_number",
    "payer_unknown",
    "buyer_unknown",
    "other_payer",
    "other_currency",
    "ambiguous",
    "covered",
    "void",
    "attention",
    "several_sums",
    "overpaid",
    "time_gone",
    "order_ended",
    "taken_back",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
"""Why a line is for a person.

The last three show only when money is put, or taken off again: the time is gone, the order is
over, a person took the match back.
"""


@dataclass(frozen=True)
class Incoming:
    """What matters of an incoming line: `minor` > 0 in `currency`, the payer's ИНН or nothing."""

    minor: int
    currency: str
    payer_inn: str
    purpose: str


@dataclass(frozen=True)
class Invoice:
    """What matters of an issued invoice: what of its bill is `owed` (minor units), and its standing.

    `flagged`: its order needs a person, and no rule may go on with it.
    """

    id: int
    number: str
    bill_id: int
    buyer_inn: str
    currency: str
    owed: int
    standing: Standing
    flagged: bool = False


@dataclass(frozen=True)
class Put:
    """So many minor units to this bill, for this invoice."""

    invoice_id: int
    bill_id: int
    minor: int


@dataclass(frozen=True)
class Verdict:
    """What is done with a line: `puts` by rule, and if a person has to look, why.

    With puts and the reason `overpaid` the bills are paid, and a rest has no place. Candidates are
    invoices (ids) that a person may mean, the likeliest first. `refund_id` is the refund that an
    outgoing line shows gone.
    """

    puts: tuple[Put, ...] = ()
    reason: Reason | None = None
    candidates: tuple[int, ...] = ()
    refund_id: int | None = None


@dataclass
class Judge:
    """Judges lines one after another; what one line pays, the next no longer finds open."""

    invoices: dict[int, Invoice]
    numbers: Numbers
    _by_payer: dict[tuple[str, str, int], list[int]] = field(default_factory=dict)
    _paid: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, invoices: Iterable[Invoice]) -> Judge:
        """A judge who knows these invoices: all that the seller has issued."""
        known = {one.id: one for one in invoices}
        judge = cls(known, Numbers((one.number, one.id) for one in known.values()))
        for one in known.values():
            if one.standing == "open" and one.buyer_inn:
                judge._by_payer.setdefault((one.buyer_inn, one.currency, one.owed), []).append(one.id)
        return judge

    def judge(self, line: Incoming) -> Verdict:
        """Say where the line's money goes, and remember that it has gone there."""
        named = self.numbers.find(line.purpose)
        verdict = self._judge_named(line, [self.invoices[one] for one in named])
        for put in verdict.puts:
            self._paid[put.bill_id] = self._paid.get(put.bill_id, 0) + put.minor
        return verdict

    def owed(self, invoice: Invoice) -> int:
        """What is still to be paid after the lines judged before."""
        return max(invoice.owed - self._paid.get(invoice.bill_id, 0), 0)

    def _judge_named(self, line: Incoming, named: Sequence[Invoice]) -> Verdict:
        candidates = self._candidates(line, named)
        if not named:
            return Verdict(reason="no_number", candidates=candidates)
        for one in named:
            why = self._refusal(line, one)
            if why is not None:
                return Verdict(reason=why, candidates=candidates)
        if len({joined(one.number) for one in named}) < len(named):
            return Verdict(reason="ambiguous", candidates=candidates)
        return self._share(line, named, candidates)

    def _refusal(self, line: Incoming, invoice: Invoice) -> Reason | None:
        """Why no rule may put this line to this invoice, the gravest reason first."""
        # An invoice that was replaced is still found by its number: its bill has another one now.
        grounds: tuple[tuple[Reason, bool], ...] = (
            ("void", invoice.standing == "void"),
            ("covered", invoice.standing == "covered" or not self.owed(invoice)),
            ("other_currency", invoice.currency != line.currency),
            ("buyer_unknown", not invoice.buyer_inn),
            ("payer_unknown", not line.payer_inn),
            ("other_payer", invoice.buyer_inn != line.payer_inn),
            ("attention", invoice.flagged),
        )
        return next((reason for reason, holds in grounds if holds), None)

    def _share(self, line: Incoming, invoices: Sequence[Invoice], candidates: tuple[int, ...]) -> Verdict:
        """Share the money: one invoice takes what it can, several only exactly what they need."""
        due = sum(self.owed(one) for one in invoices)
        if len(invoices) > 1 and due != line.minor:
            return Verdict(reason="several_sums", candidates=candidates)
        puts = tuple(
            Put(one.id, one.bill_id, min(self.owed(one), line.minor))
            for one in sorted(invoices, key=lambda one: one.bill_id)
        )
        over = line.minor > due
        return Verdict(puts, "overpaid" if over else None, candidates if over else ())

    def _candidates(self, line: Incoming, named: Sequence[Invoice]) -> tuple[int, ...]:
        """The invoices that are named, then the payer's open ones over exactly this sum."""
        same = self._by_payer.get((line.payer_inn, line.currency, line.minor), [])
        return tuple(dict.fromkeys([*(one.id for one in named), *same]))[:10]
