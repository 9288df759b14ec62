"""What an issued document says: frozen when it is issued, and all that setting it needs.

Sums are minor units of the document's currency, rates hundredths of a percent, dates the
seller's. The JSON form is stored with its schema version and never changes afterwards.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Literal

SCHEMA: Final = 1
Kind = Literal["schet", "act", "credit_note", "receipt", "upd"]
Layout = Literal["ru", "en"]


@dataclass(frozen=True)
class Party:
    """A seller or a buyer as it was when the document was issued; empty means «has none»."""

    name: str
    country: str
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    address: str = ""


@dataclass(frozen=True)
class Bank:
    """Where to pay: Russian details (`bic`, `corr_account`), or `iban` and `swift`."""

    name: str
    account: str
    bic: str = ""
    corr_account: str = ""
    swift: str = ""


@dataclass(frozen=True)
class Signatory:
    """Who signs: the position (or «Предприниматель») and the name as «Фамилия И. О.»."""

    position: str
    name: str


@dataclass(frozen=True)
class Line:
    """One row: `quantity` of `unit` (code of ОКЕИ beside it), net + VAT = gross."""

    text: str
    quantity: int
    unit: str
    okei: str
    net: int
    vat: int
    gross: int
    vat_rate: int | None
    vat_reason: str = ""


@dataclass(frozen=True)
class Corrected:
    """The document that a credit note corrects."""

    kind: Kind
    number: str
    on: date


@dataclass(frozen=True)
class Content:
    """One document. `due_on`, `purpose` and `qr` stand on invoices; `service_on` on acts.

    `basis` is what it rests on («Оферта, редакция 3 от 1 ноября 2026 г.»), `words` the total in
    words, `qr` the payload of the payment code, `notes` are sentences below the table; `demo` marks
    an invented seller.
    `vat_total` says net, tax and gross for each rate, the highest first (rate None: without VAT).
    """

    kind: Kind
    layout: Layout
    number: str
    issued_on: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    basis: str
    words: str
    bank: Bank | None = None
    signatories: tuple[Signatory, ...] = ()
    due_on: date | None = None
    service_on: date | None = None
    purpose: str = ""
    qr: str = ""
    corrects: Corrected | None = None
    notes: tuple[str, ...] = ()
    demo: bool = False
    schema: int = field(default=SCHEMA)

    @property
    def gross(self) -> int:
        """The total with tax."""
        return sum(line.gross for line in self.lines)

    @property
    def net(self) -> int:
        """The total without tax."""
        return sum(line.net for line in self.lines)

    @property
    def vat_total(self) -> list[tuple[int | None, int, int, int]]:
        """(rate, net, VAT, gross) for each rate, the highest first; None (without VAT) last."""
        rates = {line.vat_rate for line in self.lines}
        ordered = sorted(rates, key=lambda rate: -1 if rate is None else rate, reverse=True)
        return [
            (
                rate,
                sum(line.net for line in self.lines if line.vat_rate == rate),
                sum(line.vat for line in self.lines if line.vat_rate == rate),
                sum(line.gross for line in self.lines if line.vat_rate == rate),
            )
            for rate in ordered
        ]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; dates as ISO 8601."""
        return dict(_plain(asdict(self)))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Content:
        """Read what `to_json` wrote."""
        values = dict(stored)
        values["seller"], values["buyer"] = Party(**values["seller"]), Party(**values["buyer"])
        values["lines"] = tuple(Line(**line) for line in values["lines"])
        values["signatories"] = tuple(Signatory(**one) for one in values["signatories"])
        values["bank"] = Bank(**values["bank"]) if values["bank"] else None
        values["notes"] = tuple(values["notes"])
        if values["corrects"]:
            corrected = values["corrects"]
            values["corrects"] = Corrected(**{**corrected, "on": date.fromisoformat(corrected["on"])})
        for name in ("issued_on", "due_on", "service_on"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
