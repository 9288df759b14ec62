"""What a bank's statement says, whatever its format: the border between readers and matching."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Format = Literal["1c", "camt053", "mt940", "csv"]


@dataclass(frozen=True)
class Side:
    """Payer or payee of a line, as the bank wrote him; empty means that it didn't say."""

    account: str = ""
    inn: str = ""
    kpp: str = ""
    name: str = ""
    bic: str = ""


@dataclass(frozen=True)
class StatementLine:
    """One document of a statement.

    `minor` is positive, in minor units of `currency`; who is ours says the direction, not this.
    `booked_on` is the bank's date of the movement on our account (`on` of the document if the
    bank gives no other). `raw` keeps every key of the source, also unknown ones.
    """

    number: str
    on: date
    booked_on: date
    minor: int
    currency: str
    payer: Side
    payee: Side
    purpose: str
    kind: str = ""
    reference: str = ""
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Balance:
    """What a statement says of one own account: balances and turnover in minor units, or None."""

    account: str
    from_on: date
    to_on: date
    currency: str
    opening: int | None = None
    closing: int | None = None
    came: int | None = None
    went: int | None = None


@dataclass(frozen=True)
class Statement:
    """A statement as it was read: whole, or not at all (the readers raise StatementError)."""

    format: Format
    accounts: tuple[str, ...]
    balances: tuple[Balance, ...]
    lines: tuple[StatementLine, ...]
