"""Statements in ISO 20022 camt.053, versions 02 to 13: XML, read without entities and declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from billing.bank.camt_entry import read_entry
from billing.bank.errors import StatementError
from billing.bank.figures import check_currency, read_iso_date, read_minor
from billing.bank.statement import Balance, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from xml.etree.ElementTree import Element

    from billing.bank.statement import StatementLine

_OPENING: Final = ("OPBD", "PRCD")
_ENTRY: Final = re.compile(rb"<(?:[\w.-]+:)?Ntry[\s>/]")


def read_camt(content: bytes) -> Statement:
    """The statement in a file of this format; raises StatementError."""
    statements = _parse(content).findall("BkToCstmrStmt/Stmt")
    if not statements:
        raise StatementError("statement_missing", key="Stmt")
    places = _places(content)
    lines: list[StatementLine] = []
    for one in statements:
        lines += _lines(one, places)
    return Statement(
        format="camt053",
        accounts=tuple(dict.fromkeys(account_of(one) for one in statements)),
        balances=tuple(balance for one in statements if (balance := _balance(one))),
        lines=tuple(lines),
    )


def account_of(statement: Element) -> str:
    """Our account that a statement is of: IBAN, or what stands for one."""
    account = statement.findtext("Acct/Id/IBAN") or statement.findtext("Acct/Id/Othr/Id") or ""
    if not account.strip():
        raise StatementError("statement_missing", key="Acct/Id")
    return account.strip()


def _parse(content: bytes) -> Element:
    """The document with bare tags: banks differ in versions, and with them in name spaces."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise StatementError("statement_xml", line=error.position[0]) from None
    except (DefusedXmlException, ValueError, LookupError):
        raise StatementError("statement_xml") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag != "Document":
        raise StatementError("statement_format")
    return root


def _places(content: bytes) -> Iterator[int]:
    """The line on which each entry begins, in order."""
    line, last = 1, 0
    for found in _ENTRY.finditer(content):
        line += content.count(b"\n", last, found.start())
        last = found.start()
        yield line
    while True:
        yield line


def _lines(statement: Element, places: Iterator[int]) -> Iterator[StatementLine]:
    own = account_of(statement)
    mark = (statement.findtext("Id") or "").strip()
    for number, entry in enumerate(statement.findall("Ntry"), start=1):
        place = next(places)
        yield from read_entry(entry, own=own, mark=f"{mark}/{number}", line=place)


def _balance(statement: Element) -> Balance | None:
    """What the statement says of its account, if it says opening and closing."""
    found: dict[str, tuple[int, str, date]] = {}
    for balance in statement.findall("Bal"):
        code = (balance.findtext("Tp/CdOrPrtry/Cd") or "").strip()
        amount = balance.find("Amt")
        day = balance.findtext("Dt/Dt") or balance.findtext("Dt/DtTm")
        if amount is None or day is None:
            raise StatementError("statement_missing", key=f"Bal/{code}")
        currency = check_currency(amount.get("Ccy", ""), line=1)
        minor = read_minor(amount.text or "", currency, line=1, signed=True)
        signed = -minor if (balance.findtext("CdtDbtInd") or "").strip() == "DBIT" else minor
        found[code] = signed, currency, read_iso_date(day, line=1)
    opening = next((found[code] for code in _OPENING if code in found), None)
    closing = found.get("CLBD")
    if opening is None or closing is None:
        return None
    first, last = _period(statement) or (opening[2], closing[2])
    return Balance(account_of(statement), first, last, closing[1], opening=opening[0], closing=closing[0])


def _period(statement: Element) -> tuple[date, date] | None:
    first, last = (statement.findtext(f"FrToDt/{key}") for key in ("FrDtTm", "ToDtTm"))
    if not first or not last:
        return None
    return read_iso_date(first, line=1), read_iso_date(last, line=1)
