"""What each line of a statement is to us, and whether the statement as a whole can be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from billing.bank.errors import StatementRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from billing.bank.statement import Balance, Statement, StatementLine

Direction = Literal["in", "out", "own", "fee"]
_FEE: Final = re.compile(r"\bкомисси", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """A line from our side: which of our accounts it moved, and how; `identity` is its duplicate key."""

    line: StatementLine
    account: str
    direction: Direction
    identity: str


def sort_lines(statement: Statement, *, own: Mapping[str, str], inn: str) -> list[Seen]:
    """Say of every line what it is to us, or refuse the whole statement.

    `own` are our accounts with their currencies, `inn` is ours. A document that a file holds twice
    comes once. Raises StatementRefusedError.
    """
    if not statement.accounts or not (statement.lines or statement.balances):
        raise StatementRefusedError("no_lines")
    for account in statement.accounts:
        if account not in own:
            raise StatementRefusedError("unknown_account", account=account)
    seen = {one.identity: one for line in statement.lines for one in _seen(line, own, inn)}
    for balance in statement.balances:
        _check_balance(balance, seen.values())
    return list(seen.values())


def refuse_future(statement: Statement, *, today: date) -> None:
    """Refuse a statement of days that no bank has closed: forged, or read with day and month exchanged.

    `today` is that of UTC; anywhere else it may be tomorrow already. Raises StatementRefusedError.
    """
    last = today + timedelta(days=1)
    for line in statement.lines:
        if line.booked_on > last:
            raise StatementRefusedError("future_line", number=line.number, on=line.booked_on)


def identity_of(line: StatementLine, *, account: str, direction: Direction) -> str:
    """The duplicate key: own account, direction, number, date, amount, the payer's account and ИНН.

    Never the purpose: banks cut and reword it. Where a format has no number, the bank's reference
    stands for it.
    """
    parts = (
        account,
        "in" if direction == "in" else "out",
        line.number.strip() or line.reference.strip(),
        line.on.isoformat(),
        str(line.minor),
        line.currency,
        line.payer.account,
        line.payer.inn,
    )
    return "|".join(part.replace("|", " ") for part in parts)


def _seen(line: StatementLine, own: Mapping[str, str], inn: str) -> Iterable[Seen]:
    account, direction = _side(line, own, inn)
    if not account:
        raise StatementRefusedError("foreign_line", number=line.number, on=line.on)
    if own[account] != line.currency:
        raise StatementRefusedError("line_currency", number=line.number, on=line.on, currency=line.currency)
    yield Seen(line, account, direction, identity_of(line, account=account, direction=direction))


def _side(line: StatementLine, own: Mapping[str, str], inn: str) -> tuple[str, Direction]:
    """Which account of ours it moved and how, by the accounts and never by the kind of document."""
    if line.payee.account in own:
        ours = line.payer.account in own or (inn != "" and line.payer.inn == inn)
        return line.payee.account, "own" if ours else "in"
    if line.payer.account not in own:
        return "", "out"
    if inn and line.payee.inn == inn:
        return line.payer.account, "own"
    return line.payer.account, "fee" if _is_fee(line) else "out"


def _is_fee(line: StatementLine) -> bool:
    """Whether our own bank took it: a bank's order, or its words, and nobody else's bank is named."""
    same_bank = not line.payee.bic or line.payee.bic == line.payer.bic
    return same_bank and ("банковский ордер" in line.kind.lower() or bool(_FEE.search(line.purpose)))


def _check_balance(balance: Balance, seen: Collection[Seen]) -> None:
    """A statement that contradicts itself was cut or filtered: nothing of it can be trusted."""
    opening, closing = balance.opening, balance.closing
    came, went = _turnover(balance, seen)
    facts: dict[str, Any] = {"account": balance.account, "currency": balance.currency}
    for said, is_so in ((balance.came, came), (balance.went, went)):
        if said is not None and said != is_so:
            raise StatementRefusedError("turnover_differs", minor=abs(said - is_so), **facts)
    if opening is not None and closing is not None and opening + came - went != closing:
        raise StatementRefusedError("balance_broken", minor=abs(opening + came - went - closing), **facts)


def _turnover(balance: Balance, seen: Collection[Seen]) -> tuple[int, int]:
    """What came to an account and what went within a balance's days, in minor units."""
    within = [one.line for one in seen if balance.from_on <= one.line.booked_on <= balance.to_on]
    came = sum(line.minor for line in within if line.payee.account == balance.account)
    return came, sum(line.minor for line in within if line.payer.account == balance.account)
