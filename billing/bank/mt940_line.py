"""One movement of an MT940 statement: :61: with the :86: that belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from billing.bank.errors import StatementError
from billing.bank.figures import make_date, read_minor
from billing.bank.statement import Side, StatementLine

if TYPE_CHECKING:
    from datetime import date

_MOVEMENT: Final = re.compile(
    r"(?P<valued>[0-9]{6})(?P<booked>[0-9]{4})?(?P<back>R?)(?P<side>[CD])[A-Z]?"
    r"(?P<amount>[0-9]{1,12},[0-9]{0,3})(?P<kind>[A-Z][A-Z0-9]{3})"
    r"(?P<reference>(?:(?!//).){0,16})(?://(?P<bank>.{0,34}))?",
    re.ASCII,
)
_NO_REFERENCE: Final = "NONREF"
_FULL: Final = 65
# «/NZP/…/INN/…» (Russian banks) and «?20…?32…» (the German way, which others took over).
_SLASHED: Final = re.compile(r"/([A-Z]{3,4})/")
_QUERIED: Final = re.compile(r"\?([0-9]{2})")
_PURPOSES: Final = re.compile("2[0-9]|6[0-3]")
_INN: Final = re.compile(r"(?:\bINN|ИНН)[\s:.]*([0-9]{12}|[0-9]{10})(?![0-9])", re.IGNORECASE | re.ASCII)
_NAMES: Final = {"INN": "inn", "KPP": "kpp", "ACC": "account", "NAME": "name", "BIC": "bic"}
_NUMBERED: Final = {"30": "bic", "31": "account", "32": "name", "33": "name"}


@dataclass
class Entry:
    """A movement as it stands in the file; `details` are the lines of its :86:."""

    lines: list[str]
    details: list[str]
    line: int


def read_entry(entry: Entry, *, account: str, currency: str, mark: str) -> StatementLine:
    """The line that a movement is; `mark` names it where neither side did. Raises StatementError."""
    found = _MOVEMENT.fullmatch(entry.lines[0].strip())
    if not found:
        raise StatementError("statement_tag", line=entry.line, value=f":61:{entry.lines[0]}")
    valued = _day(found["valued"], entry)
    # A reversed credit leaves the account, a reversed debit comes back to it.
    came = (found["side"] == "C") != (found["back"] == "R")
    purpose, other = _details(_unfold(entry.details))
    number = found["reference"].strip()
    number = "" if number == _NO_REFERENCE else number
    reference = (found["bank"] or "").strip()
    own = Side(account=account)
    return StatementLine(
        number=number,
        on=valued,
        booked_on=_booked_on(found["booked"], valued, entry),
        minor=read_minor(found["amount"], currency, line=entry.line),
        currency=currency,
        payer=other if came else own,
        payee=own if came else other,
        purpose=purpose,
        kind=found["kind"],
        reference=reference or ("" if number else mark),
        raw={":61:": "\n".join(entry.lines), ":86:": "\n".join(entry.details)},
    )


def _day(text: str, entry: Entry) -> date:
    return make_date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]), text=text, line=entry.line)


def _booked_on(text: str | None, valued: date, entry: Entry) -> date:
    """The entry date has no year: the one that lies nearest to the value date."""
    if not text:
        return valued
    month, day = int(text[:2]), int(text[2:])
    year = valued.year + (month == 1 and valued.month == 12) - (month == 12 and valued.month == 1)
    return make_date(year, month, day, text=text, line=entry.line)


def _unfold(lines: list[str]) -> str:
    """One text again: a full line was cut anywhere, also within a word; a shorter one ended a word."""
    text = ""
    for line in lines:
        text += line if len(line) >= _FULL else f"{line} "
    return text.strip()


def _details(text: str) -> tuple[str, Side]:
    """Purpose and other side out of a :86:, whichever way its parts are marked."""
    if _SLASHED.search(text):
        parts = _cut(_SLASHED, text)
        purpose = parts.pop("NZP", "") or text
        found = {name: parts[key] for key, name in _NAMES.items() if key in parts}
    elif len(_QUERIED.findall(text)) > 1:
        parts = _cut(_QUERIED, text)
        purpose = "".join(
            part for key, part in sorted(parts.items()) if "20" <= key <= "29" or "60" <= key <= "63"
        )
        found = {}
        for key, name in _NUMBERED.items():
            found[name] = found.get(name, "") + parts.get(key, "")
    else:
        purpose, found = text, {}
    named = _INN.search(text)
    inn = found.pop("inn", "") or (named[1] if named else "")
    return purpose.strip(), Side(inn=inn.strip(), **{name: value.strip() for name, value in found.items()})


def _cut(sign: re.Pattern[str], text: str) -> dict[str, str]:
    """The text of each mark, up to the next; what a mark says twice is joined."""
    pieces = sign.split(text)
    parts: dict[str, str] = {}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[key] = parts.get(key, "") + value
    return parts
