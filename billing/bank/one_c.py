"""Statements in 1CClientBankExchange 1.0x (v8.1c.ru), what Russian banks give to everybody.

Lines `Ключ=Значение` in sections; a line that is no such pair goes on where the one before it
stopped. Keys that are unknown here are kept in `raw`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from billing.bank.encoding import decode, split_lines
from billing.bank.errors import StatementError
from billing.bank.figures import currency_of_account, read_date, read_minor
from billing.bank.one_c_document import read_document
from billing.bank.one_c_section import Section
from billing.bank.statement import Balance, Statement

_FIRST: Final = "1CClientBankExchange"
_LAST: Final = "КонецФайла"
_ENDS: Final = {"СекцияРасчСчет": "КонецРасчСчет", "СекцияДокумент": "КонецДокумента"}
_PAIR: Final = re.compile(r"\s*([A-Za-zА-Яа-яЁё_][\wА-Яа-яЁё]{0,60})\s*=(.*)", re.DOTALL)


@dataclass
class _File:
    header: Section
    accounts: list[str] = field(default_factory=list)
    balances: list[Section] = field(default_factory=list)
    documents: list[Section] = field(default_factory=list)


def read_one_c(content: bytes) -> Statement:
    """The statement in a file of this format; raises StatementError."""
    lines = split_lines(decode(content, mark="ВерсияФормата="))
    file = _parse(lines)
    accounts = tuple(dict.fromkeys(file.accounts + [one.need("РасчСчет")[0] for one in file.balances]))
    if not accounts:
        raise StatementError("statement_missing", line=1, key="РасчСчет")
    return Statement(
        format="1c",
        accounts=accounts,
        balances=tuple(_balance(one, file.header) for one in file.balances),
        lines=tuple(read_document(one, accounts) for one in file.documents),
    )


def _parse(lines: list[str]) -> _File:
    """Cut the lines into header, accounts and documents; what stands open or outside is refused."""
    if lines[0].strip() != _FIRST:
        raise StatementError("statement_format")
    file = _File(Section("", "", 1))
    current = file.header
    for number, line in enumerate(lines[1:], start=2):
        bare = line.strip()
        if not bare:
            continue
        if bare == _LAST:
            _check_end(current, lines, number)
            return file
        current = _step(file, current, bare, number)
    raise StatementError("statement_truncated", line=len(lines))


def _step(file: _File, current: Section, bare: str, number: int) -> Section:
    """The section that the next line belongs to, after this one."""
    if bare in _ENDS.values():
        return _close(file, current, bare, number)
    pair = _PAIR.fullmatch(bare)
    key, value = (pair[1], pair[2].strip()) if pair else (bare, "")
    if key in _ENDS:
        if current.name:
            raise StatementError("statement_order", line=number, value=bare)
        return Section(key, value, number)
    if pair is None:
        current.go_on(bare, number)
    elif not current.name and key == "РасчСчет":
        file.accounts.append(value)
    elif not current.name:
        # Headers repeat at will («Документ=…»), and nothing but dates is read of them.
        current.pairs[key], current.at[key], current.last = value, number, key
    else:
        current.add(key, value, number)
    return current


def _close(file: _File, current: Section, bare: str, number: int) -> Section:
    if _ENDS.get(current.name) != bare:
        raise StatementError("statement_order", line=number, value=bare)
    (file.documents if current.name == "СекцияДокумент" else file.balances).append(current)
    return file.header


def _check_end(current: Section, lines: list[str], number: int) -> None:
    if current.name:
        raise StatementError("statement_truncated", line=number)
    for later, line in enumerate(lines[number:], start=number + 1):
        if line.strip():
            raise StatementError("statement_trailing", line=later)


def _balance(section: Section, header: Section) -> Balance:
    account = section.need("РасчСчет")[0]
    currency = currency_of_account(account)

    def minor(key: str) -> int | None:
        said = section.pairs.get(key, "")
        return read_minor(said, currency, line=section.at[key], signed=True) if said else None

    def day(key: str) -> tuple[str, int]:
        return section.need(key) if section.pairs.get(key) else header.need(key)

    (first, first_at), (last, last_at) = day("ДатаНачала"), day("ДатаКонца")
    return Balance(
        account=account,
        from_on=read_date(first, line=first_at),
        to_on=read_date(last, line=last_at),
        currency=currency,
        opening=minor("НачальныйОстаток"),
        closing=minor("КонечныйОстаток"),
        came=minor("ВсегоПоступило"),
        went=minor("ВсегоСписано"),
    )
