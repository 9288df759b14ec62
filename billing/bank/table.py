"""A bank's table (CSV) as a statement, read by a mapping of its columns."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from billing.bank.encoding import decode
from billing.bank.errors import StatementError
from billing.bank.figures import check_currency, make_date, read_minor
from billing.bank.statement import Side, Statement, StatementLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

# What a column may mean. `amount` is below zero for what left the account; banks with two columns
# have `came` and `went` in its place.
FIELDS: Final = (
    "on",
    "booked_on",
    "amount",
    "came",
    "went",
    "currency",
    "number",
    "reference",
    "other_name",
    "other_inn",
    "other_kpp",
    "other_account",
    "other_bic",
    "purpose",
)
DATE_FORMATS: Final = {
    "dd.mm.yyyy": re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})\b.*", re.ASCII),
    "yyyy-mm-dd": re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})\b.*", re.ASCII),
    "dd/mm/yyyy": re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})\b.*", re.ASCII),
    "mm/dd/yyyy": re.compile(r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})\b.*", re.ASCII),
}
DELIMITERS: Final = (";", ",", "\t")
# Banks put some lines about themselves above the table.
_ABOVE: Final = 50
_MOST_COLUMNS: Final = 200
_MOST_ROWS: Final = 100_000


@dataclass(frozen=True)
class TableMapping:
    """How a bank's table is read: field → heading of its column, and how it writes its figures.

    `account` is ours that the table is of; `currency` is what it is kept in, unless a column says.
    `decimal` is the sign before the kopecks; the other one may stand between thousands.
    """

    columns: dict[str, str]
    account: str
    currency: str = "RUB"
    date_format: str = "dd.mm.yyyy"
    decimal: str = ","
    delimiter: str = ";"

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> TableMapping:
        """As it was kept; raises StatementError `statement_mapping` when it can't be used."""
        mapping = cls(**kept)
        mapping.check()
        return mapping

    def check(self) -> None:
        """Refuse a mapping by which nothing could be read: StatementError, `statement_mapping`."""
        columns = self.columns
        strange = [key for key in columns if key not in FIELDS]
        wanted = [key for key in ("on",) if not columns.get(key)]
        if not columns.get("amount") and not (columns.get("came") and columns.get("went")):
            wanted.append("amount")
        if strange or wanted:
            raise StatementError("statement_mapping", column=(strange + wanted)[0])
        if self.date_format not in DATE_FORMATS or self.decimal not in {",", "."}:
            raise StatementError("statement_mapping", column="on")
        if self.delimiter not in DELIMITERS:
            raise StatementError("statement_mapping", column=self.delimiter)
        if not self.account:
            raise StatementError("statement_account", value="")


def read_table(content: bytes, *, mapping: TableMapping) -> Statement:
    """The statement in a table; raises StatementError."""
    mapping.check()
    text = decode(content, mark=mapping.columns["on"])
    rows = _rows(text, mapping)
    return Statement(
        format="csv",
        accounts=(mapping.account,),
        balances=(),
        lines=tuple(_line(row, at, mapping) for at, row in rows),
    )


def _cells(text: str, mapping: TableMapping) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
    try:
        for row in reader:
            if reader.line_num > _MOST_ROWS:
                raise StatementError("statement_size", line=reader.line_num)
            if len(row) > _MOST_COLUMNS:
                raise StatementError("statement_format", line=reader.line_num)
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error:
        raise StatementError("statement_truncated", line=reader.line_num) from None


def _rows(text: str, mapping: TableMapping) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the headings, each by field; sums and remarks under the last one are left out."""
    places: dict[str, int] = {}
    ended_at = 0
    for at, cells in _cells(text, mapping):
        if not places:
            places = _places(cells, mapping, at)
            continue
        row = {field: cells[place] if place < len(cells) else "" for field, place in places.items()}
        if row["on"][:1].isdigit():
            if ended_at:
                raise StatementError("statement_date", line=ended_at, value="")
            yield at, row | {f"={place + 1}": cell for place, cell in enumerate(cells)}
        elif any(cells):
            ended_at = ended_at or at
    if not places:
        raise StatementError("statement_mapping", column=mapping.columns["on"])


def _places(cells: list[str], mapping: TableMapping, at: int) -> dict[str, int]:
    """Where each field stands, if this row is the headings; empty if it isn't."""
    wanted = {field: heading.strip() for field, heading in mapping.columns.items() if heading.strip()}
    missing = [heading for heading in wanted.values() if heading not in cells]
    if wanted["on"] in cells and missing:
        raise StatementError("statement_mapping", line=at, column=missing[0])
    if missing or at > _ABOVE:
        return {}
    return {field: cells.index(heading) for field, heading in wanted.items()}


def _line(row: dict[str, str], at: int, mapping: TableMapping) -> StatementLine:
    currency = check_currency(row.get("currency") or mapping.currency, line=at)
    minor = _minor(row, currency, at, mapping)
    on = _day(row["on"], at, mapping)
    other = Side(
        account=row.get("other_account", ""),
        inn=row.get("other_inn", ""),
        kpp=row.get("other_kpp", ""),
        name=row.get("other_name", ""),
        bic=row.get("other_bic", ""),
    )
    own = Side(account=mapping.account)
    return StatementLine(
        number=row.get("number", ""),
        on=on,
        booked_on=_day(row["booked_on"], at, mapping) if row.get("booked_on") else on,
        minor=abs(minor),
        currency=currency,
        payer=other if minor > 0 else own,
        payee=own if minor > 0 else other,
        purpose=row.get("purpose", ""),
        reference=row.get("reference", ""),
        raw={key.removeprefix("="): cell for key, cell in row.items() if key.startswith("=") and cell},
    )


def _minor(row: dict[str, str], currency: str, at: int, mapping: TableMapping) -> int:
    """Above zero for what came, below for what went."""
    if row.get("amount"):
        minor = _figure(row["amount"], currency, at, mapping)
    else:
        came, went = (
            _figure(row[key], currency, at, mapping) if row.get(key) else 0 for key in ("came", "went")
        )
        if came and went:
            raise StatementError("statement_amount", line=at, value=row["went"])
        minor = abs(came) - abs(went)
    if not minor:
        raise StatementError("statement_amount", line=at, value=row.get("amount", ""))
    return minor


def _figure(text: str, currency: str, at: int, mapping: TableMapping) -> int:
    thousands = "." if mapping.decimal == "," else ","
    bare = text.replace(thousands, "").replace("\u2212", "-").replace("'", "").removeprefix("+")
    return read_minor(bare, currency, line=at, signed=True)


def _day(text: str, at: int, mapping: TableMapping) -> date:
    found = DATE_FORMATS[mapping.date_format].fullmatch(text)
    if not found:
        raise StatementError("statement_date", line=at, value=text)
    return make_date(int(found["y"]), int(found["m"]), int(found["d"]), text=text, line=at)
